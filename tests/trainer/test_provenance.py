"""The provenance of a run is recorded, and it resumes only with the same options and data."""

import json
import platform
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import handpose_live
from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.export.model_card import describe_starts
from trainer.recipes import RECIPES
from trainer.train import provenance
from trainer.train.fit import fit
from trainer.train.options import FitOptions
from trainer.train.provenance import code_revision, read_provenance

pytestmark = pytest.mark.usefixtures("small_recipes")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands") / "my hands"
    write_folder(path, labels=6, splits=["train"] * 3 + ["val", "test", "test"], negatives={"train": 1})
    return path


def _command(data: Path, out: Path, *more: str) -> list[str]:
    return ["fit", "--data", str(data), "--out", str(out), "--recipe", "article", "--device", "cpu", *more]


def _record(run: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return record


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a run of two steps, which must be copied before it is resumed."""
    out = tmp_path_factory.mktemp("runs") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RECIPES, "article", replace(RECIPES["article"], batch=4, epoch=2))
        assert main(_command(data, out, "--steps", "2", "--seed", "3")) == 0
    return out


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """Copy the run of two steps."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_a_run_records_its_options_data_versions_and_command(data: Path, finished: Path) -> None:
    record = _record(finished)
    options, [start] = record["options"], record["starts"]
    assert (options["--recipe"], options["--seed"], options["--batch"], options["--raw"]) == ("article", 3, 4, False)
    assert options["sigma of the recipe"] == RECIPES["article"].sigma
    [folder] = options["--data"]
    images = [*data.glob("training/rgb/*.jpg"), *data.glob("negatives/*.jpg")]
    assert (folder["pictures"], folder["bytes"]) == (7, sum(image.stat().st_size for image in images))
    assert len(folder["labels_sha256"]) == 64
    assert start["command"] == (
        f"python -m trainer fit --data '{data}' --out {finished} --recipe article --device cpu --steps 2 --seed 3"
    )
    assert (start["from_step"], start["to_step"], start["device"], start["processes"]) == (0, 2, "cpu", 1)
    assert (start["python"], start["torch"]) == (platform.python_version(), torch.__version__)
    assert start["code"] == code_revision()


def test_each_start_is_recorded_for_the_model_card(data: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.nn.Module, "compile", lambda *_: None)
    assert main(_command(data, run, "--seed", "3", "--steps", "4", "--compile")) == 0
    first, second = _record(run)["starts"]
    assert (second["from_step"], second["to_step"]) == (2, 4)
    card = describe_starts(read_provenance(run / "run.json"))
    for start in (first, second):
        assert f"```\n{start['command']}\n```" in card
    assert f"(steps 2 to 4, code {second['code']}, Python {platform.python_version()}, " in card


def test_a_finished_run_is_not_started_again(data: Path, run: Path) -> None:
    before = (run / "run.json").read_bytes()
    assert main(_command(data, run, "--steps", "2", "--seed", "3")) == 0
    assert (run / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("--seed", "4"), "--seed was 3"),
        (("--seed", "3", "--batch", "2"), "--batch was 4"),
        (("--raw",), "--seed was 3, --raw was False"),
        (("--seed", "3", "--recipe", "live"), "--recipe was article, network of the recipe was article, "),
        (("--seed", "3", "--rendered", "0.5", "--skins", "skins"), "--rendered was 0.0, --skins was None"),
    ],
)
def test_a_run_resumes_only_with_its_own_options(
    data: Path, run: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, ...], named: str
) -> None:
    checkpoint = (run / "last.pt").read_bytes()
    assert main(_command(data, run, "--steps", "4", *change)) == 1
    [line] = [line for line in capsys.readouterr().err.splitlines() if "options" in line]
    assert line.startswith(f"The run in {run} was started with other options ({named}")
    assert line.endswith("): resume it with the same ones, or name another folder with --out.")
    assert (run / "last.pt").read_bytes() == checkpoint
    assert len(_record(run)["starts"]) == 1


def _another_label(folder: Path) -> None:
    labels = json.loads((folder / "training_xyz.json").read_text())
    labels[0][0][0] += 0.001
    (folder / "training_xyz.json").write_text(json.dumps(labels))


def _another_split(folder: Path) -> None:
    table = folder / "index.csv"
    table.write_text(table.read_text().replace("4,test", "4,val"))


def _another_image(folder: Path) -> None:
    image = folder / "training" / "rgb" / "00000000.jpg"
    image.write_bytes((folder / "training" / "rgb" / "00000001.jpg").read_bytes())


@pytest.mark.parametrize("change", [_another_label, _another_split, _another_image])
def test_a_run_resumes_only_with_its_own_data_in_any_folder(
    data: Path, run: Path, tmp_path: Path, change: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    moved = Path(shutil.copytree(data, tmp_path / "moved"))
    options = ("--seed", "3", "--steps", "4")
    assert main(_command(moved, run, "--steps", "2", "--seed", "3")) == 0
    change(moved)
    assert main(_command(moved, run, *options)) == 1
    assert "other options (--data has changed)" in capsys.readouterr().err


def test_a_run_of_version_0_1_0_without_a_record_resumes(data: Path, run: Path) -> None:
    (run / "run.json").unlink()
    assert "was not recorded: the run is of version 0.1.0" in describe_starts(read_provenance(run / "run.json"))
    assert main(_command(data, run, "--steps", "4", "--seed", "5")) == 0
    [start] = _record(run)["starts"]
    assert start["from_step"] == 2


def test_a_damaged_record_is_named(data: Path, run: Path) -> None:
    (run / "run.json").write_text('{"schema": "handpose-live-run/1", ')
    with pytest.raises(HandPoseError, match=r"run\.json is damaged"):
        fit(FitOptions((data,), run, "article", 4, "cpu", seed=3))


def test_a_run_started_from_python_records_its_options(data: Path, tmp_path: Path) -> None:
    fit(FitOptions((data,), tmp_path, "article", 1, "cpu", seed=3))
    [start] = _record(tmp_path)["starts"]
    assert start["command"].startswith("FitOptions(data=(")


def test_outside_a_checkout_the_code_revision_is_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handpose_live, "__file__", str(tmp_path / "handpose_live" / "__init__.py"))
    assert provenance.code_revision() == handpose_live.__version__

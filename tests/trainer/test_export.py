"""Export of training runs with their metrics and model card."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.weights import load_weights, save_weights
from handpose_live.types.errors import HandPoseError
from tests.trainer.small_runs import fit_options, read_log, read_minutes
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.data.folders import read_hands
from trainer.evaluate.accuracy import measure
from trainer.export.export import export
from trainer.recipes import RECIPES
from trainer.train.fit import fit
from trainer.train.provenance import code_revision

pytestmark = pytest.mark.usefixtures("small_recipes")

SPLITS = ["train"] * 6 + ["val"] * 2 + ["test"] * 2


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=10, splits=SPLITS, negatives={"train": 2})
    return path


def test_a_run_is_exported_with_its_metrics_and_model_card(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["fit", "--data", str(data), "--out", str(tmp_path / "run"), "--steps", "4", "--device", "cpu"]
    assert main(command) == 0
    capsys.readouterr()
    export(tmp_path / "run", [data], tmp_path / "weights")
    report = capsys.readouterr().out.strip()

    network, info = load_weights(tmp_path / "weights" / "live.safetensors")
    tested = measure(TorchEstimator(network, info, "cpu"), read_hands(data, "test"))
    best = min(read_log(tmp_path / "run"), key=lambda row: float(row["validation_error_percent"]))
    assert info.metrics["test_mean_error_percent"] == pytest.approx(tested.mean_error_percent, abs=1e-3)
    assert info.metrics["validation_error_percent"] == float(best["validation_error_percent"])
    assert info.metrics["best_step"] == int(best["step"])
    assert info.data == ("garden: 3 hands, CC0", "house: 3 hands, CC0")
    assert info.licence
    assert load_estimator(tmp_path / "weights" / "live.onnx", "cpu").info == info

    card = (tmp_path / "weights" / "README.md").read_text(encoding="utf-8")
    assert report in card
    assert f"```\npython -m trainer {' '.join(command)}\n```\n\n(steps 0 to 4, code {code_revision()}, Python " in card
    assert f"{tested.mean_error_percent:.2f} % of the crop side" in card
    assert f"{info.metrics['validation_error_percent']:.2f} % there, from step {best['step']} (" in card
    minutes, rate = read_minutes(tmp_path / "run"), RECIPES["live"].learning_rate
    assert f"4 steps of 4 samples in {minutes} minutes, at a learning rate of at most\n{rate:.2g}." in card
    assert f"({int(best['step']) * 4} samples)" in card
    assert all(line in card for line in info.data)


def test_larger_batches_raise_the_learning_rate(data: Path, tmp_path: Path) -> None:
    fit(replace(fit_options(data, tmp_path / "run"), batch=16))
    rows = read_log(tmp_path / "run")
    assert [int(row["samples"]) for row in rows] == [32, 64]
    export(tmp_path / "run", [data], tmp_path / "weights")
    rate = 2 * RECIPES["live"].learning_rate  # four times the samples of small_recipes
    card = (tmp_path / "weights" / "README.md").read_text()
    minutes = read_minutes(tmp_path / "run")
    assert f"4 steps of 16 samples in {minutes} minutes, at a learning rate of at most\n{rate:.2g}." in card


def test_the_mean_of_a_run_and_its_start_is_exported(data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path / "first"))
    start = tmp_path / "first" / "best.safetensors"
    fit(replace(fit_options(data, tmp_path / "second"), start=start))
    export(tmp_path / "second", [data], tmp_path / "weights", start=start)

    files = start, tmp_path / "second" / "best.safetensors", tmp_path / "weights" / "live.safetensors"
    before, after, mean = (load_weights(file)[0].state_dict() for file in files)
    assert any(not torch.equal(before[name], after[name]) for name in mean)
    for name in mean:
        torch.testing.assert_close(mean[name], ((before[name] + after[name]) / 2).to(mean[name]))

    network, info = load_weights(files[2])
    tested = measure(TorchEstimator(network, info, "cpu"), read_hands(data, "val"))
    assert info.metrics["validation_error_percent"] == pytest.approx(tested.mean_error_percent, abs=1e-3)
    card = (tmp_path / "weights" / "README.md").read_text()
    assert str(start) in card
    assert f"{tested.mean_error_percent:.2f} % on the validation split" in card


def test_a_run_is_averaged_only_with_weights_that_it_could_have_started_from(data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path / "run"))
    fit(fit_options(data, tmp_path / "article", recipe="article"))
    network, info = load_weights(tmp_path / "run" / "best.safetensors")
    save_weights(tmp_path / "wider.safetensors", network, replace(info, crop_margin=2.6))
    for start in (tmp_path / "article" / "best.safetensors", tmp_path / "wider.safetensors"):
        with pytest.raises(HandPoseError, match="not what the run started from"):
            export(tmp_path / "run", [data], tmp_path / "weights", start=start)


def test_a_folder_without_a_run_is_not_exported(data: Path, tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"best\.safetensors"):
        export(tmp_path, [data], tmp_path / "weights")

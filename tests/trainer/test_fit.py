"""Training runs on a few synthetic hands, from the first step to the model card."""

import multiprocessing
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from torch import Tensor

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import load_weights
from handpose_live.types.errors import HandPoseError
from tests.trainer.small_runs import fit_options, read_log
from tests.trainer.synthetic_data import SIDE, write_evaluation, write_folder
from trainer.__main__ import main
from trainer.data import folders, rendering
from trainer.data.folders import read_hands
from trainer.data.training_crops import Batch
from trainer.evaluate.accuracy import labelled_joints, measure
from trainer.recipes import RECIPES
from trainer.train import fit as fit_module
from trainer.train import rendered_window
from trainer.train.fit import fit
from trainer.train.hard_examples import sample_repeats
from trainer.train.initial_network import pixel_statistics
from trainer.train.processes import supports_bfloat16
from trainer.train.run import Run

pytestmark = pytest.mark.usefixtures("small_recipes")

ROOT = Path(__file__).resolve().parents[2]


SPLITS = ["train"] * 6 + ["val"] * 2 + ["test"] * 2


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=10, splits=SPLITS, negatives={"train": 2})
    return path


def _train_until(step: int) -> Callable[[Run, Batch], Tensor]:
    train = Run.train

    def train_until_killed(run: Run, batch: Batch) -> Tensor:
        if run.step == step:
            raise KeyboardInterrupt
        return train(run, batch)

    return train_until_killed


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_run_writes_a_log_a_checkpoint_and_its_best_network(recipe: str, data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path / "run", recipe=recipe, steps=5))
    rows = read_log(tmp_path / "run")
    assert [int(row["step"]) for row in rows] == [2, 4, 5]
    assert all(float(row["loss"]) > 0 for row in rows)
    left = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert left == ["best.safetensors", "last.pt", "log.csv", "run.json"]
    estimator = load_estimator(tmp_path / "run" / "best.safetensors", "cpu")
    assert estimator.info.network == RECIPES[recipe].network
    assert estimator.info.recipe == recipe
    best = min(float(row["validation_error_percent"]) for row in rows)
    assert measure(estimator, read_hands(data, "val")).mean_error_percent == pytest.approx(best, abs=1e-3)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_killed_run_resumes_with_the_results_of_an_uninterrupted_one(
    recipe: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(fit_options(data, tmp_path / "uninterrupted", recipe=recipe, steps=6))

    killed = fit_options(data, tmp_path / "killed", recipe=recipe, steps=6)
    with monkeypatch.context() as patch:
        patch.setattr(Run, "train", _train_until(3))
        with pytest.raises(KeyboardInterrupt):
            fit(killed)
    assert [row["step"] for row in read_log(killed.out)] == ["2"]
    fit(killed)

    assert [row["step"] for row in read_log(killed.out)] == ["2", "4", "6"]
    one, other = (torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("uninterrupted", "killed"))
    assert one["step"] == other["step"] == 6
    assert one["best_percent"] == other["best_percent"]
    for part in ("network", "averaged"):
        for key, tensor in one[part].items():
            assert torch.equal(other[part][key], tensor), f"{part} {key}"


def test_a_checkpoint_with_the_keys_of_version_0_1_0_is_resumed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(fit_options(data, tmp_path, steps=2))
    checkpoint = torch.load(tmp_path / "last.pt", weights_only=True)
    modules, values = ("network", "averaged", "optimiser", "schedule"), ("step", "seconds", "best_percent", "showings")
    assert set(checkpoint) == {*modules, *values}
    averaged = {name: tensor + 1 for name, tensor in checkpoint["averaged"].items()}
    repeats = torch.tensor([5, 1, 1, 2, 1, 1])
    changes = {"averaged": averaged, "showings": repeats, "best_percent": 0.25, "seconds": 1e6}
    torch.save(checkpoint | changes, tmp_path / "last.pt")
    resumed: list[Run] = []
    train = Run.train

    def recording_train(run: Run, batch: Batch) -> Tensor:
        if not resumed:
            for name, tensor in run.ema_network.state_dict().items():
                assert torch.equal(tensor, averaged[name])
        resumed.append(run)
        return train(run, batch)

    monkeypatch.setattr(Run, "train", recording_train)
    fit(fit_options(data, tmp_path, steps=4))
    assert len(resumed) == 2
    assert (resumed[0].step, resumed[0].best_error_percent) == (4, 0.25)
    assert resumed[0].sample_repeats is not None
    assert torch.equal(resumed[0].sample_repeats, repeats)
    assert resumed[0].seconds >= 1e6


def test_a_finished_run_is_not_changed(data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path, steps=2))
    before = (tmp_path / "last.pt").read_bytes()
    fit(fit_options(data, tmp_path, steps=2))
    assert (tmp_path / "last.pt").read_bytes() == before
    assert len(read_log(tmp_path)) == 1


def test_a_folder_of_train_on_is_used_entirely_for_training_and_never_for_validation(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "more", labels=7, splits=["val"] * 3 + ["test"] * 4, negatives={"val": 1})
    fit(replace(fit_options(data, tmp_path / "run", steps=2), train_on=(tmp_path / "more",)))
    printed = capsys.readouterr().out
    assert "13 hands, 3 negatives, 2 hands to validate on" in printed
    assert "2 hands, upright crops" in printed
    _, info = load_weights(tmp_path / "run" / "best.safetensors")
    assert info.data == ("garden: 7 hands, CC0", "house: 6 hands, CC0")


def test_hands_of_people_are_rendered_during_training(
    data: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "GROUPS", 1)
    monkeypatch.setattr(rendered_window, "cores_of_a_process", lambda: 1)
    options = replace(fit_options(data, tmp_path / "run", steps=2), rendered=0.9)
    with pytest.raises(HandPoseError, match="--skins DIR"):
        fit(options)
    seen: list[Tensor] = []
    train = Run.train

    def recording_train(run: Run, batch: Batch) -> Tensor:
        seen.extend(batch.joints[batch.hand])
        return train(run, batch)

    monkeypatch.setattr(Run, "train", recording_train)
    fit(replace(options, skins=shared / "data" / "skins"))
    assert len(seen) > 4
    for joints in seen:
        assert ((joints > -0.2) & (joints < 1.2)).float().mean() > 0.7
    _, info = load_weights(tmp_path / "run" / "best.safetensors")
    assert info.data[-1] == "rendered while training: people, a share of 0.9 of all images, CC0-1.0"
    assert not multiprocessing.active_children()


def test_a_network_learns(data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path, steps=36))
    losses = [float(row["loss"]) for row in read_log(tmp_path)]
    assert sum(losses[-3:]) < 0.9 * sum(losses[:3])


def test_a_run_starts_from_a_weights_file(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(fit_options(data, tmp_path / "first", steps=2))
    start = tmp_path / "first" / "best.safetensors"
    network, info = load_weights(start)
    states: list[dict[str, Tensor]] = []
    rates: list[float] = []
    train = Run.train

    def recording_train(run: Run, batch: Batch) -> Tensor:
        states.append({key: tensor.clone() for key, tensor in run.network.state_dict().items()})
        rates.append(run.optimiser.param_groups[0]["lr"])
        return train(run, batch)

    monkeypatch.setattr(Run, "train", recording_train)
    write_folder(tmp_path / "own", labels=4, splits=["train"] * 3 + ["val"])
    fit(replace(fit_options(tmp_path / "own", tmp_path / "second", steps=2), start=start))
    for key, tensor in network.state_dict().items():
        torch.testing.assert_close(states[0][key], tensor, rtol=0, atol=0)
    assert 0 < rates[0] < 0.5 * RECIPES["live"].learning_rate
    tuned, tuned_info = load_weights(tmp_path / "second" / "best.safetensors")
    assert (tuned_info.mean, tuned_info.std) == (info.mean, info.std)
    assert tuned_info.data == (*info.data, "garden: 2 hands, CC0", "house: 1 hands, CC0")
    assert any(not torch.equal(tensor, network.state_dict()[key]) for key, tensor in tuned.state_dict().items())


def test_hard_examples_of_the_initial_network_are_repeated(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(fit_options(data, tmp_path / "first", steps=2))
    used_joints: list[Tensor] = []
    train = Run.train

    def recording_train(run: Run, batch: Batch) -> Tensor:
        used_joints.append(batch.joints[batch.hand])
        return train(run, batch)

    monkeypatch.setattr(Run, "train", recording_train)
    monkeypatch.setattr(fit_module, "sample_repeats", lambda _, kinds: [1000] + [1] * (len(kinds[0]) - 1))
    monkeypatch.setitem(RECIPES, "live", replace(RECIPES["live"], augmented=False))
    fit(replace(fit_options(data, tmp_path / "second", steps=4), start=tmp_path / "first" / "best.safetensors"))
    joints = torch.cat(used_joints)
    assert len(joints) > 8
    assert len({tuple(hand.flatten().tolist()) for hand in joints}) <= 2


def test_hard_examples_are_mined_once(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(fit_options(data, tmp_path / "first", steps=1))
    measured = Mock(side_effect=sample_repeats)
    monkeypatch.setattr(fit_module, "sample_repeats", measured)
    start = tmp_path / "first" / "best.safetensors"
    for steps in (1, 2):
        fit(replace(fit_options(data, tmp_path / "second", steps=steps), start=start))
        assert measured.call_count == 1


def test_a_compiled_network_learns_the_same(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the C++ compiler, which would take a minute; the result is the same.
    compiler = Mock(side_effect=partial(torch.compile, backend="aot_eager"))
    monkeypatch.setattr(torch, "compile", compiler)
    fit(fit_options(data, tmp_path / "plain", steps=2))
    compiler.assert_not_called()
    fit(replace(fit_options(data, tmp_path / "compiled", steps=2), compiled=True))
    compiler.assert_called_once()
    (plain,), (compiled,) = read_log(tmp_path / "plain"), read_log(tmp_path / "compiled")
    assert float(compiled["loss"]) == pytest.approx(float(plain["loss"]), abs=2e-3)
    load_estimator(tmp_path / "compiled" / "best.safetensors", "cpu")


def test_weights_of_another_network_are_refused_as_initial_weights(data: Path, tmp_path: Path) -> None:
    fit(fit_options(data, tmp_path / "article", recipe="article", steps=2))
    start = tmp_path / "article" / "best.safetensors"
    with pytest.raises(HandPoseError, match="'article', which --recipe live does not train"):
        fit(replace(fit_options(data, tmp_path / "live"), start=start))
    with pytest.raises(HandPoseError, match="no weights file"):
        fit(replace(fit_options(data, tmp_path / "live"), start=tmp_path / "missing"))
    assert not (tmp_path / "live").exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 truncated"])
def test_a_damaged_checkpoint_is_named(data: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "last.pt").write_bytes(content)
    with pytest.raises(HandPoseError, match=r"last\.pt is no checkpoint"):
        fit(fit_options(data, tmp_path))


def test_data_without_validation_hands_is_refused_before_the_first_step(tmp_path: Path) -> None:
    write_folder(tmp_path / "data", splits=["train"] * 4)
    with pytest.raises(HandPoseError, match="'val'"):
        fit(fit_options(tmp_path / "data", tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_pixel_statistics_are_per_channel(data: Path) -> None:
    hands = read_hands(data, "train")
    pixels = torch.cat([torch.from_numpy(hand.read()).reshape(-1, 3) for hand in hands]).double() / 255
    mean, std = pixel_statistics(hands)
    assert mean == pytest.approx(pixels.mean(dim=0).tolist(), abs=0.02)
    assert std == pytest.approx(pixels.std(dim=0).tolist(), abs=0.02)


def test_hands_in_crops_are_as_large_as_in_the_training_images(data: Path, tmp_path: Path) -> None:
    for recipe in ("article", "live"):
        fit(fit_options(data, tmp_path / recipe, recipe=recipe, steps=1))
    article, live = (load_weights(tmp_path / recipe / "best.safetensors")[1] for recipe in ("article", "live"))
    boxes_px = [np.ptp(labelled_joints(hand), axis=0).max() for hand in read_hands(data, "train")]
    assert article.crop_margin == pytest.approx(SIDE / np.median(boxes_px), abs=0.1)
    assert live.crop_margin == 2.1


def test_a_batch_that_does_not_fit_on_the_gpu_is_reported(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(Run, "train", too_large)
    with pytest.raises(HandPoseError, match="too little memory for 16 samples a step; name a smaller --batch"):
        fit(replace(fit_options(data, tmp_path / "run"), batch=16))


@pytest.mark.parametrize("option", ["--batch", "--steps"])
def test_counts_are_at_least_one(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fit", "--data", "hands", "--out", "run", option, "0"])
    assert f"{option}: 0 is too few; name a whole number of at least 1" in capsys.readouterr().err


def test_one_command_trains_on_freihand_and_evaluates_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folders, "ARTICLE_SPLIT", (6, 8))
    write_folder(tmp_path, labels=10, copies=4)
    write_evaluation(tmp_path, labels=5)
    command = ["fit", "--data", str(tmp_path), "--steps", "2", "--device", "cpu", "--out"]
    assert main([*command, str(tmp_path / "all")]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("24 hands, 0 negatives, 8 hands to validate on")
    assert "split 'test':\n8 hands, upright" in printed
    assert "split 'evaluation':\n5 hands, upright" in printed
    assert main([*command, str(tmp_path / "raw"), "--raw", "--recipe", "article"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("6 hands, 0 negatives, 2 hands to validate on")
    assert "split 'test':\n2 hands, upright" in printed


def test_a_share_is_between_0_and_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fit", "--data", str(tmp_path), "--out", str(tmp_path), "--rendered", "1.5"])
    assert "1.5 is no share; name a number from 0 to 1" in capsys.readouterr().err


def test_a_missing_package_of_the_trainer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "trainer.train.fit")
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    assert main(["fit", "--data", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "The trainer needs the package lightning_fabric: pip install -e '.[train]'\n"


def test_a_missing_data_folder_is_a_one_sentence_error(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "trainer", "fit", "--data", str(tmp_path / "missing"), "--out", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 1
    (line,) = run.stderr.strip().splitlines()
    assert str(tmp_path / "missing") in line
    assert line.endswith(".") or line.endswith(").")


@pytest.mark.parametrize(("capability", "supported"), [("DEFAULT", False), ("AVX2", False), ("AVX512", True)])
def test_half_precision_is_not_used_on_processors_that_emulate_it(
    monkeypatch: pytest.MonkeyPatch, capability: str, supported: bool
) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert supports_bfloat16(torch.device("cpu")) is supported


def test_the_progress_line_says_what_is_used_and_how_many_samples_a_second(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(fit_options(data, tmp_path / "run", steps=4))
    line = re.split(r"[\r\n]", capsys.readouterr().err.strip())[-1]
    assert line.startswith("cpu, images on disk, 1 worker: 100%")
    assert re.search(r" 16\.0/16\.0 .* samples/s, step 4/4\]$", line), line

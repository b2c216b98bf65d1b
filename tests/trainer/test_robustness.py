"""Errors on perturbed crops and corrupted images."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.data.folders import read_hands
from trainer.evaluate import robustness
from trainer.evaluate.accuracy import measure
from trainer.evaluate.robustness import Pixels, mean_error, perturbations, rendered_error, roc_area
from trainer.synth.scene import RenderConfig, render_backgrounds, render_images


@pytest.fixture(scope="module")
def estimator() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")


def test_the_roc_area_is_1_for_separable_scores_and_one_half_for_equal_ones() -> None:
    low, high = np.array([0.1, 0.2], np.float32), np.array([0.8, 0.9], np.float32)
    assert roc_area(high, low) == 1
    assert roc_area(low, high) == 0
    assert roc_area(low, low) == 0.5
    assert roc_area(np.array([0.1, 0.9], np.float32), np.array([0.5], np.float32)) == 0.5


def test_the_unperturbed_error_is_that_of_the_evaluation(estimator: PoseEstimator, shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::40]
    unchanged = next(perturbations())
    assert mean_error(estimator, hands, unchanged) == pytest.approx(
        measure(estimator, hands).mean_error_percent, abs=2e-3
    )


def test_each_perturbation_matches_its_name() -> None:
    by_name = {(each.kind, each.name): each for each in perturbations()}
    crop = Crop(50, 40, 30, 0.5)
    assert by_name["rotation", "90°"].crop(crop) == replace(crop, angle=0.5 + math.pi / 2)
    assert by_name["crop size", "1.4 x"].crop(crop) == replace(crop, size=42)
    assert by_name["handedness", "wrong"].crop(crop) == replace(crop, mirrored=True)
    edge = np.zeros((32, 32, 3), np.uint8)
    edge[:, 16:] = 200
    assert 20 < by_name["blur, px", "2"].corrupt(edge)[16, 15, 0] < 100
    assert by_name["exposure", "1/4"].corrupt(edge)[:, 20:].mean() == pytest.approx(200 * 0.25 ** (1 / 2.2), abs=1)
    assert by_name["exposure", "x 4"].corrupt(edge)[:, 20:].mean() > 250
    assert by_name["exposure", "x 4"].corrupt(edge)[:, :12].mean() < 5
    rough = np.random.default_rng(0).integers(90, 110, (32, 32, 3), np.uint8)
    assert (
        by_name["JPEG quality", "10"].corrupt(rough).std()
        < by_name["JPEG quality", "30"].corrupt(rough).std()
        < rough.std()
    )


def test_an_upside_down_hand_has_a_larger_error(estimator: PoseEstimator, shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::20]
    by_name = {each.name: each for each in perturbations()}
    assert mean_error(estimator, hands, by_name["180°"]) > 1.2 * mean_error(estimator, hands, by_name["0°"])


def test_rendered_skins_differ_only_in_colour(estimator: PoseEstimator, monkeypatch: pytest.MonkeyPatch) -> None:
    light, dark = (render_images(5, range(3), RenderConfig(96, 96, melanin=melanin)) for melanin in (0.0, 1.0))
    assert torch.equal(light.joints_px, dark.joints_px)
    assert torch.equal(light.mask, dark.mask)
    assert light.pixels[light.mask].float().mean() > 1.3 * dark.pixels[dark.mask].float().mean()
    monkeypatch.setattr(robustness, "RENDERED_HANDS", 4)
    assert max(rendered_error(estimator, melanin) for melanin in (0.0, 1.0)) < 20


def test_a_glove_colours_only_the_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = []

    def record(_: PoseEstimator, images: Sequence[Pixels], *_others: object) -> Floats:
        inputs.append(np.stack(images))
        return np.zeros((1, 21), np.float32)

    monkeypatch.setattr(robustness, "RENDERED_HANDS", 4)
    monkeypatch.setattr(robustness, "_errors", record)
    estimator = load_estimator(default_weights(), "cpu")
    rendered_error(estimator, 0.0)
    rendered_error(estimator, 0.0, glove=(0.5, 1.5, 0.5))
    bare, gloved = inputs
    changed = (bare != gloved).any(axis=3)
    assert 0.03 < changed.mean() < 0.5
    red, green, _ = gloved[changed].mean(axis=0)
    assert green > 2 * red


def test_a_rendered_scene_without_a_hand_has_a_low_score(estimator: PoseEstimator) -> None:
    side = estimator.info.crop_px
    scenes = render_backgrounds(3, range(8), RenderConfig(side, side))
    assert scenes.shape == (8, side, side, 3)
    assert scenes.float().std() > 10
    assert estimator(scenes.numpy()).hand_scores.max() < 0.2


def test_the_command_prints_every_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(robustness, "RENDERED_HANDS", 1)
    monkeypatch.setattr(robustness, "RENDERED_NEGATIVES", 2)
    write_folder(tmp_path, labels=4, splits=["test"] * 4, negatives={"test": 3})
    assert main(["robustness", "--data", str(tmp_path), "--weights", str(default_weights()), "--device", "cpu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("4 hands; mean error")
    kinds = [
        *("rotation", "crop size", "blur, px", "exposure", "JPEG quality", "handedness"),
        *("skin, rendered", "glove, rendered"),
    ]
    assert [line[:16].strip() for line in lines[1:9]] == kinds
    assert lines[9].endswith("against 3 real images without a hand")
    assert lines[10].endswith("against 2 rendered scenes without a hand")

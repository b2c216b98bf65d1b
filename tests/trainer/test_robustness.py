"""Errors on perturbed crops and corrupted images."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.crop import Crop
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.data.folders import read_hands
from trainer.evaluate import robustness
from trainer.evaluate.accuracy import measure
from trainer.evaluate.robustness import (
    find_scenes,
    mean_error,
    meets_another,
    perturbations,
    put_gloves_on,
    rendered_error,
    roc_area,
    unoccluded_hands,
)
from trainer.scenes.body.skins import TONES
from trainer.scenes.crops import SIZES_PX
from trainer.scenes.labels import HandLabel, SceneImage
from trainer.scenes.scene import SHOTS, SceneConfig, render_empty_scene, render_scene

INDEX = 144  # of a scene with two unoccluded hands in good light


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
    grey = np.full((128, 128, 3), 100, np.uint8)
    assert by_name["noise, of 255", "20"].corrupt(grey).std() == pytest.approx(20, abs=0.5)
    coloured = np.array([[[200, 0, 100]]], np.uint8)
    assert np.ptp(by_name["colour", "none"].corrupt(coloured)) == 0
    fine = np.zeros((128, 128, 3), np.uint8)
    fine[:, ::4] = 255  # stripes 4 px apart, which 42 px cannot show
    stripes = [by_name["hand, px", name].corrupt(fine)[64, 20:100, 0].std() for name in ("40", "20")]
    assert stripes[1] < 0.2 * fine[64, :, 0].std()
    assert stripes[0] > stripes[1]


def test_an_upside_down_hand_has_a_larger_error(estimator: PoseEstimator, shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::20]
    by_name = {each.name: each for each in perturbations()}
    assert mean_error(estimator, hands, by_name["180°"]) > 1.2 * mean_error(estimator, hands, by_name["0°"])


@pytest.fixture(scope="module")
def config(shared: Path) -> SceneConfig:
    return SceneConfig(shared / "data" / "skins", sizes_px=SIZES_PX)


@pytest.fixture(scope="module")
def scene(config: SceneConfig) -> SceneImage:
    """A scene of light-skinned people with unoccluded hands."""
    return render_scene(robustness.RENDERED_SEED, INDEX, replace(config, skin_tone="very light"))


def test_rendered_skins_differ_only_in_colour(config: SceneConfig, scene: SceneImage) -> None:
    dark = render_scene(robustness.RENDERED_SEED, INDEX, replace(config, skin_tone="very dark"))
    np.testing.assert_array_equal(scene.hand_mask, dark.hand_mask)
    for light_hand, dark_hand in zip(scene.hands, dark.hands, strict=True):
        np.testing.assert_array_equal(light_hand.joints_px, dark_hand.joints_px)
    hand = scene.hand_mask >= 0
    assert scene.image[hand].mean() > 1.3 * dark.image[hand].mean()


def test_scenes_are_chosen_by_their_unoccluded_hands(config: SceneConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "RENDERED_HANDS", 1)
    [*others, chosen], by_kind = find_scenes(config)
    assert not others
    hands = unoccluded_hands(render_scene(robustness.RENDERED_SEED, chosen, config))
    assert hands
    assert all(crop.hand.visible_share >= 0.9 and not crop.hand.holds for crop in hands)
    assert len(by_kind["alone"]) == len(hands)
    assert all(crop.hand.holds for crop in by_kind["holding"])
    assert not any(crop.hand.holds for crop in by_kind["two"])


def _label(x: float) -> HandLabel:
    joints_px = np.random.default_rng(0).uniform(0, 100, (21, 2)).astype(np.float32) + np.float32(x)
    return HandLabel("left", joints_px, np.zeros((21, 3), np.float32), np.ones(21, np.bool_), 1.0)


def test_hands_meet_where_a_joint_of_one_is_in_the_box_of_the_other() -> None:
    hand, near, far = _label(0), _label(60), _label(150)
    assert meets_another(hand, [hand, near, far])
    assert not meets_another(hand, [hand, far])


def test_the_error_of_rendered_hands_is_that_of_their_labels(estimator: PoseEstimator, scene: SceneImage) -> None:
    assert 0 < rendered_error(estimator, unoccluded_hands(scene)) < 20
    turned = replace(scene, image=np.ascontiguousarray(scene.image[::-1]))
    assert rendered_error(estimator, unoccluded_hands(turned)) > 20
    assert math.isnan(rendered_error(estimator, []))


def test_a_glove_colours_only_the_hands(scene: SceneImage) -> None:
    gloved = put_gloves_on(scene, (0.5, 1.5, 0.5))
    hand = scene.hand_mask >= 0
    np.testing.assert_array_equal(gloved.image[~hand], scene.image[~hand])
    red, green, _ = gloved.image[hand].mean(axis=0)
    assert green > 2 * red


def test_rendered_scenes_without_a_hand_have_a_low_score(estimator: PoseEstimator, config: SceneConfig) -> None:
    side = estimator.info.crop_px
    images = [render_empty_scene(robustness.RENDERED_SEED, index, config) for index in range(0, 8 * SHOTS, SHOTS)]
    assert np.std(images[0]) > 10
    crops = [Crop(image.shape[1] / 2, image.shape[0] / 2, min(image.shape[:2])).cut(image, side) for image in images]
    assert estimator(np.stack(crops)).hand_scores.max() < 0.2


def test_the_command_prints_every_line(
    tmp_path: Path, config: SceneConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(robustness, "RENDERED_HANDS", 1)
    monkeypatch.setattr(robustness, "RENDERED_NEGATIVES", 2)
    write_folder(tmp_path, labels=4, splits=["test"] * 4, negatives={"test": 3})
    command = ["robustness", "--data", str(tmp_path), "--weights", str(default_weights()), "--device", "cpu"]
    assert main([*command, "--skins", str(config.skins)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("4 hands; mean error")
    kinds = [
        *("rotation", "crop size", "blur, px", "exposure", "JPEG quality"),
        *("noise, of 255", "hand, px", "colour", "handedness"),
        *("hand, rendered", "skin, rendered", "glove, rendered"),
    ]
    assert [line[:16].strip() for line in lines[1:13]] == kinds
    assert [cell.rsplit(" ", 1)[0] for cell in lines[11][16:].split("   ")] == list(TONES)
    assert lines[13].endswith("against 3 real images without a hand")
    assert lines[14].endswith("against 2 rendered scenes without a hand")


def test_the_command_needs_skins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["robustness", "--data", str(tmp_path), "--weights", str(default_weights())]) == 1
    assert "--skins DIR" in capsys.readouterr().err

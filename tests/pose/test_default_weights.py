"""The accuracy of the included network on images that it was not trained on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.crop import Crop
from trainer.data.folders import read_hands, read_negatives
from trainer.evaluate.accuracy import Prediction, predict
from trainer.evaluate.robustness import (
    GLOVES,
    RENDERED_SEED,
    put_gloves_on,
    rendered_error,
    roc_area,
    unoccluded_hands,
)
from trainer.scenes.crops import SIZES_PX
from trainer.scenes.scene import SceneConfig, render_scene

SCENES = (144, 544, 928, 1104, 1264)  # with seven unoccluded hands in good light


@pytest.fixture(scope="module")
def estimator() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")


@pytest.fixture(scope="module")
def hands(estimator: PoseEstimator, shared: Path) -> Sequence[Prediction]:
    """Return predictions for 100 hands of the validation split."""
    return list(predict(estimator, read_hands(shared / "data" / "hands", "val")[::6][:100]))


def test_joints_are_found(hands: Sequence[Prediction]) -> None:
    assert len(hands) == 100
    assert np.mean([hand.error_percent for hand in hands]) < 1.45


def test_joints_are_found_in_gloves(estimator: PoseEstimator, shared: Path) -> None:
    config = SceneConfig(shared / "data" / "skins", sizes_px=SIZES_PX, skin_tone="very light")
    scenes = [render_scene(RENDERED_SEED, index, config) for index in SCENES]
    gloved = [hand for scene in scenes for hand in unoccluded_hands(put_gloves_on(scene, GLOVES["green"]))]
    assert rendered_error(estimator, gloved) < 4.3


def test_hands_have_higher_scores_than_walls_and_faces(
    hands: Sequence[Prediction], estimator: PoseEstimator, shared: Path
) -> None:
    folder = shared / "data" / "hands"
    images = [sample.read() for split in ("val", "test") for sample in read_negatives(folder, split)]
    crops = [Crop(side / 2, side / 2, side).cut(image, 128) for image in images for side in [len(image)]]
    scores = estimator(np.stack([hand.crop for hand in hands])).hand_scores
    assert roc_area(scores, estimator(np.stack(crops)).hand_scores) >= 0.95


def test_a_hand_and_its_mirror_image_are_distinguished(hands: Sequence[Prediction], estimator: PoseEstimator) -> None:
    seen, mirrored = (np.stack([hand.crop[:, ::step] for hand in hands]) for step in (1, -1))
    assert roc_area(estimator(seen).right_scores, estimator(mirrored).right_scores) >= 0.9

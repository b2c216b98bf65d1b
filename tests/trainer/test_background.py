"""Replacement of green screens and other backgrounds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.trainer.synthetic_data import write_image
from tests.trainer.test_crops import LIVE, cache_samples
from trainer.data import training_crops as crops_module
from trainer.data.background import is_green_screen, replace_green_screen, replace_surroundings
from trainer.data.folders import Sample
from trainer.data.labels import JointLabels
from trainer.data.training_crops import TrainingCrops


def _green_screen_image(rng: np.random.Generator) -> NDArray[np.uint8]:
    image = rng.integers((40, 180, 60), (56, 196, 76), (80, 80, 3), np.uint8)
    image[20:60, 20:60] = (220, 170, 150)
    return image


def test_a_green_screen_is_detected_and_replaced_without_the_hand() -> None:
    rng = np.random.default_rng(0)
    image, background = _green_screen_image(rng), np.full((80, 80, 3), (10, 20, 200), np.uint8)
    assert is_green_screen(image)
    assert not is_green_screen(background)
    channels_first = [torch.from_numpy(each)[None].permute(0, 3, 1, 2) for each in (image, background)]
    replaced = replace_green_screen(*channels_first)[0].permute(1, 2, 0).numpy()
    assert not is_green_screen(replaced)
    np.testing.assert_array_equal(replaced[22:58, 22:58], image[22:58, 22:58])
    assert (replaced[:18] == (10, 20, 200)).all()


def test_green_screens_are_replaced_for_most_crops(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints_px = rng.uniform(25, 55, (21, 2)).astype(np.float32)
    hand = Sample(write_image(tmp_path / "hand.jpg", _green_screen_image(rng)), JointLabels.of_joints(joints_px))
    wall = Sample(write_image(tmp_path / "wall.jpg", np.full((60, 60, 3), (10, 20, 200), np.uint8)), None)
    recipe = replace(LIVE, negative_share=0.0)
    crops = TrainingCrops(cache_samples([hand, wall]), recipe, crop_px=32, seed=0)
    corners = crops.batch(range(100)).images[:, :, 0, 0].int()
    green, blue = (corners[:, 1] > corners[:, 2]).sum(), (corners[:, 2] > 3 * corners[:, 1]).sum()  # under any lighting
    assert green > 5
    assert blue > 60


def test_the_hand_and_its_forearm_are_kept_when_surroundings_are_replaced() -> None:
    # A hand pointing up, its wrist in the middle: pixels near its bones and the forearm below are kept.
    knuckles_x = [44.0, 52, 60, 68, 76]
    joints = [(64.0, 64.0), *((x, 50.0 - 8 * part) for x in knuckles_x for part in range(4))]
    hand, background = (
        torch.full((2, 3, 128, 128), 200, dtype=torch.uint8),
        torch.zeros((2, 3, 128, 128), dtype=torch.uint8),
    )
    replaced = replace_surroundings(hand, background, torch.tensor([joints, joints]), torch.tensor([0.0, 1.0]))[:, 0]
    columns, rows = torch.tensor(joints).long().unbind(dim=1)
    assert (replaced[:, rows, columns] > 190).all()
    assert (replaced[:, 75, 64] > 190).all()
    assert (replaced[:, [0, 0, 127], [0, 127, 127]] == 0).all()
    narrow, wide = (replaced > 100).flatten(1).sum(dim=1).tolist()
    assert wide > narrow + 1000


def test_surroundings_are_replaced_for_some_crops_but_never_for_truncated_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joints_px = np.random.default_rng(0).uniform(35, 45, (21, 2)).astype(np.float32)
    hand = Sample(
        write_image(tmp_path / "hand.jpg", np.full((80, 80, 3), (220, 170, 150), np.uint8)),
        JointLabels.of_joints(joints_px),
    )
    wall = Sample(write_image(tmp_path / "wall.jpg", np.full((60, 60, 3), (5, 10, 130), np.uint8)), None)
    cache, recipe = cache_samples([hand, wall]), replace(LIVE, negative_share=0.0)

    def walls() -> Tensor:
        crops = TrainingCrops(cache, recipe, crop_px=64, seed=0)
        red, _, blue = crops.batch(range(200)).images[:, :, 0, 0].int().unbind(dim=1)
        return blue[blue > red + 30]

    blue = walls()
    assert 30 < len(blue) < 70
    assert 45 < blue.min() < 60  # each with a different brightness, up to saturation
    assert blue.max() == 255
    monkeypatch.setattr(crops_module, "TRUNCATED_SHARE", 1.0)
    assert not len(walls())

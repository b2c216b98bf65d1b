"""The detector's decoder: maps of hand centres to hands."""

import math

import pytest
import torch
from torch import Tensor

from handpose_live.detection.network import (
    LEFT,
    PEAKS,
    RIGHT,
    STRIDE,
    UNIT_SIZE_PX,
    VALUES,
    DetectorNetwork,
    HandDetector,
    decode,
)
from handpose_live.detection.weights import DetectorInfo

INFO = DetectorInfo("detector", (0.5, 0.4, 0.3), (0.25, 0.25, 0.2))


def _maps() -> Tensor:
    """Maps of an image of 96x64 px without a hand."""
    maps = torch.zeros(1, VALUES, 2, 16, 24)
    maps[:, 0] = -20
    return maps


def _put(maps: Tensor, side: int, column: int, row: int, probability: float) -> None:
    maps[0, 0, side, row, column] = torch.logit(torch.tensor(probability))


def test_a_peak_becomes_a_hand_with_its_centre_size_angle_and_side() -> None:
    maps = _maps()
    _put(maps, RIGHT, 5, 3, 0.9)
    angle = math.radians(120)
    values = (0.25, -0.5, math.log(48 / UNIT_SIZE_PX), 2 * math.sin(angle), 2 * math.cos(angle))
    maps[0, 1:, RIGHT, 3, 5] = torch.tensor(values)
    score, x, y, size, sin, cos, right = decode(maps)[0, 0].tolist()
    assert score == pytest.approx(0.9, abs=1e-3)
    assert (x, y) == pytest.approx((5.75 * STRIDE, 3.0 * STRIDE), abs=1e-3)
    assert size == pytest.approx(48, rel=1e-4)
    assert (sin, cos) == pytest.approx((math.sin(angle), math.cos(angle)), abs=1e-5)
    assert right > 0.99


def test_only_the_highest_of_neighbouring_cells_is_a_hand() -> None:
    maps = _maps()
    for column, probability in ((4, 0.5), (5, 0.8), (6, 0.6)):
        _put(maps, LEFT, column, 7, probability)
    scores = decode(maps)[0, :, 0]
    assert scores[0] == pytest.approx(0.8, abs=1e-3)
    assert scores[1] < 0.01


def test_two_hands_are_found_with_the_better_one_first() -> None:
    maps = _maps()
    _put(maps, LEFT, 4, 7, 0.6)
    _put(maps, RIGHT, 20, 2, 0.7)
    hands = decode(maps)[0]
    assert hands.shape == (PEAKS, 7)
    assert hands[:2, 0].tolist() == pytest.approx([0.7, 0.6], abs=1e-3)
    assert hands[:2, 6].tolist() == pytest.approx([1, 0], abs=1e-3)


def test_a_hand_of_an_uncertain_side_is_one_hand() -> None:
    maps = _maps()
    _put(maps, LEFT, 8, 8, 0.4)
    _put(maps, RIGHT, 9, 8, 0.5)
    first, second = decode(maps)[0, :2]
    assert first[0] == pytest.approx(0.9, abs=1e-3)
    assert first[6] == pytest.approx(0.5 / 0.9, abs=1e-3)
    assert second[0] < 0.01


def test_two_stacked_hands_are_two_hands_of_different_sides() -> None:
    maps = _maps()
    _put(maps, LEFT, 8, 8, 0.95)
    _put(maps, RIGHT, 8, 8, 0.9)
    first, second = decode(maps)[0, :2]
    assert first[0] == pytest.approx(1, abs=1e-3)
    assert second[0] == pytest.approx(0.85, abs=1e-3)
    assert first[6] < 0.1
    assert second[6] > 0.85


@pytest.mark.parametrize("size", [(192, 256), (256, 192), (96, 320)])
def test_images_of_any_orientation_are_taken(size: tuple[int, int]) -> None:
    detector = DetectorNetwork(HandDetector(), INFO).eval()
    hands = detector(torch.randint(0, 256, (2, *size, 3), dtype=torch.uint8))
    assert hands.shape == (2, PEAKS, 7)
    assert hands.isfinite().all()
    assert (hands[..., 0].diff(dim=1) <= 0).all()

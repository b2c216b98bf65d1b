"""Measurements of the shape of a hand."""

import numpy as np
import pytest

from handpose_live.gestures.hand_shape import hand_shape, measure_names
from tests.posed_hands import posed_hands


@pytest.mark.parametrize("gesture", ["open", "fist", "ok", "call"])
def test_only_the_directions_change_with_size_position_and_rotation(gesture: str) -> None:
    upright, rotated = (posed_hands(gesture, 1, roll_deg=roll)[0] for roll in (0, 75))
    one, other = hand_shape(upright, left=False), hand_shape(rotated * 3 + 500, left=False)
    for name in measure_names():
        if name != "thumb_up_deg":
            assert other.measures[name] == pytest.approx(one.measures[name], abs=0.05), name
    assert other.points_deg == pytest.approx(one.points_deg + 75, abs=0.1)
    assert other.palm_px == pytest.approx(3 * one.palm_px, rel=1e-4)
    assert one.facing == other.facing == "palm"


def test_a_left_hand_has_the_measurements_of_its_mirror_image() -> None:
    right, left = (posed_hands("victory", 1, left=left)[0] for left in (False, True))
    one, other = hand_shape(right, left=False), hand_shape(left, left=True)
    assert other.measures == pytest.approx(one.measures)
    assert other.facing == one.facing == "palm"
    assert hand_shape(left, left=False).facing == "back"


def test_straight_fingers_have_small_bends_and_folded_ones_large_bends() -> None:
    opened, closed = (hand_shape(posed_hands(gesture, 1)[0], left=False) for gesture in ("open", "fist"))
    assert max(opened.bends_deg[1:]) < 40
    assert min(opened.reaches[1:]) > 1.2
    assert min(closed.bends_deg[1:]) > 110
    assert max(closed.reaches[1:]) < 0.9


def test_spread_fingers_have_positive_gaps_and_crossed_ones_negative_gaps() -> None:
    joints = posed_hands("spread", 1)[0]
    assert min(hand_shape(joints, left=False).gaps_deg) > 5
    joints[[5, 6, 7, 8, 9, 10, 11, 12]] = joints[[5, 10, 11, 12, 9, 6, 7, 8]]
    assert hand_shape(joints, left=False).gaps_deg[1] < -5


def test_a_hand_seen_edge_on_faces_neither_way() -> None:
    assert hand_shape(posed_hands("flat", 1)[0] * [0.05, 1], left=False).facing == "edge"


def test_the_measurements_of_a_hand_shrunk_to_a_point_are_finite() -> None:
    assert all(np.isfinite(value) for value in hand_shape(np.zeros((21, 2)), left=False).measures.values())

"""Measurements of the shape of a hand."""

from dataclasses import replace

import numpy as np
import pytest

from handpose_live.gestures.hand_shape import hand_shape, measure_names, shape_of
from handpose_live.types.skeleton import FINGERS
from tests.hands import spread_hand
from tests.posed_hands import posed_hands, posed_hands_3d
from trainer.scenes.body.rotations import about


@pytest.mark.parametrize("gesture", ["open", "fist", "ok", "call"])
def test_only_the_directions_change_with_size_position_and_rotation_in_space(gesture: str) -> None:
    joints = posed_hands_3d(gesture, 1)[0].astype(float)
    turned = joints @ about(np.array([0.5, 0.7, 0.1]), 0.6).T
    one, other = hand_shape(joints, left=False), hand_shape(turned * 3 + 500, left=False)
    for name in measure_names():
        if name != "thumb_up_deg" and not name.startswith("palm"):
            assert other.measures[name] == pytest.approx(one.measures[name], abs=0.01), name
    assert other.palm_size == pytest.approx(3 * one.palm_size, rel=1e-4)


@pytest.mark.parametrize("gesture", ["open", "fist", "ok", "call"])
def test_of_hands_without_depths_only_the_directions_change_in_the_plane_of_the_image(gesture: str) -> None:
    upright, rotated = (posed_hands(gesture, 1, roll_deg=roll)[0] for roll in (0, 75))
    one, other = hand_shape(upright, left=False), hand_shape(rotated * 3 + 500, left=False)
    for name in measure_names():
        if name != "thumb_up_deg" and not name.startswith("palm"):
            assert other.measures[name] == pytest.approx(one.measures[name], abs=0.05), name
    assert other.points_deg == pytest.approx(one.points_deg + 75, abs=0.1)
    assert other.palm_size == pytest.approx(3 * one.palm_size, rel=1e-4)
    assert one.facing == other.facing == "palm"


def test_a_left_hand_has_the_measurements_of_its_mirror_image() -> None:
    right, left = (posed_hands("victory", 1, left=left)[0] for left in (False, True))
    one, other = hand_shape(right, left=False), hand_shape(left, left=True)
    mirrored = {"palm_direction_x_deg", "palm_normal_x_deg"}
    for name in set(measure_names()) - mirrored:
        assert other.measures[name] == pytest.approx(one.measures[name], abs=0.01), name
    assert other.facing == one.facing == "palm"
    assert hand_shape(left, left=False).facing == "back"


def test_straight_fingers_have_small_bends_and_folded_ones_large_bends() -> None:
    for hands in (posed_hands, posed_hands_3d):  # without depths and with them
        opened, closed = (hand_shape(hands(gesture, 1)[0], left=False) for gesture in ("open", "fist"))
        assert max(opened.bends_deg[1:]) < 40
        assert min(opened.reaches[1:]) > 1.2
        assert min(closed.bends_deg[1:]) > 110
        assert max(closed.reaches[1:]) < 0.9


@pytest.mark.parametrize("gesture", ["open", "relaxed", "claw", "fist"])
def test_the_bend_of_a_finger_is_the_sum_of_the_flexions_of_its_last_two_joints(gesture: str) -> None:
    shape = hand_shape(posed_hands_3d(gesture, 1)[0], left=False)
    joints = [("thumb_mcp", "thumb_ip"), *((f"{finger.name}_pip", f"{finger.name}_dip") for finger in FINGERS[1:])]
    sums = [abs(shape.angles_deg[one] + shape.angles_deg[other]) for one, other in joints]
    assert shape.bends_deg == pytest.approx(sums, abs=5)


def test_a_finger_that_bends_towards_the_camera_has_its_bend_only_with_depths() -> None:
    joints = posed_hands_3d("claw", 1)[0]
    assert hand_shape(joints, left=False).bends_deg[2] == pytest.approx(100, abs=20)
    assert abs(hand_shape(joints, left=False).bends_deg[2] - hand_shape(joints[:, :2], left=False).bends_deg[2]) > 20


def test_spread_fingers_have_positive_gaps_and_crossed_ones_negative_gaps() -> None:
    joints = posed_hands("spread", 1)[0]
    assert min(hand_shape(joints, left=False).gaps_deg) > 5
    joints[[5, 6, 7, 8, 9, 10, 11, 12]] = joints[[5, 10, 11, 12, 9, 6, 7, 8]]
    assert hand_shape(joints, left=False).gaps_deg[1] < -5


def test_a_hand_seen_edge_on_faces_neither_way() -> None:
    assert hand_shape(posed_hands("flat", 1)[0] * [0.05, 1], left=False).facing == "edge"
    joints = posed_hands_3d("flat", 1)[0]
    seen = {turn: hand_shape(joints @ about(np.array([0, 1, 0]), np.radians(turn)).T, left=False) for turn in (90, 180)}
    assert (seen[90].facing, seen[180].facing) == ("edge", "back")


def test_a_hand_is_measured_in_three_dimensions_where_it_has_them() -> None:
    flat = replace(spread_hand(wrist=(0, 0), length_px=1, side="right"), joints=posed_hands("claw", 1)[0])
    joints_3d = posed_hands_3d("claw", 1)[0]
    assert shape_of(flat) == hand_shape(flat.joints, left=False)
    assert shape_of(replace(flat, joints_3d=joints_3d)) == hand_shape(joints_3d, left=False)


def test_the_measurements_of_a_hand_shrunk_to_a_point_are_finite() -> None:
    assert all(np.isfinite(value) for value in hand_shape(np.zeros((21, 2)), left=False).measures.values())

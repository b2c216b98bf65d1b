"""A hand and its JSON representation."""

import json
from dataclasses import replace

import numpy as np
import pytest

from handpose_live.gestures.joint_angles import joint_angles
from handpose_live.types.gesture import Gesture
from tests.hands import spread_hand, with_depths
from tests.posed_hands import posed_hands_3d
from trainer.scenes.body.rotations import about

LEFT = replace(spread_hand(wrist=(200, 400), length_px=100, track=3), gesture=Gesture("open_palm", 0.9))


def test_a_hand_as_json_has_every_key_of_a_landmark_file() -> None:
    record = LEFT.to_dict()
    assert list(record) == [
        *("track", "side", "score", "joints", "joints_3d", "visible", "angles_deg", "gesture", "gesture_score")
    ]
    assert (record["track"], record["side"], record["score"]) == (3, "left", 0.97)
    assert (record["gesture"], record["gesture_score"]) == ("open_palm", 0.9)
    assert len(record["joints"]) == 21
    assert record["joints"][0] == [200.0, 400.0, 0.9]


def test_a_hand_as_json_is_rounded() -> None:
    joints = LEFT.joints + np.float32(0.123456)
    record = replace(LEFT, joints=joints, score=0.123456, gesture=Gesture("fist", 2 / 3)).to_dict()
    assert record["joints"][0] == [200.12, 400.12, 0.9]
    assert (record["score"], record["gesture_score"]) == (0.123, 0.667)


def test_a_hand_as_json_has_null_for_what_is_not_finite_and_for_no_gesture() -> None:
    joints = LEFT.joints.copy()
    joints[0] = np.nan, np.inf
    record = replace(LEFT, joints=joints, score=float("nan"), gesture=None).to_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["joints"][0], record["score"]) == ([None, None, 0.9], None)
    assert (record["gesture"], record["gesture_score"]) == (None, None)


def test_a_hand_as_json_has_what_a_network_with_depths_tells_or_null() -> None:
    record = with_depths(LEFT).to_dict()
    assert record["joints_3d"][:2] == [[0.0, 0.125, 0.25], [0.375, 0.5, 0.625]]
    assert (len(record["joints_3d"]), len(record["visible"])) == (21, 21)
    assert record["visible"][1] == 0.03
    assert list(record["angles_deg"].items())[:2] == [("thumb_cmc", 0.2), ("thumb_abduction", 1.2)]
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert [LEFT.to_dict()[key] for key in ("joints_3d", "visible", "angles_deg")] == [None] * 3


def test_a_flipped_hand_is_the_mirror_image_in_three_dimensions_too() -> None:
    joints_3d = posed_hands_3d("open", 1)[0] @ about(np.array([0, 0, 1]), 0.4)
    hand = replace(LEFT, side="right", joints_3d=joints_3d, angles_deg=joint_angles(joints_3d, left=False))
    flipped = hand.flipped(640)
    assert flipped.joints_3d is not None
    assert flipped.angles_deg == pytest.approx(joint_angles(flipped.joints_3d, left=True), abs=1e-3)


def test_a_flipped_left_hand_remains_a_left_one() -> None:
    flipped = LEFT.flipped(640)
    assert flipped.side == "left"
    np.testing.assert_allclose(flipped.joints[0], (440, 400))
    np.testing.assert_allclose(flipped.flipped(640).joints, LEFT.joints, atol=1e-3)

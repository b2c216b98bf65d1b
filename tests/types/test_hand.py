"""A hand and its JSON representation."""

import json
from dataclasses import replace

import numpy as np

from handpose_live.types.gesture import Gesture
from tests.hands import spread_hand

LEFT = replace(spread_hand(wrist=(200, 400), length_px=100, track=3), gesture=Gesture("open_palm", 0.9))


def test_a_hand_as_json_has_every_key_of_a_landmark_file() -> None:
    record = LEFT.to_dict()
    assert list(record) == ["track", "side", "score", "joints", "gesture", "gesture_score"]
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


def test_a_flipped_left_hand_remains_a_left_one() -> None:
    flipped = LEFT.flipped(640)
    assert flipped.side == "left"
    np.testing.assert_allclose(flipped.joints[0], (440, 400))
    np.testing.assert_allclose(flipped.flipped(640).joints, LEFT.joints, atol=1e-3)

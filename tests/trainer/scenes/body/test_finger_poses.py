"""Poses of fingers stay within the joints' limits and without interpenetration."""

import numpy as np
import pytest

from trainer.scenes.body.body import Body
from trainer.scenes.body.collision import contacts_mm, resolve_self_collisions, segment_distance
from trainer.scenes.body.finger_poses import sample_finger_pose
from trainer.scenes.body.fingers import HIGH, LOW
from trainer.scenes.body.gestures import GESTURES, TOUCHED_BONES, gesture_angles


def test_random_poses_are_within_the_limits() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        name, angles = sample_finger_pose(rng)
        assert name == "" or name in GESTURES
        assert (angles >= LOW).all()
        assert (angles <= HIGH).all()


@pytest.mark.parametrize("gesture", GESTURES)
def test_every_gesture_is_within_the_limits(gesture: str) -> None:
    angles = gesture_angles(gesture)
    assert ((angles >= LOW) & (angles <= HIGH)).all()


def test_resolved_poses_hardly_penetrate(body: Body) -> None:
    rng, hand = np.random.default_rng(1), body.hands["right"]
    targets = [sample_finger_pose(rng)[1] for _ in range(40)]
    before = np.array([contacts_mm(hand, target).max() for target in targets])
    after = np.array([contacts_mm(hand, resolve_self_collisions(hand, target)).max() for target in targets])
    assert (before > 5).any()
    assert np.mean(after < 2) > 0.9


def test_a_pose_without_contact_stays(body: Body) -> None:
    angles = gesture_angles("spread")
    np.testing.assert_array_equal(resolve_self_collisions(body.hands["left"], angles), angles)


@pytest.mark.parametrize("gesture", TOUCHED_BONES)
def test_the_thumb_touches_what_it_does_in_a_gesture(body: Body, gesture: str) -> None:
    hand = body.hands["right"]
    angles = resolve_self_collisions(hand, gesture_angles(gesture), TOUCHED_BONES[gesture])
    assert abs(contacts_mm(hand, angles, TOUCHED_BONES[gesture])[-1]) < 3


def test_the_distance_of_crossing_segments_is_that_of_their_lines() -> None:
    a, b = np.array([-1.0, 0, 0]), np.array([1.0, 0, 0])
    c, d = np.array([0, -1.0, 0.3]), np.array([0, 1.0, 0.3])
    assert segment_distance(a, b, c, d) == pytest.approx(0.3)
    aside = np.array([3.0, 0, 0])
    assert segment_distance(a, b, c + aside, d + aside) == pytest.approx(np.hypot(2, 0.3))

"""Hands of a film move smoothly, meet, and change sides of the body."""

import numpy as np

from trainer.scenes.body.pose import BodyPose
from trainer.scenes.body.rotations import rotation_x
from trainer.scenes.film import smooth
from trainer.scenes.situations.landmarks import SIDES
from trainer.scenes.situations.moving import ACTS, Key, at_time

from .people import standing_person

PERSON = standing_person()
STEP_S = 1 / 30


def _keys(seed: int) -> list[Key]:
    """Return keys of all acts, one after another, without fingers."""
    rng = np.random.default_rng(seed)
    keys: list[Key] = []
    for act in ACTS:
        for seconds, arms in act(rng, PERSON):
            time_s = keys[-1].time_s + seconds if keys else 0.0
            keys.append(Key(time_s, arms, {side: np.zeros(21) for side in SIDES}))
    return keys


def _palms(seed: int) -> tuple[np.ndarray, np.ndarray]:
    keys = _keys(seed)
    arms = [at_time(keys, time_s).arms for time_s in np.arange(0, keys[-1].time_s, STEP_S)]
    left, right = (np.array([each[side].palm_centre(PERSON.hand_m) for each in arms]) for side in SIDES)
    return left, right


def test_hands_move_smoothly() -> None:
    for seed in range(5):
        for palms in _palms(seed):
            assert np.linalg.norm(np.diff(palms, axis=0), axis=1).max() < 8 * STEP_S  # metres a second


def test_hands_touch_and_change_sides() -> None:
    left, right = _palms(1)
    assert np.linalg.norm(left - right, axis=1).min() < 0.6 * PERSON.hand_m
    apart = (left - right) @ PERSON.left
    assert apart.max() > 0.1
    assert apart.min() < -0.02


def test_each_key_is_reached_at_its_time() -> None:
    keys = _keys(2)
    for key in keys:
        for side in SIDES:
            np.testing.assert_allclose(at_time(keys, key.time_s).arms[side].wrist, key.arms[side].wrist, atol=1e-9)


def test_a_jump_of_a_bone_is_spread_over_several_frames() -> None:
    angles = [0.0] * 10 + [1.0] * 10
    poses = smooth([BodyPose({"lowerarm01.L": rotation_x(angle)}) for angle in angles])
    turned = np.array([np.arctan2(*pose.rotations["lowerarm01.L"][[2, 1], 1]) for pose in poses])
    assert np.abs(np.diff(turned)).max() < 0.35
    np.testing.assert_allclose(turned[[0, -1]], [0, 1], atol=1e-6)

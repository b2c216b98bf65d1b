"""The One Euro filter."""

import numpy as np

from handpose_live.tracking.observation import Observation
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH, LiveSmoother, OneEuroFilter
from handpose_live.types.arrays import Floats
from tests.hands import spread_hand

FPS = 30.0


def _run(joints: list[Floats], size_px: float = 100.0) -> list[Floats]:
    smooth = OneEuroFilter()
    return [smooth(each, size_px=size_px, time_s=i / FPS) for i, each in enumerate(joints)]


def test_jitter_of_a_hand_at_rest_shrinks_to_less_than_half() -> None:
    rng = np.random.default_rng(0)
    noisy = [(200 + rng.normal(0, 1, (21, 2))).astype(np.float32) for _ in range(120)]
    smoothed = _run(noisy)
    assert np.std(smoothed[30:], axis=0).mean() < 0.5 * np.std(noisy[30:], axis=0).mean()


def test_a_fast_hand_lags_less_than_one_frame() -> None:
    step_px = 20.0  # six hand sizes per second
    moving = [np.full((21, 2), 100 + step_px * i, np.float32) for i in range(60)]
    lag_px = np.abs(_run(moving)[-1] - moving[-1]).max()
    assert lag_px < step_px


def test_the_same_motion_is_smoothed_equally_at_any_size() -> None:
    rng = np.random.default_rng(1)
    joints = [(rng.normal(0, 5, (21, 2)) + 10 * i).astype(np.float32) for i in range(30)]
    small, large = _run(joints, size_px=100), _run([4 * one for one in joints], size_px=400)
    np.testing.assert_allclose(4 * small[-1], large[-1], rtol=1e-4)


def test_each_joint_is_smoothed_by_its_own_speed() -> None:
    rng = np.random.default_rng(2)
    joints = []
    for i in range(90):
        one = (200 + rng.normal(0, 1, (21, 2))).astype(np.float32)
        one[8] += 30 * i
        joints.append(one)
    smoothed = _run(joints)
    assert np.std([one[0] for one in smoothed[30:]], axis=0).mean() < 0.5
    assert np.abs(smoothed[-1][8] - joints[-1][8]).max() < 30


def test_the_first_frame_and_a_step_back_in_time_pass_unchanged() -> None:
    smooth = OneEuroFilter()
    first, again = np.zeros((21, 2), np.float32), np.full((21, 2), 50, np.float32)
    assert smooth(first, size_px=100, time_s=5.0) is first
    smooth(first, size_px=100, time_s=5.1)
    np.testing.assert_array_equal(smooth(again, size_px=100, time_s=0.0), again)


def test_a_greater_strength_reduces_jitter_more() -> None:
    rng = np.random.default_rng(3)
    noisy = [(200 + rng.normal(0, 1, (21, 2))).astype(np.float32) for _ in range(120)]

    def jitter(strength: float) -> float:
        smooth = OneEuroFilter()
        smoothed = [smooth(one, size_px=100, time_s=i / FPS, strength=strength) for i, one in enumerate(noisy)]
        return float(np.std(smoothed[30:], axis=0).mean())

    assert jitter(0.9) < 0.8 * jitter(DEFAULT_STRENGTH) < 0.8 * 0.8 * jitter(0.1)


def _observation(index: int, x: float, track: int = 1) -> Observation:
    hand = spread_hand(wrist=(x, 300), length_px=100, track=track)
    joints = np.column_stack([hand.joints, np.zeros(21)]).astype(np.float32)
    return Observation(hand, joints, 100.0, index / FPS, (640, 480))


def test_each_track_has_a_filter_of_its_own() -> None:
    together, alone = LiveSmoother(), LiveSmoother()
    for i in range(10):
        still, moving = _observation(i, 200, track=1), _observation(i, 300 + i**2, track=2)
        _, smoothed = together([still, moving], DEFAULT_STRENGTH)
        np.testing.assert_array_equal(smoothed.joints, alone([moving], DEFAULT_STRENGTH)[0].joints)


def test_a_hand_that_was_lost_is_not_pulled_back_to_where_it_was() -> None:
    smooth = LiveSmoother()
    smooth([_observation(0, 200)], DEFAULT_STRENGTH)
    assert smooth([], DEFAULT_STRENGTH) == []
    found = _observation(2, 203)
    np.testing.assert_array_equal(smooth([found], DEFAULT_STRENGTH)[0].joints, found.joints[:, :2])


def test_without_smoothing_the_joints_stay_as_they_are_found() -> None:
    smooth = LiveSmoother()
    for i in range(3):
        found = _observation(i, 200 + i)
        np.testing.assert_array_equal(smooth([found], 0)[0].joints, found.joints[:, :2])

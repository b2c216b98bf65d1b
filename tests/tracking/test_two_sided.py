"""The two-sided filter of files."""

from itertools import chain

import numpy as np
import pytest

from handpose_live.tracking.observation import Observation
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH
from handpose_live.tracking.two_sided import LOOKAHEAD, TwoSidedSmoother, smooth_one
from handpose_live.types.arrays import Floats
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand
from tests.hands import spread_hand

FPS = 30.0
SIZE_PX = 100.0
IMAGE = np.zeros((480, 640, 3), np.uint8)
WINDOW_S = np.arange(-LOOKAHEAD, LOOKAHEAD + 1) / FPS

Smoothed = list[tuple[Frame, list[Hand]]]


def _smooth(window: Floats, strength: float = DEFAULT_STRENGTH) -> Floats:
    return smooth_one(window, WINDOW_S[: len(window)], size_px=SIZE_PX, strength=strength)


def _still(seed: int, *, noise_px: float = 1.0, x: float = 0.0) -> Floats:
    """``(21, 3)`` joints of a hand at rest with the noise of one frame."""
    hand = spread_hand(wrist=(200 + x, 300), length_px=SIZE_PX)
    noise = np.random.default_rng(seed).normal(0, noise_px, (21, 3))
    return np.asarray(np.column_stack([hand.joints, np.zeros(21)]) + noise, np.float32)


def _observation(joints: Floats, index: int, track: int = 1) -> Observation:
    hand = spread_hand(wrist=(0, 0), length_px=SIZE_PX, track=track)
    return Observation(hand, joints, SIZE_PX, index / FPS, (640, 480))


def _frame(index: int, *, continues: bool = True) -> Frame:
    return Frame(IMAGE, index, index / FPS, continues=continues)


def _run(
    frames: list[list[Observation]], *, cuts: tuple[int, ...] = (), strength: float = DEFAULT_STRENGTH
) -> Smoothed:
    smooth = TwoSidedSmoother()
    added = (smooth(_frame(i, continues=i not in cuts), each, strength) for i, each in enumerate(frames))
    return [*chain.from_iterable(added), *smooth.flush(strength)]


def _joints(smoothed: Smoothed) -> Floats:
    return np.stack([hands[0].joints for _, hands in smoothed])


def test_a_constant_acceleration_passes_without_a_lag() -> None:
    hand = _still(0)
    motion = [hand + np.float32(200 * t + 900 * t**2) * np.array([1, -0.5, 0.3], np.float32) for t in WINDOW_S]
    np.testing.assert_allclose(_smooth(np.stack(motion)), motion[LOOKAHEAD], atol=0.02)


def test_jitter_of_a_hand_at_rest_shrinks_to_less_than_half() -> None:
    smoothed = np.stack(
        [_smooth(np.stack([_still(20 * seed + i) for i in range(len(WINDOW_S))])) for seed in range(60)]
    )
    assert smoothed.std(axis=0).mean() < 0.5


def test_a_peak_of_a_fast_motion_keeps_its_height() -> None:
    hand, shake = _still(0, noise_px=0), np.array([1, 0, 0])
    window = np.stack([hand + 100 * np.cos(2 * np.pi * 3 * t) * shake for t in WINDOW_S]).astype(np.float32)
    reached = (_smooth(window) - hand)[:, 0]
    assert (reached > 92).all()  # of 100 px; with the weights of a hand at rest it would be 78


def test_only_the_joints_that_move_are_smoothed_less() -> None:
    window = np.stack([_still(i) for i in range(len(WINDOW_S))])
    tapping = window.copy()
    tapping[:, 8, 1] += 80 * np.sin(40 * WINDOW_S)
    others = np.arange(21) != 8
    np.testing.assert_array_equal(_smooth(tapping)[others], _smooth(window)[others])


def test_a_greater_strength_reduces_jitter_more() -> None:
    def jitter(strength: float) -> float:
        windows = (np.stack([_still(20 * seed + i) for i in range(len(WINDOW_S))]) for seed in range(30))
        return float(np.stack([_smooth(window, strength) for window in windows]).std(axis=0).mean())

    assert jitter(0.9) < jitter(DEFAULT_STRENGTH) < jitter(0.1)


def test_a_network_without_depths_has_smoothed_joints_all_the_same() -> None:
    window = np.stack([_still(i) for i in range(len(WINDOW_S))])
    unknown = window.copy()
    unknown[:, :, 2] = np.nan
    np.testing.assert_array_equal(_smooth(unknown)[:, :2], _smooth(window)[:, :2])
    assert np.isnan(_smooth(unknown)[:, 2]).all()


def test_a_hand_seen_in_one_frame_stays_where_it_was_found() -> None:
    joints = _still(0)
    ((_, (hand,)),) = _run([[_observation(joints, 0)]])
    np.testing.assert_allclose(hand.joints, joints[:, :2], atol=1e-3)


def test_every_frame_is_returned_once_with_its_own_hands() -> None:
    frames = [[_observation(_still(i), i, track) for track in range(1, 1 + i % 3)] for i in range(20)]
    smoothed = _run(frames)
    assert [frame.index for frame, _ in smoothed] == list(range(20))
    assert [[hand.track_id for hand in hands] for _, hands in smoothed] == [
        list(range(1, 1 + i % 3)) for i in range(20)
    ]


def test_a_frame_waits_for_a_few_others_only() -> None:
    smooth = TwoSidedSmoother()
    counts = [len(list(smooth(_frame(i), [_observation(_still(i), i)], DEFAULT_STRENGTH))) for i in range(20)]
    assert counts == [0] * LOOKAHEAD + [1] * (20 - LOOKAHEAD)


def test_nothing_waits_without_smoothing() -> None:
    smooth, joints = TwoSidedSmoother(), _still(0)
    ((frame, (hand,)),) = smooth(_frame(0), [_observation(joints, 0)], 0)
    assert frame.index == 0
    np.testing.assert_array_equal(hand.joints, joints[:, :2])


def test_a_cut_ends_the_wait_and_is_not_smoothed_over() -> None:
    smooth = TwoSidedSmoother()
    before = [_observation(_still(i), i) for i in range(3)]
    assert not [each for i, one in enumerate(before) for each in smooth(_frame(i), [one], DEFAULT_STRENGTH)]
    after = _observation(_still(3, x=50), 3)
    finished = list(smooth(_frame(3, continues=False), [after], DEFAULT_STRENGTH))
    assert [frame.index for frame, _ in finished] == [0, 1, 2]
    ((_, (hand,)),) = smooth.flush(DEFAULT_STRENGTH)
    np.testing.assert_allclose(hand.joints, after.joints[:, :2], atol=1e-3)
    np.testing.assert_array_equal(_joints(finished), _joints(_run([[one] for one in before])))


@pytest.mark.parametrize("track", [1, 2])
def test_hands_before_and_after_a_gap_do_not_mix(track: int) -> None:
    """The same hand that was lost for a frame, or another one in its place."""
    first = [[_observation(_still(i), i)] for i in range(8)]
    last = [[_observation(_still(i, x=30), i, track)] for i in range(9, 17)]
    smoothed = _run([*first, [], *last])
    np.testing.assert_array_equal(_joints(smoothed[:8]), _joints(_run(first)))
    alone = [[_observation(one.joints, i) for one in hands] for i, hands in enumerate(last)]
    np.testing.assert_allclose(_joints(smoothed[9:]), _joints(_run(alone)), atol=1e-3)


def test_the_hand_in_space_is_smoothed_too() -> None:
    frames = [[_observation(_still(i, noise_px=3), i)] for i in range(40)]
    in_space = [hands[0].joints_3d for _, hands in _run(frames)]
    unsmoothed = [hands[0].joints_3d for _, hands in _run(frames, strength=0)]
    assert np.std(np.stack(in_space), axis=0).mean() < 0.6 * np.std(np.stack(unsmoothed), axis=0).mean()  # type: ignore[arg-type]

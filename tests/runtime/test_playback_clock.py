"""The due time of frames, frame rates and latency, with a simulated clock."""

import pytest

from handpose_live.runtime.playback_clock import LatencyMeter, PlaybackClock, Speed, SpeedMeter


def test_the_first_frame_is_due_at_once_and_the_others_at_their_time() -> None:
    clock = PlaybackClock()
    assert clock.wait_s(2.0, now_s=50.0) == 0
    assert clock.wait_s(2.1, now_s=50.04) == pytest.approx(0.06)
    assert clock.wait_s(2.5, now_s=50.1) == pytest.approx(0.4)


def test_a_short_delay_is_caught_up() -> None:
    clock = PlaybackClock()
    clock.wait_s(0.0, now_s=0.0)
    assert clock.wait_s(0.1, now_s=0.15) == 0
    assert clock.wait_s(0.2, now_s=0.15) == pytest.approx(0.05)


def test_after_a_long_delay_playback_continues_at_normal_speed() -> None:
    clock = PlaybackClock()
    clock.wait_s(0.0, now_s=0.0)
    assert clock.wait_s(0.1, now_s=5.0) == 0
    assert clock.wait_s(0.2, now_s=5.0) == pytest.approx(0.1)


def test_a_frame_after_rewinding_is_due_at_once() -> None:
    clock = PlaybackClock()
    clock.wait_s(9.0, now_s=1.0)
    assert clock.wait_s(2.0, now_s=1.1) == 0
    assert clock.wait_s(2.1, now_s=1.1) == pytest.approx(0.1)


def test_at_half_speed_frames_are_due_twice_as_late() -> None:
    clock = PlaybackClock(0.5)
    clock.wait_s(0.0, now_s=0.0)
    assert clock.wait_s(0.1, now_s=0.0) == pytest.approx(0.2)


def test_frame_rates_are_those_of_the_last_second() -> None:
    meter = SpeedMeter()
    for index in range(50):
        meter.count(now_s=index / 10, frame_ms=100.0, index=index)
    for index in range(30):
        meter.count(now_s=5 + index / 25, frame_ms=8.0, index=50 + 2 * index)
    speed = meter.speed(now_s=5 + 29 / 25)
    assert speed.fps == pytest.approx(25)
    assert speed.capture_fps == pytest.approx(50)
    assert speed.frame_ms == pytest.approx(8)


def test_there_are_no_frame_rates_without_frames() -> None:
    meter = SpeedMeter()
    assert meter.speed(now_s=0.0) == Speed(None, None, None)
    meter.count(now_s=1.0, frame_ms=7.0, index=0)
    meter.count(now_s=1.1, frame_ms=7.0, index=1)
    assert meter.speed(now_s=1.2).fps == pytest.approx(10)
    assert meter.speed(now_s=9.0) == Speed(None, None, None)


def test_latency_is_reported_as_median_and_95th_percentile() -> None:
    meter = LatencyMeter()
    assert meter.percentiles() is None
    for late_ms in [*([500.0] * 200), *range(1, 121)]:
        meter.count(late_ms)
    assert meter.percentiles() == (61, 115)

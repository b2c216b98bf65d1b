"""When a frame is due, and how fast frames come; by a clock that the test sets."""

import pytest

from handpose_live.ui.pace import Pace, Speed, SpeedMeter


def test_the_first_frame_is_due_at_once_and_the_others_at_their_own_time() -> None:
    pace = Pace()
    assert pace.wait_s(2.0, now_s=50.0) == 0
    assert pace.wait_s(2.1, now_s=50.04) == pytest.approx(0.06)
    assert pace.wait_s(2.5, now_s=50.1) == pytest.approx(0.4)


def test_a_frame_a_little_late_is_made_up_for() -> None:
    pace = Pace()
    pace.wait_s(0.0, now_s=0.0)
    assert pace.wait_s(0.1, now_s=0.15) == 0
    assert pace.wait_s(0.2, now_s=0.15) == pytest.approx(0.05)


def test_after_a_hold_up_frames_go_on_at_their_own_speed() -> None:
    pace = Pace()
    pace.wait_s(0.0, now_s=0.0)
    assert pace.wait_s(0.1, now_s=5.0) == 0
    assert pace.wait_s(0.2, now_s=5.0) == pytest.approx(0.1)


def test_the_speed_is_that_of_the_last_second() -> None:
    meter = SpeedMeter()
    for index in range(50):
        meter.count(now_s=index / 10, frame_ms=100.0)
    for index in range(30):
        meter.count(now_s=5 + index / 25, frame_ms=8.0)
    speed = meter.speed(now_s=5 + 29 / 25)
    assert speed.fps == pytest.approx(25)
    assert speed.frame_ms == pytest.approx(8)


def test_there_is_no_speed_when_frames_stay_away() -> None:
    meter = SpeedMeter()
    assert meter.speed(now_s=0.0) == Speed(None, None)
    meter.count(now_s=1.0, frame_ms=7.0)
    meter.count(now_s=1.1, frame_ms=7.0)
    assert meter.speed(now_s=1.2).fps == pytest.approx(10)
    assert meter.speed(now_s=9.0) == Speed(None, None)

"""The clock of a recording."""

from math import nan
from pathlib import Path

import pytest

from handpose_live.media.recording.clock import (
    COARSE_TICKS_PER_S,
    MAX_GAP_TICKS,
    TICKS_PER_S,
    RecordingClock,
    TickClock,
    ticks_per_second,
)


@pytest.mark.parametrize(
    ("source_s", "recording_s"),
    [
        ([5.0, 5.1, 5.3], [0, 0.1, 0.3]),
        ([5.0, 2.0, 2.1], [0, 0.5, 0.6]),
        ([5.0, 5.0, 5.1], [0, 0.5, 0.6]),
        ([5.0, nan, 5.1, 5.2], [0, 0.5, 1.0, 1.1]),
    ],
    ids=["plays", "seek back", "repeated frame", "no time"],
)
def test_a_recording_follows_its_source_except_where_time_does_not_advance(
    source_s: list[float], recording_s: list[float]
) -> None:
    clock = RecordingClock(period_s=0.5)
    assert [clock.advance(time_s, continues=True) for time_s in source_s] == pytest.approx(recording_s)
    assert clock.time_s == pytest.approx(recording_s[-1])


def test_a_frame_after_a_cut_or_of_another_scene_comes_one_period_later() -> None:
    clock = RecordingClock(period_s=0.5)
    clock.cut()
    times_s = [clock.advance(0.0, continues=True), clock.advance(0.1, continues=True)]
    clock.cut()
    times_s += [clock.advance(9.0, continues=True), clock.advance(9.1, continues=False)]
    assert times_s == pytest.approx([0, 0.1, 0.6, 1.1])


def test_ticks_start_at_0_and_increase() -> None:
    clock = TickClock(1000)
    assert [clock.tick(time_s) for time_s in (7.0, 7.1, 7.1, 7.05, 7.2)] == [0, 100, 101, 102, 200]
    assert clock.skipped_s == 0


def test_a_gap_longer_than_a_file_can_store_is_shortened() -> None:
    clock = TickClock(1000)
    ticks = [clock.tick(time_s) for time_s in (0.0, 1e8, 1e8 + 1)]
    assert ticks == [0, MAX_GAP_TICKS, MAX_GAP_TICKS + 1000]
    assert clock.skipped_s == pytest.approx(1e8 - MAX_GAP_TICKS / 1000)


def test_matroska_and_frames_hours_apart_get_coarse_ticks() -> None:
    assert ticks_per_second(Path("out.mp4"), 30) == TICKS_PER_S
    assert ticks_per_second(Path("out.MKV"), 30) == COARSE_TICKS_PER_S
    assert ticks_per_second(Path("out.mp4"), 1 / 86400) == COARSE_TICKS_PER_S

"""Stepping back by one frame, for any interval between frames."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.source import SourceInfo, StoredSource
from handpose_live.types.frame import Frame
from tests.media.videos import RED, plain, write_video

TIMES_S = [0.0, 0.1, 0.11, 0.5, 3600.0, 3600.04, 3600.05]


def make_video(times_s: list[float]) -> StoredSource:
    """Create a source with frames at these times; a seek starts half a nominal period early, as in a video."""

    def read(start_s: float) -> Generator[Frame]:
        for index, time_s in enumerate(times_s):
            if time_s >= start_s - 0.5 / 10:
                yield Frame(np.zeros((2, 2, 3), np.uint8), index, time_s)

    return StoredSource(SourceInfo("video", 2, 2, 10.0, len(times_s), live=False), read)


def test_the_previous_frame_is_found_also_across_gaps_and_at_short_intervals() -> None:
    source = make_video(TIMES_S)
    before = [source.frame_before(time_s) for time_s in TIMES_S]
    assert before[0] is None
    assert [frame.time_s for frame in before if frame is not None] == TIMES_S[:-1]


@pytest.mark.parametrize("index", range(len(TIMES_S) - 1))
def test_after_a_step_back_the_next_frame_is_the_one_stepped_back_from(index: int) -> None:
    source = make_video(TIMES_S)
    frames = iter(source)
    next(frames)
    source.seek(TIMES_S[index], after=True)
    assert next(frames).time_s == TIMES_S[index + 1]


def test_a_looped_video_has_no_frame_before_its_first_one() -> None:
    source = make_video(TIMES_S)
    source.looped = True
    assert source.frame_before(0.0) is None


@pytest.mark.parametrize("start_ms", [0, 5000])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_real_video_can_be_stepped_back_frame_by_frame(tmp_path: Path, ending: str, start_ms: int) -> None:
    times_ms = [start_ms + time_ms for time_ms in (0, 33, 50, 400, 410, 2000, 9000, 9100, 9110)]
    path = write_video(tmp_path / f"video.{ending}", [plain(RED)] * len(times_ms), times_ms=times_ms)
    source = open_source(str(path))
    assert isinstance(source, StoredSource)
    visited_s = [list(source)[-1].time_s]
    while (frame := source.frame_before(visited_s[-1])) is not None:
        visited_s.append(frame.time_s)
    assert visited_s == pytest.approx([(time_ms - start_ms) / 1000 for time_ms in times_ms][::-1])

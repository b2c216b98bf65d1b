"""One frame back, whatever lies between the frames."""

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
    """Frames at these times; read from a time on, as a video is, half a nominal period early."""

    def read(start_s: float) -> Generator[Frame]:
        for index, time_s in enumerate(times_s):
            if time_s >= start_s - 0.5 / 10:
                yield Frame(np.zeros((2, 2, 3), np.uint8), index, time_s)

    return StoredSource(SourceInfo("video", 2, 2, 10.0, len(times_s), live=False), read)


def test_each_frame_has_the_one_before_it_also_across_a_gap_and_where_they_come_quicker_than_usual() -> None:
    source = make_video(TIMES_S)
    before = [source.frame_before(time_s) for time_s in TIMES_S]
    assert before[0] is None
    assert [frame.time_s for frame in before if frame is not None] == TIMES_S[:-1]


@pytest.mark.parametrize("place", range(len(TIMES_S) - 1))
def test_after_a_step_back_the_next_frame_is_the_one_that_was_left(place: int) -> None:
    source = make_video(TIMES_S)
    frames = iter(source)
    next(frames)
    source.seek(TIMES_S[place], after=True)
    assert next(frames).time_s == TIMES_S[place + 1]


def test_a_looped_video_has_nothing_before_its_first_frame() -> None:
    source = make_video(TIMES_S)
    source.looped = True
    assert source.frame_before(0.0) is None


@pytest.mark.parametrize("start_ms", [0, 5000])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_real_video_goes_back_frame_by_frame(tmp_path: Path, ending: str, start_ms: int) -> None:
    times_ms = [start_ms + time_ms for time_ms in (0, 33, 50, 400, 410, 2000, 9000, 9100, 9110)]
    path = write_video(tmp_path / f"video.{ending}", [plain(RED)] * len(times_ms), times_ms=times_ms)
    source = open_source(str(path))
    assert isinstance(source, StoredSource)
    walked = [list(source)[-1].time_s]
    while (frame := source.frame_before(walked[-1])) is not None:
        walked.append(frame.time_s)
    assert walked == pytest.approx([(time_ms - start_ms) / 1000 for time_ms in times_ms][::-1])

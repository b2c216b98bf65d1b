"""A recording continues when its camera is lost and returns, and is finished when a detector hangs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest

from handpose_live.detection.detection import Detection, Effort
from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.events import Failed, Recorded
from handpose_live.runtime.player import Player
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame
from tests.runtime.event_log import TIMEOUT_S, EventLog
from tests.ui.fakes import FakeCamera, NoHandsDetector, session_factory


class LargerCamera(FakeCamera):
    """A camera with images of 96x96 px."""

    def __init__(self, frames: int, *, then: str) -> None:
        super().__init__(frames, then=then)
        self.info = replace(self.info, width=96, height=96)

    def __iter__(self) -> Iterator[Frame]:
        for frame in super().__iter__():
            yield replace(frame, image=np.full((96, 96, 3), 200, np.uint8))


class HangingDetector(NoHandsDetector):
    """A detector that hangs until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.release = Event(), Event()

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:
        self.hangs.set()
        assert not self.closed.is_set()
        self.release.wait(TIMEOUT_S)
        return super().detect(image, effort)


def files_in(folder: Path) -> RecordingFiles:
    return RecordingFiles(folder / "out.mp4", folder / "out.clean.mp4", folder / "out.jsonl")


def decode_times_and_sizes(video: Path) -> list[tuple[float, int, int]]:
    """Return the time in seconds, width and height of each frame."""
    with av.open(str(video)) as file:
        return [(float(frame.time or 0), frame.width, frame.height) for frame in file.decode(video=0)]


def test_a_camera_that_returns_with_another_size_continues_the_same_recording(tmp_path: Path) -> None:
    last = LargerCamera(4, then="hang")
    cameras: list[Source] = [FakeCamera(3, then="fail"), last]
    log = EventLog()
    player = Player("7", session_factory(lambda _: cameras.pop(0)), TrackerConfig(), OverlayStyle(), log)
    player.recording.start(files_in(tmp_path))
    player.start()
    assert last.given.wait(TIMEOUT_S)
    last.release.set()
    assert player.stop(TIMEOUT_S)
    assert log.of(Failed) == []
    assert [event.problem for event in log.of(Recorded)] == [""]
    lines = read_landmarks(tmp_path / "out.jsonl")[1]
    assert [line["frame"] for line in lines] == [0, 1, 2, 0, 1, 2, 3]
    in_videos = [line["video_time_s"] for line in lines if line["video_time_s"] is not None]
    assert in_videos == pytest.approx([line / 30 for line in range(7)], abs=1e-3)
    for video in ("out.mp4", "out.clean.mp4"):
        times_s, *sizes = zip(*decode_times_and_sizes(tmp_path / video), strict=True)
        assert times_s == pytest.approx(in_videos, abs=1e-6)
        assert sizes == [(64,) * 7, (48,) * 7]


def test_a_recording_is_complete_and_the_detector_closed_later_if_the_detector_hangs_at_the_end(
    tmp_path: Path, small_video: Path
) -> None:
    detector = HangingDetector()
    log = EventLog()
    player = Player(str(small_video), session_factory(detector=detector), TrackerConfig(), OverlayStyle(), log)
    player.recording.start(files_in(tmp_path))
    player.start()
    assert detector.hangs.wait(TIMEOUT_S)
    player.stop()
    assert not detector.closed.is_set()
    detector.release.set()
    assert detector.closed.wait(TIMEOUT_S)
    assert player.stop(TIMEOUT_S)
    assert log.of(Failed) == []


@pytest.fixture
def small_video(tmp_path: Path) -> Path:
    """Write a video of three frames."""
    from tests.media.videos import plain, write_video

    return write_video(tmp_path / "video.mp4", [plain((index, 0, 0)) for index in range(3)])

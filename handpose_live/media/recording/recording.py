"""Everything that one recording writes: the annotated video, the clean one, the joints."""

import json
import math
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Any

import numpy as np

from handpose_live.media.letterbox import fit, fitted_box
from handpose_live.media.recording.landmarks import open_landmarks
from handpose_live.media.recording.video_writer import VideoWriter, video_size
from handpose_live.media.source import SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

UNKNOWN_PERIOD_S = 1 / 30


@dataclass(frozen=True)
class RecordingFiles:
    """Where a recording goes; what is None is not written.

    Attributes:
        annotated: video with the hands drawn on it.
        clean: video as it was captured.
        landmarks: the joints.
    """

    annotated: Path | None = None
    clean: Path | None = None
    landmarks: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those that are written."""
        return tuple(path for path in (self.annotated, self.clean, self.landmarks) if path is not None)


class Recording:
    """The files of a recording, which all hold the same frames on the same clock.

    The size of the first source's frames is that of the videos and of the landmark file's pixels: frames of another
    size, as a camera may send when it is plugged in again, are fitted into it with their joints. Pictures of a folder
    are fitted into the videos only: their lines in the landmark file have their own size and its pixels.

    Where a video shows pictures smaller, for H.264 takes no larger ones, the landmark file's header has
    ``video_width`` and ``video_height``, and joints are as fine as they were found.

    Attributes:
        files: where they are.
        frames: how many were given to it so far, without those that came during a pause.
        dropped: frames that all videos lack because an encoder could not keep up with a live source. Their joints are
            in the landmark file, with no time in the video.
        time_s: of the newest frame, on the recording's clock.
        paused: frames are left out; the clock stands still.
    """

    def __init__(self, files: RecordingFiles, info: SourceInfo, *, header: Mapping[str, Any] | None = None) -> None:
        """Open the files, replacing what was there.

        Args:
            files: at least one.
            info: of the source that will be recorded.
            header: what the landmark file's header says beside the usual: what it was made from, say. The videos say
                it in their comment, as JSON.

        Raises:
            HandPoseError: one of them cannot be written.
        """
        self.files = files
        self.frames, self.dropped, self.time_s, self.paused = 0, 0, 0.0, False
        self._width, self._height, self._live, self._pictures = info.width, info.height, info.live, info.pictures
        self._period_s = 1 / info.fps if info.fps and math.isfinite(info.fps) else UNKNOWN_PERIOD_S
        self._last_s = math.nan
        self._cut = self._closed = False
        self._writing = Lock()
        comment = json.dumps(dict(header)) if header else ""
        with ExitStack() as undo:
            self._videos: list[tuple[VideoWriter, bool]] = []
            for path, annotated in ((files.annotated, True), (files.clean, False)):
                if path is not None:
                    recorder = VideoWriter(path, width=info.width, height=info.height, fps=info.fps, comment=comment)
                    undo.callback(recorder.close)
                    self._videos.append((recorder, annotated))
            self._landmarks = None
            if files.landmarks is not None:
                self._landmarks = open_landmarks(
                    files.landmarks,
                    source=info.name,
                    width=info.width,
                    height=info.height,
                    fps=info.fps,
                    pictures=info.pictures,
                    more=self._video_size() | dict(header or {}),
                )
                undo.callback(self._landmarks.close)
            undo.pop_all()  # the landmarks last: opened, they replace what was there

    @property
    def draws(self) -> bool:
        """It wants pictures with the hands drawn on them."""
        return self.files.annotated is not None and not self.paused

    @property
    def warnings(self) -> list[str]:
        """In what the videos differ so far from the frames, one sentence each."""
        return [warning for recorder, _ in self._videos for warning in recorder.warnings]

    @property
    def size_bytes(self) -> int:
        """What is on the disk so far."""
        return sum(_size_bytes(path) for path in self.files.paths)

    def cut(self) -> None:
        """The next frame follows on the one before, whatever time has passed between them."""
        self._cut = True

    def write(self, frame: Frame, hands: Sequence[Hand], annotated: Image | None) -> None:
        """Add a frame, to all files or to none; a live one that an encoder has no room for only to the landmarks.

        After :meth:`close` it does nothing.

        Args:
            frame: of any size.
            hands: in it, joints in frame px.
            annotated: the frame's picture with the hands drawn on it; without one, though an annotated video is
                written, the recording was paused when it was to be drawn, and the frame is left out.

        Raises:
            HandPoseError: one of the files cannot be written; all are to be closed, and keep what was written.
        """
        with _signals_wait(), self._writing:
            if self._closed:
                return
            if self.paused or (annotated is None and self.files.annotated is not None):
                self._cut = True
                return
            self._advance(frame)
            video_time_s = self._show(frame.image, annotated)
            if self._landmarks is not None:
                picture = (frame.file_name, frame.image.shape[1], frame.image.shape[0]) if self._pictures else None
                hands = hands if picture else [self._fit_hand(hand, frame.image) for hand in hands]
                self._landmarks.write(frame.index, frame.time_s, hands, video_time_s=video_time_s, picture=picture)
            self.frames += 1

    def close(self) -> None:
        """Finish the files; a second time does nothing.

        Raises:
            HandPoseError: not everything could be written.
        """
        with self._writing, ExitStack() as stack:
            self._closed = True
            for recorder, _ in self._videos:
                stack.callback(recorder.close)
            if self._landmarks is not None:
                stack.callback(self._landmarks.close)

    def _show(self, clean: Image, annotated: Image | None) -> float | None:
        """Add a picture to all videos or to none; when they show it."""
        if self._live and not all(recorder.has_room for recorder, _ in self._videos):
            self.dropped += 1
            return None
        times_s = []
        for recorder, with_hands in self._videos:
            picture = annotated if with_hands and annotated is not None else clean
            times_s.append(recorder.write(fit(picture, self._width, self._height), self.time_s))
        return times_s[0] if times_s else None

    def _fit_hand(self, hand: Hand, image: Image) -> Hand:
        """The hand in px of the recording's size."""
        height, width = image.shape[:2]
        if (width, height) == (self._width, self._height):
            return hand
        left, top, inner_width, inner_height = fitted_box(width, height, self._width, self._height)
        joints = hand.joints * (inner_width / width, inner_height / height) + (left, top)
        return replace(hand, joints=np.asarray(joints, np.float32))

    def _video_size(self) -> dict[str, int]:
        """What the landmark file's header says of videos that show pictures smaller."""
        width, height = video_size(self._width, self._height)
        smaller = self._videos and (width < self._width or height < self._height)
        return {"video_width": width, "video_height": height} if smaller else {}

    def _advance(self, frame: Frame) -> None:
        step_s = frame.time_s - self._last_s
        if self.frames:
            # A file that was wound back or begins again goes on as if nothing had happened.
            follows = frame.continues and not self._cut and 0 < step_s < math.inf
            self.time_s += step_s if follows else self._period_s
        self._last_s, self._cut = frame.time_s, False


def _size_bytes(path: Path) -> int:
    with suppress(OSError):  # somebody took it away
        return path.stat().st_size
    return 0


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Ctrl-C or a polite kill comes after what is done here, not in its midst."""
    if threading.current_thread() is not threading.main_thread():  # no other is interrupted by signals
        yield
        return
    came: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        came.append(number)

    handlers = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for each in came:
            signal.raise_signal(each)

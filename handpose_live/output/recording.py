"""Everything that one recording writes: the annotated video, the clean one, the joints."""

import math
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.source import SourceInfo
from handpose_live.output.landmarks import open_landmarks
from handpose_live.output.recorder import Recorder
from handpose_live.tracking.hand import Hand

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

    Attributes:
        files: where they are.
        frames: how many were given to it so far, without those that came during a pause.
        time_s: of the newest frame, on the recording's clock.
        paused: frames are left out; the clock stands still.
    """

    def __init__(self, files: RecordingFiles, info: SourceInfo, *, header: Mapping[str, Any] | None = None) -> None:
        """Open the files, replacing what was there.

        Args:
            files: at least one.
            info: of the source that will be recorded.
            header: what the landmark file's header says beside the usual: what it was made from, say.

        Raises:
            HandPoseError: one of them cannot be written.
        """
        self.files = files
        self.frames, self.time_s, self.paused = 0, 0.0, False
        self._period_s = 1 / info.fps if info.fps else UNKNOWN_PERIOD_S
        self._last_s = math.nan
        self._cut = False
        with ExitStack() as undo:
            self._landmarks = None
            if files.landmarks is not None:
                self._landmarks = open_landmarks(
                    files.landmarks,
                    source=info.name,
                    width=info.width,
                    height=info.height,
                    fps=info.fps,
                    more=header,
                )
                undo.callback(self._landmarks.close)
            self._videos: list[tuple[Recorder, bool]] = []
            for path, annotated in ((files.annotated, True), (files.clean, False)):
                if path is not None:
                    recorder = Recorder(
                        path, width=info.width, height=info.height, fps=info.fps, every_frame=not info.live
                    )
                    undo.callback(recorder.close)
                    self._videos.append((recorder, annotated))
            undo.pop_all()

    @property
    def draws(self) -> bool:
        """It wants pictures with the hands drawn on them."""
        return self.files.annotated is not None and not self.paused

    @property
    def dropped(self) -> int:
        """Pictures that a video lacks because its encoder could not keep up."""
        return max((recorder.dropped for recorder, _ in self._videos), default=0)

    @property
    def size_bytes(self) -> int:
        """What is on the disk so far."""
        return sum(path.stat().st_size for path in self.files.paths if path.exists())

    def cut(self) -> None:
        """The next frame follows on the one before, whatever time has passed between them."""
        self._cut = True

    def write(self, frame: Frame, hands: Sequence[Hand], annotated: Image | None) -> None:
        """Add a frame, to all files or to none; ``annotated`` is not looked at without ``draws``.

        Raises:
            HandPoseError: one of the files cannot be written; all are to be closed, and keep what was written.
        """
        if self.paused:
            self._cut = True
            return
        with _signals_wait():
            self._advance(frame.time_s)
            for recorder, with_hands in self._videos:
                picture = annotated if with_hands else frame.image
                assert picture is not None
                recorder.write(picture, self.time_s)
            if self._landmarks is not None:
                self._landmarks.write(frame.index, frame.time_s, hands)
            self.frames += 1

    def close(self) -> None:
        """Finish the files; a second time does nothing.

        Raises:
            HandPoseError: not everything could be written.
        """
        with ExitStack() as stack:
            for recorder, _ in self._videos:
                stack.callback(recorder.close)
            if self._landmarks is not None:
                stack.callback(self._landmarks.close)

    def _advance(self, time_s: float) -> None:
        step_s = time_s - self._last_s
        if self.frames:
            # A file that was wound back or begins again goes on as if nothing had happened.
            self.time_s += self._period_s if self._cut or step_s <= 0 else step_s
        self._last_s, self._cut = time_s, False


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

"""A video that is encoded on a thread of its own: H.264, each frame at its own time."""

import math
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Self

import av

from handpose_live.media.recording.clock import MAX_GAP_TICKS, TickClock, ticks_per_second
from handpose_live.media.recording.h264 import encodable_size
from handpose_live.media.recording.video_file import CONTAINERS, VideoFile
from handpose_live.media.recording.write_errors import write_error
from handpose_live.media.source import DEFAULT_FPS
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

QUEUE_SIZE = 8


class VideoWriter:
    """A video being written; what was written so far plays even if the process is killed."""

    def __init__(self, path: Path, *, width: int, height: int, fps: float | None, comment: str = "") -> None:
        """Check that the file can be written; the first image replaces an existing one.

        Args:
            path: ends in .mp4, .mov or .mkv.
            width, height: of the images, in px; see :func:`encodable_size` for those of the file.
            fps: nominal frames per second; None if unknown. Each frame is shown at its own time all the same.
            comment: text of the file's comment tag.

        Raises:
            HandPoseError: the kind of file is unknown or it cannot be written.
        """
        if path.suffix.lower() not in CONTAINERS:
            raise HandPoseError(f"Cannot record to {path}: give it a name that ends in {', '.join(CONTAINERS)}.")
        self._path = path
        self._shape = (height, width, 3)
        self._size = encodable_size(width, height)
        fps = fps if fps and math.isfinite(fps) else DEFAULT_FPS
        self._clock = TickClock(ticks_per_second(path, fps))
        self._queue: Queue[tuple[Image, int] | None] = Queue(QUEUE_SIZE)
        self._failure: Exception | None = None
        self._open = True
        try:
            path.open("ab").close()  # VideoFile creates it with its first image only, too late for an error
            self._file = VideoFile(path, self._size, fps, self._clock.ticks_per_s, comment)
        except (OSError, av.FFmpegError) as error:
            raise write_error(path, error) from error
        self._thread = Thread(target=self._run, name="video writer", daemon=True)
        self._thread.start()

    @property
    def warnings(self) -> list[str]:
        """How the video differs so far from the images it was given, one sentence each."""
        (height, width, _), name = self._shape, self._path.name
        warnings = []
        if self._size[0] < width or self._size[1] < height:
            size = "{}x{}".format(*self._size)
            warnings.append(f"{name} shows images of {width}x{height} px at {size}: H.264 takes no larger ones.")
        if self._clock.skipped_s:
            max_gap_h = MAX_GAP_TICKS / self._clock.ticks_per_s / 3600
            warnings.append(f"{name} shortens a gap to {max_gap_h:.1f} hours: its clock holds no longer one.")
        return warnings

    @property
    def has_room(self) -> bool:
        """Whether the next :meth:`write` will return at once."""
        return not self._queue.full()

    def write(self, image: Image, time_s: float) -> float:
        """Queue an image for encoding; blocks while the queue is full.

        Args:
            image: ``(height, width, 3)`` RGB; must not be changed afterwards.
            time_s: when it is shown; the time of the first image becomes 0 in the file.

        Returns:
            Its presentation time in the file, in seconds, as players read it.

        Raises:
            HandPoseError: an earlier image could not be written; the writer is closed, the file kept.
            ValueError: the writer is closed, or the image has another size than announced.
        """
        if not self._open:
            raise ValueError("write to a closed VideoWriter")
        if image.shape != self._shape:
            raise ValueError(f"the VideoWriter was opened for {self._shape}, not {image.shape}")
        if self._failure:
            self.close()
        tick = self._clock.tick(time_s)
        self._queue.put((image, tick))
        return tick / self._clock.ticks_per_s

    def close(self) -> None:
        """Write what is queued and finish the file; without an image no new file is left. May be called twice.

        Raises:
            HandPoseError: not everything could be written.
        """
        if not self._open:
            return
        self._open = False
        self._queue.put(None)
        self._thread.join()
        if self._failure:
            raise write_error(self._path, self._failure) from self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            while (item := self._queue.get()) is not None:
                self._file.write(*item)
        except Exception as error:
            self._failure = error
            # Drain the queue, so that no write blocks forever.
            while self._queue.get() is not None:
                pass
        try:
            self._file.close()
        except Exception as error:
            self._failure = self._failure or error

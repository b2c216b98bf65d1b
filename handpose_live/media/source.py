"""Sources of frames: the interface of all of them, and the kind that can be read from any time on."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from handpose_live.types.frame import Frame

DEFAULT_FPS = 30.0
TIME_TOLERANCE_S = 1e-4  # the times of a frame differ by less, from wherever a video is read

SeekTarget = tuple[float, bool]  # a time in seconds, and whether to start after its frame
START: SeekTarget = (0.0, False)


@dataclass(frozen=True)
class SourceInfo:
    """Properties of a source.

    Attributes:
        name: for the user: a file name, ``camera 0 (its name)``, an address without its password.
        width, height: of the first frame, in px, and of all others unless ``separate_images``.
        fps: nominal frames per second; None if unknown.
        frame_count: number of frames according to the file; None if live or unknown.
        live: frames arrive in real time and are dropped if they are not read.
        separate_images: frames are images that may each have a file and a size of their own.
        duration_s: according to the file, in seconds; None if live or unknown.
    """

    name: str
    width: int
    height: int
    fps: float | None
    frame_count: int | None
    live: bool
    separate_images: bool = False
    duration_s: float | None = None


class Source(Protocol):
    """An iterable of frames: all of them from a file, the newest from a live source.

    Attributes:
        info: its properties.
        dropped: number of frames of a live source that were not read so far; 0 for a file.
        warnings: what the user should know about the frames so far, one sentence each: that a video is truncated, that
            an image could not be read. Each is listed once, even if the source is iterated again.
    """

    info: SourceInfo
    dropped: int
    warnings: list[str]

    def __iter__(self) -> Iterator[Frame]:
        """Iterate over the frames in order; on a live source, wait for a frame newer than the last one.

        Raises:
            HandPoseError: a live source was disconnected.
        """
        ...

    def close(self) -> None:
        """End the iteration soon. May be called from any thread, and more than once."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StoredSource(Source):
    """A file or folder: each iteration yields every frame, from the start or from the time given to :meth:`seek`.

    Attributes:
        looped: restart at the end; may be changed at any time.
    """

    def __init__(self, info: SourceInfo, read: Callable[[float], Generator[Frame]]) -> None:
        """``read`` opens the file, yields its frames from a time in seconds on, and closes it again."""
        self.info = info
        self.dropped = 0
        self.warnings: list[str] = []
        self.looped = False
        self._read = read
        self._closed = False
        self._seek_target: SeekTarget | None = None

    def __iter__(self) -> Iterator[Frame]:
        start: SeekTarget | None = self._take_seek_target() or START
        while start is not None and not self._closed:
            start = yield from self._frames_from(*start)

    def seek(self, time_s: float, *, after: bool = False) -> None:
        """Let the next frame be the one at this time. May be called from any thread.

        Args:
            time_s: time since the first frame, in seconds.
            after: let it be the first frame after this time instead.
        """
        self._seek_target = max(0.0, time_s), after

    def add_warning(self, sentence: str) -> None:
        """Add a sentence to ``warnings``, unless it is there already."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def frame_before(self, time_s: float) -> Frame | None:
        """Return the last frame before a time, with ``continues`` False; None if there is none.

        The iteration is not affected.
        """
        window_s = 2 / (self.info.fps or DEFAULT_FPS)
        while True:
            start_s, last = max(0.0, time_s - window_s), None
            with closing(self._read(start_s)) as frames:
                for frame in frames:
                    if frame.time_s > time_s - TIME_TOLERANCE_S or self._closed:
                        break
                    last = replace(frame, continues=False)
            if last is not None or start_s == 0:
                return last
            window_s *= 2

    def _frames_from(self, start_s: float, after: bool) -> Generator[Frame, None, SeekTarget | None]:
        """Yield the frames from a time on, or those after it; return where to continue, None at the end.

        The first frame continues the one before it only with ``after``.
        """
        with closing(self._read(start_s)) as frames:
            for count, frame in enumerate(frames):
                if self._closed:
                    return None
                if after and frame.time_s < start_s + TIME_TOLERANCE_S:
                    continue
                yield frame if count or after else replace(frame, continues=False)
                if self._seek_target is not None:
                    return self._take_seek_target()
        return START if self.looped else None

    def _take_seek_target(self) -> SeekTarget | None:
        target, self._seek_target = self._seek_target, None
        return target

    def close(self) -> None:
        self._closed = True

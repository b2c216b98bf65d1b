"""What every source of frames looks like, and the kind that can be read in full."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from handpose_live.types.frame import Frame

USUAL_FPS = 30.0
SAME_TIME_S = 1e-4  # times of one frame, read from different places of a film, differ by less


@dataclass(frozen=True)
class SourceInfo:
    """What is known about a source before its first frame.

    Attributes:
        name: what a person calls it: file name, ``camera 0 (its name)``, address without password.
        width, height: size of the first frame, in px, and of all others unless they are ``pictures``.
        fps: nominal frames per second; None where the source does not say.
        frame_count: how many frames will come, by the file's own account; None when live or unknown.
        live: frames come by the clock and are lost when nobody takes them.
        pictures: frames are pictures of which each may have a file and a size of its own.
        duration_s: how long it lasts, by the file's own account; None when live or unknown.
    """

    name: str
    width: int
    height: int
    fps: float | None
    frame_count: int | None
    live: bool
    pictures: bool = False
    duration_s: float | None = None


class Source(Protocol):
    """Frames, one after another: all of them from a file, the newest from a live source.

    Attributes:
        info: what it is.
        dropped: frames of a live source that nobody took so far; 0 for a file.
        warnings: what a person must know of the frames so far, one sentence each: that a film ends before its time,
            that a picture could not be read. Each comes once, also if the source is iterated again.
    """

    info: SourceInfo
    dropped: int
    warnings: list[str]

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order; of a live source the newest not yet seen, waiting for it.

        Raises:
            HandPoseError: a live source broke off.
        """
        ...

    def close(self) -> None:
        """End the iteration soon, also from another thread; more than once does no harm."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StoredSource(Source):
    """A file or folder: every frame, each time it is iterated from the start or from where :meth:`seek` said.

    Attributes:
        looped: begin again at the end; may be changed at any time.
    """

    def __init__(self, info: SourceInfo, read: Callable[[float], Generator[Frame]]) -> None:
        """``read`` opens the file, gives its frames from a time in seconds on and closes it again."""
        self.info = info
        self.dropped = 0
        self.warnings: list[str] = []
        self.looped = False
        self._read = read
        self._closed = False
        self._wanted: tuple[float, bool] | None = None

    def __iter__(self) -> Iterator[Frame]:
        start: tuple[float, bool] | None = self._take_wanted() or (0.0, False)
        while start is not None and not self._closed:
            start = yield from self._play(*start)

    def seek(self, time_s: float, *, after: bool = False) -> None:
        """Go on from this time with the next frame; callable from any thread.

        Args:
            time_s: since the first frame.
            after: leave out the frame of just this time.
        """
        self._wanted = max(0.0, time_s), after

    def warn(self, sentence: str) -> None:
        """Tell a person something about the frames so far, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def frame_before(self, time_s: float) -> Frame | None:
        """The last frame before a time, however long before, as one that continues nothing; None before the first.

        Does not touch the iteration.
        """
        reach_s = 2 / (self.info.fps or USUAL_FPS)
        while True:
            start_s, last = max(0.0, time_s - reach_s), None
            with closing(self._read(start_s)) as frames:
                for frame in frames:
                    if frame.time_s > time_s - SAME_TIME_S or self._closed:
                        break
                    last = replace(frame, continues=False)
            if last is not None or start_s == 0:
                return last
            reach_s *= 2

    def _play(self, start_s: float, after: bool) -> Generator[Frame, None, tuple[float, bool] | None]:
        """Give the frames from or after a time on; where to go on, if anywhere.

        What comes after a time follows on its frame; else the first frame continues nothing.
        """
        with closing(self._read(start_s)) as frames:
            for count, frame in enumerate(frames):
                if self._closed:
                    return None
                if after and frame.time_s < start_s + SAME_TIME_S:
                    continue
                yield frame if count or after else replace(frame, continues=False)
                if self._wanted is not None:
                    return self._take_wanted()
        return (0.0, False) if self.looped else None

    def _take_wanted(self) -> tuple[float, bool] | None:
        wanted, self._wanted = self._wanted, None
        return wanted

    def close(self) -> None:
        self._closed = True

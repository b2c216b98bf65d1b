"""Playback of a file: play and pause, step, seek, loop, speed."""

from collections import deque
from collections.abc import Callable, Iterator

from handpose_live.media.source import Source, StoredSource
from handpose_live.runtime.command_loop import CommandLoop
from handpose_live.runtime.playback_clock import PlaybackClock
from handpose_live.types.frame import Frame


class Playback:
    """Decides which frame of a source comes next, and when it is due.

    The first group of methods may be called from any thread, the second one from the player's thread only.

    Attributes:
        playing: frames of a file follow one another; else it is paused.
        at_end: a file has come to its end.
        is_idle: it waits because the file is paused or at its end.
    """

    def __init__(self, commands: CommandLoop, on_jump: Callable[[], object]) -> None:
        """Start out playing.

        Args:
            commands: of the player's thread.
            on_jump: called before a frame that does not follow the one before.
        """
        self.playing, self.at_end, self.is_idle = True, False, False
        self._commands, self._on_jump = commands, on_jump
        self._clock, self._looped = PlaybackClock(), False
        self._source: StoredSource | None = None
        # What was requested of a file: a time to continue from, then single steps forwards (1) or backwards (-1).
        self._seek_s: float | None = None
        self._steps: deque[int] = deque()

    # ------------------------------------------------------------------ from any thread

    def play(self, playing: bool) -> None:
        """Play or pause a file."""
        self.playing = playing
        self._clock = PlaybackClock(self.speed)
        self._commands.wake()

    def step(self, step: int) -> None:
        """Show the next frame (1) or the previous one (-1) of a file that is paused or at its end."""
        self._commands.do(lambda: self._request_step(step))

    def seek(self, time_s: float) -> None:
        """Continue a file from this time."""
        self._commands.do(lambda: self._request_seek(time_s))

    @property
    def speed(self) -> float:
        """Speed of a file, 1 for its own."""
        return self._clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._clock = PlaybackClock(speed)

    @property
    def looped(self) -> bool:
        """Start a file again at its end."""
        return self._looped

    @looped.setter
    def looped(self, looped: bool) -> None:
        self._looped = looped
        self._commands.do(self._apply_loop)

    # ------------------------------------------------------------------ from the player's thread

    def open(self, source: Source) -> None:
        """Begin with a source; only a stored one can be paused, stepped and sought."""
        self._source = source if isinstance(source, StoredSource) else None
        self._apply_loop()

    @property
    def has_request(self) -> bool:
        """A certain frame of a file is requested."""
        return self._seek_s is not None or bool(self._steps)

    @property
    def steps_back(self) -> bool:
        """The previous frame of a file is requested."""
        return self._source is not None and self._seek_s is None and bool(self._steps) and self._steps[0] < 0

    def next_frame(self, frames: Iterator[Frame]) -> Frame | None:
        """The frame at the requested time, or else the next one; None at the end.

        Args:
            frames: of the source, whose iteration follows its seeks.
        """
        if self._source is not None and self._seek_s is not None:
            self._source.seek(self._seek_s)
            self._seek_s = None
            self._on_jump()
        elif self._steps:
            self._steps.popleft()
        return self._commands.call(lambda: next(frames, None))

    def previous_frame(self, time_s: float) -> Frame | None:
        """The frame before the one at a time; None before the first."""
        source = self._source
        self._steps.popleft()
        if source is None:
            return None
        frame = self._commands.call(lambda: source.frame_before(time_s))
        if frame is not None:
            source.seek(frame.time_s, after=True)
            self._on_jump()
        return frame

    def wait_until_due(self, time_s: float, now_s: float) -> None:
        """Wait until a frame of a file is due, unless it is paused or another frame is requested."""
        if self.playing and self._source is not None:
            due_s = now_s + self._clock.wait_s(time_s, now_s)
            self._commands.wait_until(lambda: not self.playing or self.has_request, due_s)

    def wait_while_paused(self) -> None:
        """Wait until a file plays on or a certain frame is requested."""
        if self._source is not None:
            self._wait_idle(lambda: self.playing or self.has_request)

    def wait_at_end(self) -> None:
        """Wait at the end until a certain frame is requested or the file is looped."""
        self._wait_idle(lambda: self.has_request or (self._looped and self._source is not None))
        self.at_end = False

    def reach_end(self) -> None:
        """Drop the requested steps: there is no next frame."""
        self._steps.clear()
        self.at_end = True

    def _wait_idle(self, ready: Callable[[], bool]) -> None:
        self.is_idle = not ready()
        self._commands.wait_until(ready)
        self.is_idle = False

    def _request_step(self, step: int) -> None:
        if self._source is not None and not (self.at_end and step > 0):
            self._steps.append(step)

    def _request_seek(self, time_s: float) -> None:
        if self._source is not None:
            self._seek_s = time_s
            self._steps.clear()  # they were meant from the position before
            self._clock = PlaybackClock(self.speed)

    def _apply_loop(self) -> None:
        if self._source is not None:
            self._source.looped = self._looped

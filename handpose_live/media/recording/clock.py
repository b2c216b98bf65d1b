"""The clock of a recording: from a source's times to the recording's, and from there to a video file's ticks.

A frame's time passes through two steps: :class:`RecordingClock` closes the gaps of pauses, cuts and seeks, and
:class:`TickClock` turns the result into the whole numbers that a video file stores.
"""

import math
from pathlib import Path

# Divides the periods of 24, 25, 30, 48, 50, 60, 100, 120, 240 and 1000 fps evenly.
TICKS_PER_S = 24_000
COARSE_TICKS_PER_S = 1000  # the resolution of Matroska, and enough where frames are days apart
MIN_FPS_FOR_FINE_TICKS = 1 / 3600
# The longest time between two frames that MP4 can store: a day (24.8 h), or 24.8 days in coarse ticks.
MAX_GAP_TICKS = 2**31 - 2


def ticks_per_second(path: Path, fps: float) -> int:
    """Choose the resolution of a video file's clock by its container (its suffix) and its frame rate."""
    is_coarse = path.suffix.lower() == ".mkv" or fps < MIN_FPS_FOR_FINE_TICKS
    return COARSE_TICKS_PER_S if is_coarse else TICKS_PER_S


class RecordingClock:
    """Maps the times of a source to those of its recording, which has no pauses, cuts or jumps.

    Attributes:
        time_s: of the newest frame since the first one, in seconds.
    """

    def __init__(self, period_s: float) -> None:
        """``period_s``: time between two frames that do not follow on each other in the source, in seconds."""
        self.time_s = 0.0
        self._period_s = period_s
        self._last_source_s: float | None = None
        self._is_cut = False

    def cut(self) -> None:
        """Let the next frame come one period after the last, however much time passes between them."""
        self._is_cut = True

    def advance(self, source_s: float, *, continues: bool) -> float:
        """Go to the next frame.

        Args:
            source_s: its time in the source, in seconds. Where it is not later than the one before, as after a seek
                or at the beginning of a loop, the frame comes one period later.
            continues: the frame follows on the one before; see :class:`Frame`.

        Returns:
            Its time in the recording, in seconds; 0 for the first frame.
        """
        if self._last_source_s is not None:
            step_s = source_s - self._last_source_s
            follows = continues and not self._is_cut and 0 < step_s < math.inf
            self.time_s += step_s if follows else self._period_s
        self._last_source_s, self._is_cut = source_s, False
        return self.time_s


class TickClock:
    """Turns times into the ticks of a video file, each frame later than the one before.

    Attributes:
        ticks_per_s: the resolution.
        skipped_s: by how much gaps of more than ``MAX_GAP_TICKS`` were shortened in all, in seconds.
    """

    def __init__(self, ticks_per_s: int) -> None:
        self.ticks_per_s = ticks_per_s
        self.skipped_s = 0.0
        self._start_s: float | None = None
        self._last = -1

    def tick(self, time_s: float) -> int:
        """The tick at which the next frame is shown; 0 for the first."""
        if self._start_s is None:
            self._start_s = time_s
        tick = round((time_s - self._start_s - self.skipped_s) * self.ticks_per_s)
        excess = tick - self._last - MAX_GAP_TICKS
        if excess > 0:
            self.skipped_s += excess / self.ticks_per_s
            tick -= excess
        self._last = max(tick, self._last + 1)
        return self._last

"""The clock's part in showing frames: when one is due, and how many there are in a second."""

from collections import deque
from dataclasses import dataclass
from threading import Lock

LATE_S = 0.1
WINDOW_S = 1.0


class Pace:
    """Plays frames at their own speed; after a hold-up it goes on from there instead of racing to catch up."""

    def __init__(self) -> None:
        self._start_s: float | None = None

    def wait_s(self, time_s: float, now_s: float) -> float:
        """How long to wait before a frame is shown.

        Args:
            time_s: of the frame, since the source's first.
            now_s: by any clock, the same at every call.
        """
        if self._start_s is None or now_s - (self._start_s + time_s) > LATE_S:
            self._start_s = now_s - time_s
        return max(0.0, self._start_s + time_s - now_s)


@dataclass(frozen=True)
class Speed:
    """How fast frames came in the last second, and the mean time to work through one; None where too few came."""

    fps: float | None
    frame_ms: float | None


class SpeedMeter:
    """Counts frames in one thread while another asks how fast they come."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float]] = deque()
        self._lock = Lock()

    def count(self, now_s: float, frame_ms: float) -> None:
        """Add a frame that is done now and took so long to work through."""
        with self._lock:
            self._frames.append((now_s, frame_ms))

    def speed(self, now_s: float) -> Speed:
        """The speed at this moment, by the same clock."""
        with self._lock:
            while self._frames and now_s - self._frames[0][0] > WINDOW_S:
                self._frames.popleft()
            frames = tuple(self._frames)
        if len(frames) < 2:
            return Speed(None, frames[0][1] if frames else None)
        span_s = frames[-1][0] - frames[0][0]
        return Speed((len(frames) - 1) / span_s, sum(ms for _, ms in frames) / len(frames))

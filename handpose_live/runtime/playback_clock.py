"""The clock's part in showing frames: when one is due, how many there are in a second, how old they are when seen."""

from collections import deque
from dataclasses import dataclass
from threading import Lock

LATE_S = 0.1
WINDOW_S = 1.0
LATENCIES = 120


class PlaybackClock:
    """Plays frames at a speed; after a hold-up it goes on from there instead of racing to catch up."""

    def __init__(self, speed: float = 1.0) -> None:
        """``speed``: 1 for the film's own."""
        self.speed = speed
        self._start_s: float | None = None
        self._last_s = 0.0

    def wait_s(self, time_s: float, now_s: float) -> float:
        """How long to wait before a frame is shown.

        Args:
            time_s: of the frame, since the source's first; an earlier one than the last is due at once.
            now_s: by any clock, the same at every call.
        """
        time_s /= self.speed
        if self._start_s is None or time_s < self._last_s or now_s - (self._start_s + time_s) > LATE_S:
            self._start_s = now_s - time_s
        self._last_s = time_s
        return max(0.0, self._start_s + time_s - now_s)


@dataclass(frozen=True)
class Speed:
    """How fast frames came in the last second; None where too few came.

    Attributes:
        capture_fps: frames per second that the source took, also those that were dropped.
        fps: frames per second that were worked through.
        frame_ms: mean time to work through one.
    """

    capture_fps: float | None
    fps: float | None
    frame_ms: float | None


class SpeedMeter:
    """Counts frames in one thread while another asks how fast they come."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float, int]] = deque()
        self._lock = Lock()

    def count(self, now_s: float, frame_ms: float, index: int) -> None:
        """Add a frame that is done now and took so long to work through; its index counts dropped ones too."""
        with self._lock:
            self._frames.append((now_s, frame_ms, index))

    def speed(self, now_s: float) -> Speed:
        """The speed at this moment, by the same clock."""
        with self._lock:
            while self._frames and now_s - self._frames[0][0] > WINDOW_S:
                self._frames.popleft()
            frames = tuple(self._frames)
        if len(frames) < 2:
            return Speed(None, None, frames[0][1] if frames else None)
        span_s = max(frames[-1][0] - frames[0][0], 1e-6)
        taken = max(frames[-1][2] - frames[0][2], len(frames) - 1)
        return Speed(taken / span_s, (len(frames) - 1) / span_s, sum(ms for _, ms, _ in frames) / len(frames))


class LatencyMeter:
    """How old frames were when they were seen."""

    def __init__(self) -> None:
        self._ms: deque[float] = deque(maxlen=LATENCIES)

    def count(self, latency_ms: float) -> None:
        """Add a frame that was shown so long after it was taken."""
        self._ms.append(latency_ms)

    def percentiles(self) -> tuple[float, float] | None:
        """The median and the 95th percentile of the last frames, in ms."""
        if not self._ms:
            return None
        ordered = sorted(self._ms)
        return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]

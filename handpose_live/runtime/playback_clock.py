"""Timing of frames: when one is due, how many are processed in a second, how old they are when displayed."""

from collections import deque
from dataclasses import dataclass
from threading import Lock

MAX_DELAY_S = 0.1
WINDOW_S = 1.0
LATENCY_COUNT = 120


class PlaybackClock:
    """Schedules frames at a speed; after a delay it continues from there instead of catching up."""

    def __init__(self, speed: float = 1.0) -> None:
        """``speed``: 1 for that of the file."""
        self.speed = speed
        self._start_s: float | None = None
        self._last_s = 0.0

    def wait_s(self, time_s: float, now_s: float) -> float:
        """Time to wait before a frame is displayed.

        Args:
            time_s: of the frame, since the first of the source; a frame before the last one is due at once.
            now_s: by any clock, the same one in every call.
        """
        time_s /= self.speed
        if self._start_s is None or time_s < self._last_s or now_s - (self._start_s + time_s) > MAX_DELAY_S:
            self._start_s = now_s - time_s
        self._last_s = time_s
        return max(0.0, self._start_s + time_s - now_s)


@dataclass(frozen=True)
class Speed:
    """Frame rates over the last second; None where there are too few frames.

    Attributes:
        capture_fps: frames per second of the source, including dropped frames.
        fps: frames per second that were processed.
        frame_ms: mean processing time of a frame.
    """

    capture_fps: float | None
    fps: float | None
    frame_ms: float | None


class SpeedMeter:
    """Measures frame rates; one thread counts while another one reads."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float, int]] = deque()
        self._lock = Lock()

    def count(self, now_s: float, frame_ms: float, index: int) -> None:
        """Add a frame that was finished now, its processing time, and its index, which counts dropped frames too."""
        with self._lock:
            self._frames.append((now_s, frame_ms, index))

    def speed(self, now_s: float) -> Speed:
        """The frame rates now, by the same clock."""
        with self._lock:
            while self._frames and now_s - self._frames[0][0] > WINDOW_S:
                self._frames.popleft()
            frames = tuple(self._frames)
        if len(frames) < 2:
            return Speed(None, None, frames[0][1] if frames else None)
        span_s = max(frames[-1][0] - frames[0][0], 1e-6)
        captured = max(frames[-1][2] - frames[0][2], len(frames) - 1)
        return Speed(captured / span_s, (len(frames) - 1) / span_s, sum(ms for _, ms, _ in frames) / len(frames))


class LatencyMeter:
    """Measures the time from capturing to displaying a frame."""

    def __init__(self) -> None:
        self._ms: deque[float] = deque(maxlen=LATENCY_COUNT)

    def count(self, latency_ms: float) -> None:
        """Add the latency of a displayed frame."""
        self._ms.append(latency_ms)

    def percentiles(self) -> tuple[float, float] | None:
        """The median and the 95th percentile of the last frames, in ms."""
        if not self._ms:
            return None
        ordered = sorted(self._ms)
        return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]

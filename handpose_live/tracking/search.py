"""When and where the detector runs: in the frame's way for files, beside it for live sources."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from handpose_live.capture.frame import Frame, Image
from handpose_live.tracking.detector import Detection, Detector

# Seconds of the source's time between two searches: for a hand that was just lost or while there is
# none at all, and for one more hand beside those that are followed.
URGENT_INTERVAL_S = 0.1
IDLE_INTERVAL_S = 0.3
# Beside live frames it rests after each search for so many times as long as that took: on a slow machine
# it must not take more than a quarter of a core.
REST = 3


class Search(Protocol):
    """Looks for hands now and then."""

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        """What was found since the last call; may be empty because nothing was due."""
        ...

    def close(self) -> None:
        """Stop looking and close the detector."""
        ...


class InlineSearch:
    """Looks in the very frame it is called with: the same file gives the same hands every time."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._due = _Due()

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        return self._detector.detect(frame.image) if self._due(frame, urgent) else []

    def close(self) -> None:
        self._detector.close()


class ThreadedSearch:
    """Looks in its own thread, so that no frame waits for it; what it finds is some frames old."""

    def __init__(self, detector: Detector, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds."""
        self._detector, self._clock = detector, clock
        self._due = _Due()
        self._rests_until_s = clock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="detector")
        self._running: Future[list[Detection]] | None = None

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        found: list[Detection] = []
        if self._running is not None and self._running.done():
            found = self._running.result()
            self._running = None
        elif self._running is None and self._clock() >= self._rests_until_s and self._due(frame, urgent):
            self._running = self._thread.submit(self._look, frame.image)
        return found

    def close(self) -> None:
        self._thread.submit(self._detector.close)
        self._thread.shutdown(wait=False)

    def _look(self, image: Image) -> list[Detection]:
        start_s = self._clock()
        found = self._detector.detect(image)
        end_s = self._clock()
        self._rests_until_s = end_s + REST * (end_s - start_s)
        return found


class _Due:
    """Whether the next search is due, by the source's own clock."""

    def __init__(self) -> None:
        self._last_s: float | None = None

    def __call__(self, frame: Frame, urgent: bool) -> bool:
        interval_s = URGENT_INTERVAL_S if urgent else IDLE_INTERVAL_S
        # Timestamps of a 10 fps file may lie a hair less than 0.1 s apart.
        due = not frame.continues or self._last_s is None or not 0 <= frame.time_s - self._last_s < interval_s - 1e-3
        if due:
            self._last_s = frame.time_s
        return due

"""When and where the detector runs: in the frame's way for files, beside it for live sources."""

import atexit
import concurrent.futures.thread
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Protocol
from weakref import WeakSet

from handpose_live.tracking.detector import Detection, Detector
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

# Seconds of the source's time between two searches: for a hand that was just lost or while there is
# none at all, and for one more hand beside those that are followed.
URGENT_INTERVAL_S = 0.1
IDLE_INTERVAL_S = 0.3
# Beside live frames it rests after each search for so many times as long as that took: on a slow machine
# it must not take more than a quarter of a core.
REST = 3
# How long an inline search and the end of the program wait for a detector to close: it may hang.
CLOSING_S = 1.0

logger = logging.getLogger(__name__)


class DetectorRunner(Protocol):
    """Looks for hands now and then."""

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        """What was found since the last call; may be empty because nothing was due."""
        ...

    def close(self) -> None:
        """Stop looking and close the detector after its last call; afterwards nothing is found. A second time does
        nothing. Callable from any thread.
        """
        ...


class InlineDetectorRunner:
    """Looks in the very frame it is called with: the same file gives the same hands every time."""

    def __init__(self, detector: Detector) -> None:
        self._worker = _Worker(detector)
        self._due = _Due()

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        return self._worker.look(frame.image).result() if self._due(frame, urgent) else []

    def close(self) -> None:
        self._worker.close()
        self._worker.join(CLOSING_S)


class BackgroundDetectorRunner:
    """Looks beside the frames, so that none waits for it; what it finds is some frames old."""

    def __init__(self, detector: Detector, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds."""
        self._worker, self._clock = _Worker(detector, clock), clock
        self._due = _Due()
        self._running: concurrent.futures.Future[list[Detection]] | None = None

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        found: list[Detection] = []
        if self._running is not None and self._running.done():
            found = self._running.result()
            self._running = None
        elif self._running is None and self._clock() >= self._worker.rests_until_s and self._due(frame, urgent):
            self._running = self._worker.look(frame.image)
        return found

    def close(self) -> None:
        self._worker.close()


class _Worker:
    """The one thread that runs a detector, and closes it after its last call, also at the end of the program.

    Attributes:
        rests_until_s: by the clock, when the detector has rested after its last search.
    """

    def __init__(self, detector: Detector, clock: Callable[[], float] = time.monotonic) -> None:
        self._detector, self._clock = detector, clock
        self.rests_until_s = clock()
        self._asked: SimpleQueue[tuple[Image, concurrent.futures.Future[list[Detection]]] | None] = SimpleQueue()
        self._closed, self._closing = False, Lock()
        # A daemon, for a detector that hangs must not keep the program from ending.
        self._thread = Thread(target=self._run, name="detector", daemon=True)
        self._thread.start()
        _workers.add(self)

    def look(self, image: Image) -> concurrent.futures.Future[list[Detection]]:
        """What the detector will have found in a picture; nothing once it is closed."""
        found: concurrent.futures.Future[list[Detection]] = concurrent.futures.Future()
        with self._closing:
            if self._closed:
                found.set_result([])
            else:
                self._asked.put((image, found))
        return found

    def close(self) -> None:
        """Close the detector when it has answered what it was asked; does not wait for it."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._asked.put(None)

    def join(self, patience_s: float) -> None:
        """Wait for the detector to be closed."""
        self._thread.join(patience_s)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            image, found = asked
            start_s = self._clock()
            try:
                result = self._detector.detect(image)
            except BaseException as error:
                found.set_exception(error)
            else:
                end_s = self._clock()
                self.rests_until_s = end_s + REST * (end_s - start_s)
                found.set_result(result)
            del asked, image, found  # not to keep a picture until the next one
        try:
            self._detector.close()
        except Exception:
            logger.exception("The detector did not close")


_workers: WeakSet[_Worker] = WeakSet()


def _close_all() -> None:
    """Close the detectors that nobody has closed, and see them closed."""
    workers = list(_workers)
    for worker in workers:
        worker.close()
    for worker in workers:
        worker.join(CLOSING_S)


# MediaPipe runs on a pool of concurrent.futures, which ends before atexit's turn. These hooks, the pools' own among
# them, run in reverse order of their registration, which the import of concurrent.futures.thread has done for pools.
getattr(threading, "_register_atexit", atexit.register)(_close_all)


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

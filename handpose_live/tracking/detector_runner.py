"""When and on which thread the detector runs: in line for files, in the background for live sources."""

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

from handpose_live.detection.detection import Detection, Detector, Effort
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

# Seconds of the source's time between two runs of a slow and of a fast detector: while there is no hand or one was just
# lost, and while there is room for another hand beside those that are tracked.
URGENT_INTERVAL_S = {False: 0.1, True: 0.03}
IDLE_INTERVAL_S = {False: 0.3, True: 0.1}
# After each run in the background the detector pauses for so many times the run's duration: on a slow machine it must
# not take more than a quarter of a core.
PAUSE_FACTOR = 3
# How long an inline runner and the interpreter's exit wait for a detector to close, as it may hang.
CLOSE_TIMEOUT_S = 1.0

logger = logging.getLogger(__name__)


class DetectorRunner(Protocol):
    """Runs a detector on some of the frames."""

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        """Return the detections since the last call; empty also where no run was due.

        Args:
            frame: the next one of the source.
            urgent: run at the short interval.
        """
        ...

    def close(self) -> None:
        """Close the detector after its current run; later calls return no detections. May be called from any thread,
        and more than once.
        """
        ...


class InlineDetectorRunner:
    """Runs the detector on the very frame it is called with: the same frames give the same detections."""

    def __init__(self, detector: Detector, *, thorough: bool = False) -> None:
        """``thorough``: always make the full effort."""
        self._worker, self._thorough = _Worker(detector), thorough
        self._schedule = _Schedule(is_fast=detector.is_fast)

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        if not self._schedule.is_due(frame, urgent):
            return []
        effort = _effort(frame, urgent=urgent, thorough=self._thorough)
        return self._worker.submit(frame.image, effort).result()

    def close(self) -> None:
        self._worker.close()
        self._worker.join(CLOSE_TIMEOUT_S)


class BackgroundDetectorRunner:
    """Runs the detector beside the frames, so that none waits for it; detections are some frames old."""

    def __init__(
        self, detector: Detector, *, thorough: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Args:
        detector: is closed with this runner.
        thorough: always make the full effort.
        clock: in seconds.
        """
        self._worker, self._thorough, self._clock = _Worker(detector, clock), thorough, clock
        self._schedule = _Schedule(is_fast=detector.is_fast)
        self._pending: concurrent.futures.Future[list[Detection]] | None = None

    def __call__(self, frame: Frame, *, urgent: bool) -> list[Detection]:
        detections: list[Detection] = []
        if self._pending is not None and self._pending.done():
            detections = self._pending.result()
            self._pending = None
        elif (
            self._pending is None
            and self._clock() >= self._worker.pauses_until_s
            and self._schedule.is_due(frame, urgent)
        ):
            effort = _effort(frame, urgent=urgent, thorough=self._thorough)
            self._pending = self._worker.submit(frame.image, effort)
        return detections

    def close(self) -> None:
        self._worker.close()


_Request = tuple[Image, Effort, concurrent.futures.Future[list[Detection]]]


class _Worker:
    """The one thread that runs a detector, and closes it after its last run, also when the interpreter exits.

    Attributes:
        pauses_until_s: by the clock, when the next run may start.
    """

    def __init__(self, detector: Detector, clock: Callable[[], float] = time.monotonic) -> None:
        self._detector, self._clock = detector, clock
        self.pauses_until_s = clock()
        self._requests: SimpleQueue[_Request | None] = SimpleQueue()
        self._closed, self._close_lock = False, Lock()
        # A daemon, as a detector that hangs must not keep the interpreter from exiting.
        self._thread = Thread(target=self._run, name="detector", daemon=True)
        self._thread.start()
        _workers.add(self)

    def submit(self, image: Image, effort: Effort) -> concurrent.futures.Future[list[Detection]]:
        """Queue an image; the future has its detections, none once the worker is closed."""
        future: concurrent.futures.Future[list[Detection]] = concurrent.futures.Future()
        with self._close_lock:
            if self._closed:
                future.set_result([])
            else:
                self._requests.put((image, effort, future))
        return future

    def close(self) -> None:
        """Close the detector after the queued images, without waiting for it."""
        with self._close_lock:
            if not self._closed:
                self._closed = True
                self._requests.put(None)

    def join(self, timeout_s: float) -> None:
        """Wait for the detector to be closed."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            image, effort, future = request
            start_s = self._clock()
            try:
                detections = self._detector.detect(image, effort)
            except BaseException as error:
                future.set_exception(error)
            else:
                end_s = self._clock()
                self.pauses_until_s = end_s + PAUSE_FACTOR * (end_s - start_s)
                future.set_result(detections)
            del request, image, future  # so that no image is kept until the next one
        try:
            self._detector.close()
        except Exception:
            logger.exception("The detector did not close")


_workers: WeakSet[_Worker] = WeakSet()


def _close_all() -> None:
    """Close all detectors that are still open, and wait until they are closed."""
    workers = list(_workers)
    for worker in workers:
        worker.close()
    for worker in workers:
        worker.join(CLOSE_TIMEOUT_S)


# MediaPipe runs on a pool of concurrent.futures, which ends before atexit's handlers run. These hooks, among them that
# of the pools, run in reverse order of registration; importing concurrent.futures.thread registered that of the pools.
getattr(threading, "_register_atexit", atexit.register)(_close_all)


def _effort(frame: Frame, *, urgent: bool, thorough: bool) -> Effort:
    if thorough or not frame.continues:
        return "full"
    return "usual" if urgent else "low"


class _Schedule:
    """Decides on which frames the detector runs, by the source's own time."""

    def __init__(self, *, is_fast: bool) -> None:
        self._urgent_interval_s, self._idle_interval_s = URGENT_INTERVAL_S[is_fast], IDLE_INTERVAL_S[is_fast]
        self._last_s: float | None = None

    def is_due(self, frame: Frame, urgent: bool) -> bool:
        """Whether to run on this frame; if so, the next interval starts with it."""
        interval_s = self._urgent_interval_s if urgent else self._idle_interval_s
        # Timestamps of a 10 fps file may lie slightly less than 0.1 s apart.
        due = not frame.continues or self._last_s is None or not 0 <= frame.time_s - self._last_s < interval_s - 1e-3
        if due:
            self._last_s = frame.time_s
        return due

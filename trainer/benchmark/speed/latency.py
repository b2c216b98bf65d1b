"""Measure the latency from capture to painting of live frames, and how many are dropped."""

import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np

from handpose_live.detection.detection import Detector
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.source import SourceInfo
from handpose_live.runtime.session import Session
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image

from .painting import Painter

SPAN_S = 10.0  # the first and the last span show whether latency grows
WARM_UP_S = 2.0


@dataclass(frozen=True)
class Latency:
    """Latencies of a run over a live source, from capture to painting.

    Attributes:
        fps: of the source.
        busy: whether another process kept a core busy.
        seconds: length of the run.
        p50_ms, p95_ms: of all painted frames.
        first_p95_ms, last_p95_ms: of the first and the last ten seconds.
        painted, dropped: number of frames.
    """

    fps: float
    busy: bool
    seconds: float
    p50_ms: float
    p95_ms: float
    first_p95_ms: float
    last_p95_ms: float
    painted: int
    dropped: int


def measure_latency(
    images: Sequence[Image], *, fps: float, seconds: float, busy: bool, estimator: PoseEstimator, detector: Detector
) -> Latency:
    """Run a session over a simulated camera that repeats the images in real time; closes the detector.

    Args:
        images: ``(h, w, 3)`` RGB, all of one size.
        fps: of the camera.
        seconds: length of the run.
        busy: keep a core busy with another process.
        estimator, detector: the program's.
    """
    height, width = images[0].shape[:2]
    camera = _SimulatedCamera(images, fps, seconds + WARM_UP_S)
    info = SourceInfo("simulated camera", width, height, fps, None, live=True)
    tracker = HandTracker(estimator=estimator, detector=detector, background_detection=True)
    session = Session(LiveSource(info, camera.images()), tracker)
    paint = Painter(width, height)
    times: list[tuple[float, float]] = []  # of each painted frame: time of capture, latency
    with _busy_core() if busy else nullcontext():
        for result in session:
            paint(result.picture(session.style))
            captured_s = camera.captured_s[result.frame.index]
            times.append((captured_s, time.perf_counter() - captured_s))
    session.close()
    start_s = camera.captured_s[0] + WARM_UP_S
    measured = [(captured_s - start_s, 1000 * latency_s) for captured_s, latency_s in times if captured_s >= start_s]
    captured, latency_ms = np.array(measured).T
    return Latency(
        fps=fps,
        busy=busy,
        seconds=seconds,
        p50_ms=float(np.percentile(latency_ms, 50)),
        p95_ms=float(np.percentile(latency_ms, 95)),
        first_p95_ms=float(np.percentile(latency_ms[captured <= SPAN_S], 95)),
        last_p95_ms=float(np.percentile(latency_ms[captured >= captured[-1] - SPAN_S], 95)),
        painted=len(latency_ms),
        dropped=session.source.dropped,
    )


def as_text(latencies: Sequence[Latency]) -> str:
    """Format a table: one run per line."""
    heads = ("p50 ms", "p95 ms", "first 10 s", "last 10 s", "painted", "dropped")
    lines = [f"{'capture to painting':<34}" + "".join(f"{head:>12}" for head in heads)]
    for each in latencies:
        name = f"{each.fps:.0f} fps for {each.seconds:.0f} s{', a core busy' if each.busy else ''}"
        values = (each.p50_ms, each.p95_ms, each.first_p95_ms, each.last_p95_ms)
        counts = f"{each.painted:>12}{each.dropped:>12}"
        lines.append(f"{name:<34}" + "".join(f"{value:>12.1f}" for value in values) + counts)
    return "\n".join(lines)


class _SimulatedCamera:
    """Yields images in real time, whether or not the reader keeps up.

    Attributes:
        captured_s: when each was yielded, by :func:`time.perf_counter`.
    """

    def __init__(self, images: Sequence[Image], fps: float, seconds: float) -> None:
        self._images, self._fps, self._count = images, fps, round(fps * seconds)
        self.captured_s: list[float] = []

    def images(self) -> Generator[Image]:
        start_s = time.perf_counter()
        for index in range(self._count):
            time.sleep(max(0.0, start_s + index / self._fps - time.perf_counter()))
            self.captured_s.append(time.perf_counter())
            # A camera gives a new array each time.
            yield self._images[index % len(self._images)].copy()


@contextmanager
def _busy_core() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()

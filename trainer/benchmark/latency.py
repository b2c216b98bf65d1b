"""From the moment a live frame is taken to its being painted, and what is dropped on the way."""

import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.source import SourceInfo
from handpose_live.runtime.session import Session
from handpose_live.tracking.detector import Detector
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image

from .painting import Painter

SPAN_S = 10.0  # growth is read off from the first and the last span of this length
WARM_UP_S = 2.0


@dataclass(frozen=True)
class Latency:
    """What a run over a live source came to; latencies from a frame's being taken to its being painted.

    Attributes:
        fps: of the source.
        busy: whether another process kept a core busy meanwhile.
        seconds: how long it ran.
        p50_ms, p95_ms: of all painted frames.
        first_p95_ms, last_p95_ms: of its first and its last ten seconds.
        painted, dropped: frames.
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
    """Run a session over a source that gives these pictures over and over, by the clock; closes the detector.

    Args:
        images: of one size.
        fps: at which they come.
        seconds: how long.
        busy: let another process keep a core busy.
        estimator, detector: the program's.
    """
    height, width = images[0].shape[:2]
    camera = _Camera(images, fps, seconds + WARM_UP_S)
    info = SourceInfo("stand-in camera", width, height, fps, None, live=True)
    tracker = HandTracker(estimator=estimator, detector=detector, background_detection=True)
    session = Session(LiveSource(info, camera.pictures()), tracker)
    paint = Painter(width, height)
    times: list[tuple[float, float]] = []  # of each painted frame: when it was taken, how long it took
    with _core_kept_busy() if busy else _at_rest():
        for annotated in session:
            paint(annotated.picture(session.style))
            taken_s = camera.taken_s[annotated.frame.index]
            times.append((taken_s, time.perf_counter() - taken_s))
    session.close()
    start_s = camera.taken_s[0] + WARM_UP_S
    taken, latency_ms = np.array(
        [(taken_s - start_s, 1000 * took_s) for taken_s, took_s in times if taken_s >= start_s]
    ).T
    return Latency(
        fps=fps,
        busy=busy,
        seconds=seconds,
        p50_ms=float(np.percentile(latency_ms, 50)),
        p95_ms=float(np.percentile(latency_ms, 95)),
        first_p95_ms=float(np.percentile(latency_ms[taken <= SPAN_S], 95)),
        last_p95_ms=float(np.percentile(latency_ms[taken >= taken[-1] - SPAN_S], 95)),
        painted=len(latency_ms),
        dropped=session.source.dropped,
    )


def as_text(latencies: Sequence[Latency]) -> str:
    """A table: a run a line."""
    heads = ("p50 ms", "p95 ms", "first 10 s", "last 10 s", "painted", "dropped")
    lines = [f"{'taken to painted':<34}" + "".join(f"{head:>12}" for head in heads)]
    for each in latencies:
        name = f"{each.fps:.0f} fps for {each.seconds:.0f} s{', a core busy' if each.busy else ''}"
        values = (each.p50_ms, each.p95_ms, each.first_p95_ms, each.last_p95_ms)
        counts = f"{each.painted:>12}{each.dropped:>12}"
        lines.append(f"{name:<34}" + "".join(f"{value:>12.1f}" for value in values) + counts)
    return "\n".join(lines)


class _Camera:
    """Gives pictures by the clock, whether or not anybody keeps up.

    Attributes:
        taken_s: when each was given.
    """

    def __init__(self, images: Sequence[Image], fps: float, seconds: float) -> None:
        self._images, self._fps, self._count = images, fps, round(fps * seconds)
        self.taken_s: list[float] = []

    def pictures(self) -> Generator[Image]:
        start_s = time.perf_counter()
        for index in range(self._count):
            time.sleep(max(0.0, start_s + index / self._fps - time.perf_counter()))
            self.taken_s.append(time.perf_counter())
            # A camera's picture is a new one each time.
            yield self._images[index % len(self._images)].copy()


@contextmanager
def _core_kept_busy() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def _at_rest() -> Iterator[None]:
    yield

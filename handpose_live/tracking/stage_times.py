"""Time spent in each stage of the processing of a frame."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class StageTimes:
    """Sums up the seconds spent in each named stage."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time spent inside the ``with`` block to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - start

    def ms_per_frame(self, frames: int) -> dict[str, float]:
        """Return the mean milliseconds per frame of each stage, in the order of their first use."""
        return {stage: 1000 * seconds / max(frames, 1) for stage, seconds in self._seconds.items()}

"""Where the time of a frame goes."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class StageTimes:
    """Adds up the seconds spent in each named stage."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Count the time inside the ``with`` block as that stage's."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - start

    def ms_per_frame(self, frames: int) -> dict[str, float]:
        """Mean milliseconds per frame by stage, in the order in which stages first came up."""
        return {stage: 1000 * seconds / max(frames, 1) for stage, seconds in self._seconds.items()}

"""Times of many frames and their statistics."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

JOINTS = "joints"  # the stage from a frame to the joints in it
CPU = "cpu"


@dataclass
class Samples:
    """The measurements of one system, frame by frame.

    Attributes:
        name: the system's.
        ms: milliseconds by stage, one number per frame; ``JOINTS`` is the stage from a frame to the joints in it,
            ``CPU`` the CPU time of all threads for it.
        hands: number of hands found per frame.
        peak_mb: peak memory of a process that runs only this system; None where it was not measured.
    """

    name: str
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hands: list[int] = field(default_factory=list)
    peak_mb: float | None = None

    @contextmanager
    def measure(self, stage: str, cpu: str | None = None) -> Iterator[None]:
        """Add the wall time of the ``with`` block to ``stage``, and the CPU time of all threads to ``cpu``."""
        start, start_cpu = time.perf_counter(), time.process_time()
        yield
        self.ms[stage].append(1000 * (time.perf_counter() - start))
        if cpu is not None:
            self.ms[cpu].append(1000 * (time.process_time() - start_cpu))

    def reset(self) -> None:
        """Discard all measurements, after warming up."""
        self.ms.clear()
        self.hands.clear()

    def percentile(self, stage: str, percent: float) -> float:
        """Return a percentile of a stage's milliseconds; NaN without measurements."""
        return float(np.percentile(self.ms[stage], percent)) if self.ms.get(stage) else float("nan")

    def mean(self, stage: str) -> float:
        """Return the mean of a stage's milliseconds; NaN without measurements."""
        return float(np.mean(self.ms[stage])) if self.ms.get(stage) else float("nan")

    def as_json(self) -> dict[str, object]:
        """Return all figures as a JSON object."""
        stages = {
            stage: {
                "p50_ms": self.percentile(stage, 50),
                "p95_ms": self.percentile(stage, 95),
                "mean_ms": self.mean(stage),
            }
            for stage in self.ms
        }
        found = {"frames": len(self.hands), "frames_with_a_hand": sum(map(bool, self.hands)), "hands": sum(self.hands)}
        return {"name": self.name, **found, "peak_mb": self.peak_mb, "stages": stages}

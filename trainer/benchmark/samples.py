"""Milliseconds of many frames, and what a person reads of them."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

JOINTS = "joints"  # the whole way from a frame to the joints in it
CPU = "cpu"


@dataclass
class Samples:
    """What was measured of one contender, frame by frame.

    Attributes:
        name: the contender's.
        ms: by stage, one number per frame; ``JOINTS`` is the way from a frame to the joints in it, ``CPU``
            what all threads of the process worked for that.
        hands: found, per frame.
        peak_mb: most memory that a process held which did nothing else; None where it was not measured.
    """

    name: str
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hands: list[int] = field(default_factory=list)
    peak_mb: float | None = None

    @contextmanager
    def measure(self, stage: str, cpu: str | None = None) -> Iterator[None]:
        """Add the time inside the ``with`` block to a stage, that of all threads to the stage ``cpu``."""
        start, start_cpu = time.perf_counter(), time.process_time()
        yield
        self.ms[stage].append(1000 * (time.perf_counter() - start))
        if cpu is not None:
            self.ms[cpu].append(1000 * (time.process_time() - start_cpu))

    def forget(self) -> None:
        """Begin anew: what was measured so far was warming up."""
        self.ms.clear()
        self.hands.clear()

    def percentile(self, stage: str, percent: float) -> float:
        """Milliseconds that so many per cent of the frames did not exceed; NaN where it has none."""
        return float(np.percentile(self.ms[stage], percent)) if self.ms.get(stage) else float("nan")

    def mean(self, stage: str) -> float:
        """Milliseconds per frame."""
        return float(np.mean(self.ms[stage])) if self.ms.get(stage) else float("nan")

    def as_json(self) -> dict[str, object]:
        """Everything in numbers that a program reads."""
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

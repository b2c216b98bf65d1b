"""Measure the start-up, from the command to the first joints, step by step in new processes."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from handpose_live.detection.names import DEFAULT_DETECTOR, DetectorName

RUNS = 5
# Later steps find the modules of earlier ones loaded, as in the program. Arguments: clip, this package, detector.
SCRIPT = """
import time
start = time.perf_counter()
steps = {}
def step(name):
    global start
    now = time.perf_counter()
    steps[name], start = 1000 * (now - start), time.perf_counter()
import sys
from importlib import import_module
import handpose_live.app
step("command line")
from handpose_live.media.opening import open_source
source = open_source(sys.argv[1])
step("source (FFmpeg)")
import numpy as np
import_module(sys.argv[2] + ".painting").Painter(640, 480)(np.zeros((480, 640, 3), np.uint8))
step("first window (Qt)")
from handpose_live.runtime.session import Session
from handpose_live.tracking.hand_tracker import HandTracker
step("rest of the program (OpenCV)")
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
estimator = load_estimator(default_weights())
step("network")
from handpose_live.detection.opening import open_detector
detector = open_detector(sys.argv[3], max_hands=2)
step("hand detector")
session = Session(source, HandTracker(estimator=estimator, detector=detector, smoothing=0))
for result in session:
    if result.hands:
        break
step("first skeleton")
session.close()
import json
print(json.dumps(steps))
"""


def measure_startup(clip: Path, detector: DetectorName | None = None) -> dict[str, float]:
    """Measure the milliseconds of each step, median over ``RUNS`` starts with a warm file cache.

    Args:
        clip: a video with a hand.
        detector: None for the program's default.
    """
    runs = []
    for _ in range(RUNS + 1):
        command = [sys.executable, "-c", SCRIPT, str(clip), str(__package__), detector or DEFAULT_DETECTOR]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(run.stdout.splitlines()[-1]))
    return {step: statistics.median(run[step] for run in runs[1:]) for step in runs[0]}


def as_text(steps: dict[str, float]) -> str:
    """Format a table: one step per line, with the time since the start."""
    lines, total = [f"{'start-up':<32}{'ms':>8}{'so far':>9}"], 0.0
    for step, ms in steps.items():
        total += ms
        lines.append(f"{step:<32}{ms:>8.0f}{total:>9.0f}")
    return "\n".join(lines)

"""The sub-command ``detection``: which frames and which systems, and where the figures go."""

import argparse
import json
from contextlib import ExitStack, closing
from pathlib import Path

from handpose_live.system.console import redirect_native_output

from ...data.splits import SPLITS

# Detectors alone (MediaPipe's with its own thresholds and with the program's), and the whole program with them.
SYSTEMS = ("mediapipe-default", "mediapipe", "included", "program-mediapipe", "program-included")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-command's arguments, for :func:`run`."""
    parser.add_argument(
        "--frames", type=Path, action="append", required=True, metavar="DIR", help="rgb and boxes.csv; repeatable"
    )
    parser.add_argument("--split", choices=SPLITS, default="test", help="of the sets that have splits (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=SYSTEMS, default=SYSTEMS, help="measure only these")
    parser.add_argument("--detector", type=Path, metavar="FILE", help="weights file to take for the included detector")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="write sheets of missed and of false hands")


def run(options: argparse.Namespace) -> None:
    """Run the systems over the frames and print tables of recall and false finds.

    Args:
        options: the arguments of :func:`add_arguments`.

    Raises:
        HandPoseError: the frames cannot be used, or a model is missing.
        OSError: a file cannot be written.
    """
    from handpose_live.detection.weights import default_detector_weights

    from ...data.frames import read_all_frames
    from .judge import judge
    from .pictures import write_false_finds, write_misses
    from .systems import open_system
    from .tables import as_json, as_text

    weights = options.detector or default_detector_weights()
    frames = read_all_frames(options.frames, options.split)
    with redirect_native_output(), ExitStack() as stack:
        systems = {name: stack.enter_context(closing(open_system(name, weights))) for name in options.only}
        judgement = judge(frames, systems)
    figures = as_json(judgement, options.only)
    print(as_text(figures, options.only))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
        write_misses(options.pictures, judgement, options.only)
        write_false_finds(options.pictures, judgement, options.only)

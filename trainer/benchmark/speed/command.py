"""The sub-command ``benchmark``: which parts are measured, on which clips, and where the figures go."""

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from handpose_live.detection.names import DEFAULT_DETECTOR, DETECTORS
from handpose_live.system.console import redirect_native_output
from handpose_live.types.errors import HandPoseError

LATENCY_RUNS = ((30, False), (60, False), (60, True))  # frames per second; whether another process keeps a core busy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-command's arguments, for :func:`run`."""
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP", help="videos with hands; one hand in the first")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure only these parts")
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="of the network (default: the fastest)")
    parser.add_argument("--detector", choices=DETECTORS, help=f"of the program (default: {DEFAULT_DETECTOR})")
    parser.add_argument(
        "--rounds", type=int, default=4, metavar="N", help="how many times each clip is played (%(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=20, metavar="S", help="length of a live run (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")


def run(options: argparse.Namespace) -> None:
    """Measure and print the chosen parts.

    Args:
        options: the arguments of :func:`add_arguments`.

    Raises:
        HandPoseError: a clip cannot be read or has no hand, or a model is missing.
        OSError: the JSON file cannot be written.
    """
    # As in the program, one hand is too little work to share. PyTorch reads this when it is loaded.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    results: dict[str, Any] = {"cores": os.cpu_count()}
    with redirect_native_output():
        for part in options.only or PARTS:
            results[part] = PARTS[part](options)
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def _clips(options: argparse.Namespace) -> Any:
    from .compare import as_text, compare

    results = []
    for clip in options.clips:
        for max_hands in (1, 2):
            comparison = compare(
                clip,
                max_hands=max_hands,
                rounds=options.rounds,
                device=options.device,
                detector=options.detector,
            )
            print(as_text(comparison), end="\n\n", flush=True)
            results.append(
                {
                    "clip": clip.name,
                    "size": comparison.size,
                    "max_hands": max_hands,
                    "device": comparison.device,
                    "entries": [samples.as_json() for samples in (comparison.candidate, *comparison.baselines)],
                }
            )
    return results


def _network(_: argparse.Namespace) -> Any:
    from .networks import as_text, measure_networks

    samples = measure_networks()
    print(as_text(samples), end="\n\n", flush=True)
    return [each.as_json() for each in samples]


def _scaling(options: argparse.Namespace) -> Any:
    from handpose_live.detection.opening import open_detector
    from handpose_live.inference.loading import load_estimator
    from handpose_live.media.video.video_file import open_video
    from handpose_live.pose.weights import default_weights

    from .scaling import as_text, measure_scaling

    image = next(iter(open_video(options.clips[0]))).image
    detector = open_detector(options.detector, max_hands=1, device=options.device)
    found = detector.detect(image)
    detector.close()
    if not found:
        raise HandPoseError(f"There is no hand in the first frame of {options.clips[0]}; name another clip first.")
    by_hands, by_size = measure_scaling(image, found[0], load_estimator(default_weights(), options.device))
    print(as_text("ms by number of hands", by_hands), end="\n\n")
    print(as_text("ms by size of frame", by_size), end="\n\n", flush=True)
    return {"hands": [each.as_json() for each in by_hands], "sizes": [each.as_json() for each in by_size]}


def _latency(options: argparse.Namespace) -> Any:
    from handpose_live.detection.opening import open_detector
    from handpose_live.inference.loading import load_estimator
    from handpose_live.media.video.video_file import open_video
    from handpose_live.pose.weights import default_weights

    from .latency import as_text, measure_latency

    images = [frame.image for frame in open_video(options.clips[0])]
    images += images[::-1]  # forwards and backwards, without a jump
    results = []
    for fps, busy in LATENCY_RUNS:
        estimator = load_estimator(default_weights(), options.device)
        detector = open_detector(options.detector, max_hands=2, device=options.device)
        latency = measure_latency(
            images, fps=fps, seconds=options.seconds, busy=busy, estimator=estimator, detector=detector
        )
        results.append(latency)
    print(as_text(results), end="\n\n", flush=True)
    return [asdict(result) for result in results]


def _startup(options: argparse.Namespace) -> Any:
    from .startup import as_text, measure_startup

    steps = measure_startup(options.clips[0], options.detector)
    print(as_text(steps), end="\n\n", flush=True)
    return steps


PARTS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "clips": _clips,
    "network": _network,
    "scaling": _scaling,
    "latency": _latency,
    "startup": _startup,
}

"""The command line of the trainer."""

import argparse
import os
from pathlib import Path
from typing import TypeAlias

from handpose_live.detection.names import DEFAULT_DETECTOR, DETECTORS

from . import COMMAND, commands
from .benchmark.detection.command import add_arguments as add_detection_arguments
from .benchmark.speed.command import add_arguments as add_benchmark_arguments
from .data.splits import EVALUATION, SPLITS
from .recipes import DETECTOR_RECIPES, RECIPES

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def make_parser() -> argparse.ArgumentParser:
    """Make the parser; the parsed options have an attribute ``run``, the function of the command."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Train and test the networks of HandPose Live.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        *(_add_fit, _add_generalise, _add_evaluate, _add_space, _add_robustness, _add_export),
        *(_add_gestures, _add_clips, _add_identity, _add_steadiness, _add_detection),
        *(_add_benchmark, _add_render, _add_preview),
    ):
        add(subparsers)
    return parser


def _add_fit(subparsers: Subparsers) -> None:
    fit = subparsers.add_parser("fit", help="train a network, or resume an interrupted run")
    fit.set_defaults(run=commands.fit)
    _add_data(fit)
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run: log and networks")
    fit.add_argument("--recipe", choices=(*RECIPES, *DETECTOR_RECIPES), default="live")
    fit.add_argument("--steps", type=_count, help="instead of the recipe's")
    fit.add_argument("--batch", type=_count, help="samples a step; a large GPU takes 512 in little more time than 64")
    fit.add_argument(
        "--from",
        type=Path,
        dest="start",
        metavar="FILE",
        help="weights to start from, such as weights/live.safetensors",
    )
    fit.add_argument(
        "--train-on",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="folder to train on as a whole, in addition to the training splits of --data; repeatable",
    )
    _add_frames(fit)
    fit.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="SET",
        help="data set, by its name in index.csv or boxes.csv, that is not trained on, to test with it; repeatable",
    )
    fit.add_argument(
        "--rendered",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="share of the images, 0 to 1, that are rendered during training: people, in a process for each core",
    )
    _add_skins(fit)
    fit.add_argument(
        "--compile",
        action="store_true",
        dest="compiled",
        help="compile the network first: takes a minute, saves a fifth of the time of a step; needs a C++ compiler",
    )
    _add_raw(fit)
    _add_device(fit)
    fit.add_argument("--seed", type=int, default=0)


def _add_generalise(subparsers: Subparsers) -> None:
    generalise = subparsers.add_parser(
        "generalise", help="cross-validation over data sets: errors on sources that the network has not seen"
    )
    generalise.set_defaults(run=commands.generalise)
    _add_data(generalise)
    generalise.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the runs, one a fold")
    generalise.add_argument("--folds", type=_count, default=5, help="networks to train (%(default)s)")
    generalise.add_argument("--steps", type=_count, default=1500, help="of each (%(default)s)")
    generalise.add_argument(
        "--train-on", type=Path, action="append", default=[], metavar="DIR", help="folder for all folds; repeatable"
    )
    _add_frames(generalise)
    generalise.add_argument("--weights", type=Path, metavar="FILE", help="another network to measure too")
    _add_device(generalise)
    generalise.add_argument("--seed", type=int, default=0)


def _add_evaluate(subparsers: Subparsers) -> None:
    evaluate = subparsers.add_parser("evaluate", help="measure the errors of a weights file on a split")
    evaluate.set_defaults(run=commands.evaluate)
    _add_data(evaluate)
    evaluate.add_argument(
        "--split", choices=(*SPLITS, EVALUATION), default="test", help="evaluation: FreiHAND's official test set"
    )
    _add_raw(evaluate)
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_device(evaluate)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    evaluate.add_argument("--pictures", type=Path, metavar="DIR", help="write predictions.png and pck.png")


def _add_space(subparsers: Subparsers) -> None:
    space = subparsers.add_parser("space", help="measure hands in three dimensions, beside MediaPipe's")
    space.set_defaults(run=commands.space)
    _add_frames(space)
    space.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_device(space)


def _add_robustness(subparsers: Subparsers) -> None:
    robustness = subparsers.add_parser("robustness", help="measure errors on perturbed crops and corrupted images")
    robustness.set_defaults(run=commands.robustness)
    _add_data(robustness)
    robustness.add_argument("--split", choices=SPLITS, default="test")
    robustness.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_skins(robustness)
    _add_device(robustness)


def _add_export(subparsers: Subparsers) -> None:
    export = subparsers.add_parser("export", help="write a run's best network and its model card")
    export.set_defaults(run=commands.export)
    export.add_argument("--run", type=Path, required=True, dest="folder", metavar="DIR", help="what fit --out wrote")
    _add_data(export)
    _add_frames(export)
    export.add_argument("--out", type=Path, default=Path("weights"), metavar="DIR")
    export.add_argument(
        "--mean-with",
        type=Path,
        dest="start",
        metavar="FILE",
        help="write the mean of the run's weights and of those that it started from, which generalises better",
    )
    export.add_argument(
        "--spread-factor",
        type=float,
        default=1.0,
        metavar="FACTOR",
        help="by which joints are farther off on unseen sources than the network expects; generalise prints it",
    )


def _add_gestures(subparsers: Subparsers) -> None:
    gestures = subparsers.add_parser("gestures", help="measure precision and recall of the gesture rules")
    gestures.set_defaults(run=commands.gestures)
    _add_data(gestures)
    gestures.add_argument("--split", choices=SPLITS, default="test")
    gestures.add_argument("--weights", type=Path, metavar="FILE", help="joints from this network, not from the labels")
    _add_device(gestures)


def _add_clips(subparsers: Subparsers) -> None:
    clips = subparsers.add_parser("clips", help="run the whole program on clips with labelled fingertips")
    clips.set_defaults(run=commands.clips)
    clips.add_argument("folder", type=Path, metavar="DIR", help="clips and tips.csv")
    _add_program(clips)


def _add_identity(subparsers: Subparsers) -> None:
    identity = subparsers.add_parser("identity", help="count identity switches and wrong sides on films of two hands")
    identity.set_defaults(run=commands.identity)
    identity.add_argument(
        "folder", type=Path, metavar="DIR", help="films (.mp4) with their true hands in landmark files (.jsonl)"
    )
    _add_program(identity)


def _add_steadiness(subparsers: Subparsers) -> None:
    steadiness = subparsers.add_parser("steadiness", help="measure jitter and lag on films with known hands")
    steadiness.set_defaults(run=commands.steadiness)
    steadiness.add_argument(
        "folder", type=Path, metavar="DIR", help="films (.mp4) with their true hands in landmark files (.jsonl)"
    )
    steadiness.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the joints found in the films here, and do not run again"
    )
    _add_program(steadiness)


def _add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, metavar="FILE", help="another network than the shipped one")
    parser.add_argument("--detector", choices=DETECTORS, help=f"of the program (default: {DEFAULT_DETECTOR})")


def _add_detection(subparsers: Subparsers) -> None:
    detection = subparsers.add_parser(
        "detection", help="measure which hands the detectors and the program find in whole frames, beside MediaPipe"
    )
    detection.set_defaults(run=commands.detection)
    add_detection_arguments(detection)


def _add_benchmark(subparsers: Subparsers) -> None:
    benchmark = subparsers.add_parser("benchmark", help="measure the speed of the program beside MediaPipe's tracker")
    benchmark.set_defaults(run=commands.benchmark)
    add_benchmark_arguments(benchmark)


def _add_render(subparsers: Subparsers) -> None:
    render = subparsers.add_parser("render", help="render people, their hands or the demo clip, with exact labels")
    render.set_defaults(run=commands.render)
    made = render.add_mutually_exclusive_group(required=True)
    made.add_argument("--scenes", type=Path, metavar="DIR", help="whole frames of people: rgb and boxes.csv")
    made.add_argument("--crops", type=Path, metavar="DIR", help="hands cut from frames: folder, in FreiHAND's layout")
    made.add_argument("--films", type=Path, metavar="DIR", help="films of people (.mp4) with landmark files (.jsonl)")
    made.add_argument("--clip", type=Path, metavar="FILE", help="the demo clip (.mp4; its joints go into .jsonl)")
    render.add_argument("--count", type=int, metavar="N", help="number of frames, hands or films")
    render.add_argument("--seed", type=int, default=0)
    _add_skins(render)
    render.add_argument("--backgrounds", type=Path, metavar="DIR", help="images to use as backgrounds")
    render.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")


def _add_preview(subparsers: Subparsers) -> None:
    preview = subparsers.add_parser("preview", help="write a contact sheet of samples with their skeletons")
    preview.set_defaults(run=commands.preview)
    _add_data(preview)
    preview.add_argument("--split", choices=SPLITS, default="train")
    preview.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG")


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, action="append", required=True, metavar="DIR", help="in FreiHAND's layout; repeatable"
    )


def _add_frames(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--frames",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="folder of whole frames with boxes.csv; repeatable",
    )


def _add_skins(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--skins", type=Path, metavar="DIR", help="MakeHuman's skin textures, for rendered people")


def _add_raw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--raw", action="store_true", help="only the first image of each label, as the article used of FreiHAND"
    )


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="default: the best available")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few; name a whole number of at least 1")
    return count


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; name a number from 0 to 1")
    return share

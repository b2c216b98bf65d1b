"""``python -m trainer``: fit, evaluate, robustness, export, gestures, clips, render, preview."""

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TypeAlias

from handpose_live.types.errors import HandPoseError

from .data.folders import EVALUATION, SPLITS
from .recipes import RECIPES

PREVIEWED = 64

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: list[str] | None = None) -> int:
    """Run one of the trainer's commands. Returns the exit code."""
    options = _parser().parse_args(arguments)
    options.command = shlex.join(["python", "-m", "trainer", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        options.run(options)
    except (HandPoseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"The trainer needs the package {error.name}: pip install -e '.[train]'", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command makes fit and render go on.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Train and test the networks of HandPose Live."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_fit(commands)
    evaluate = commands.add_parser("evaluate", help="test a weights file on a split")
    evaluate.set_defaults(run=_evaluate)
    _add_data(evaluate)
    evaluate.add_argument(
        "--split", choices=(*SPLITS, EVALUATION), default="test", help="evaluation: FreiHAND's official test set"
    )
    _add_raw(evaluate)
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_device(evaluate)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    evaluate.add_argument("--pictures", type=Path, metavar="DIR", help="write predictions.png and pck.png")

    robustness = commands.add_parser("robustness", help="how much is lost where crops are off or pictures are bad")
    robustness.set_defaults(run=_robustness)
    _add_data(robustness)
    robustness.add_argument("--split", choices=SPLITS, default="test")
    robustness.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_device(robustness)

    export = commands.add_parser("export", help="write a run's best network and its model card")
    export.set_defaults(run=_export)
    export.add_argument("--run", type=Path, required=True, dest="folder", metavar="DIR", help="what fit --out wrote")
    _add_data(export)
    export.add_argument("--out", type=Path, default=Path("weights"), metavar="DIR")
    export.add_argument(
        "--mean-with",
        type=Path,
        dest="start",
        metavar="FILE",
        help="write the mean of the run's network and of what it started from: more at home on other pictures",
    )

    gestures = commands.add_parser("gestures", help="how rightly the rules name hands of known gesture")
    gestures.set_defaults(run=_gestures)
    _add_data(gestures)
    gestures.add_argument("--split", choices=SPLITS, default="test")
    gestures.add_argument("--weights", type=Path, metavar="FILE", help="joints from this network, not from the labels")
    _add_device(gestures)

    clips = commands.add_parser("clips", help="run the whole program on clips with marked fingertips")
    clips.set_defaults(run=_clips)
    clips.add_argument("folder", type=Path, metavar="DIR", help="clips and tips.csv")
    clips.add_argument("--weights", type=Path, metavar="FILE", help="another network than the shipped one")

    _add_render(commands)

    preview = commands.add_parser("preview", help="write a sheet of samples with their skeletons")
    preview.set_defaults(run=_preview)
    _add_data(preview)
    preview.add_argument("--split", choices=SPLITS, default="train")
    preview.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG")
    return parser


def _add_fit(commands: Commands) -> None:
    fit = commands.add_parser("fit", help="train a network; goes on where a run was stopped")
    fit.set_defaults(run=_fit)
    _add_data(fit)
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run: log and networks")
    fit.add_argument("--recipe", choices=RECIPES, default="live")
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
        help="folder to train on as a whole, beside the training splits of --data; may be repeated",
    )
    fit.add_argument(
        "--rendered",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="share of the hands, 0 to 1, that are rendered as training goes; wants a CUDA GPU",
    )
    fit.add_argument(
        "--compile",
        action="store_true",
        dest="compiled",
        help="compile the network first: a minute for a fifth less time a step; wants a C++ compiler",
    )
    _add_raw(fit)
    _add_device(fit)
    fit.add_argument("--seed", type=int, default=0)


def _add_render(commands: Commands) -> None:
    render = commands.add_parser("render", help="make pictures of hands, or the demo clip, with exact labels")
    render.set_defaults(run=_render)
    made = render.add_mutually_exclusive_group(required=True)
    made.add_argument("--out", type=Path, metavar="DIR", help="folder, in FreiHAND's layout")
    made.add_argument(
        "--clip", type=Path, metavar="FILE", help="the demo clip instead (.mp4; its joints go into .jsonl)"
    )
    render.add_argument("--count", type=int, metavar="N", help="how many pictures")
    render.add_argument("--seed", type=int, default=0)
    render.add_argument("--size", type=int, default=224, metavar="PX", help="side of the pictures (%(default)s)")
    render.add_argument("--backgrounds", type=Path, metavar="DIR", help="pictures to put hands before")
    _add_device(render)
    render.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, action="append", required=True, metavar="DIR", help="in FreiHAND's layout; may be repeated"
    )


def _add_raw(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--raw", action="store_true", help="only the first picture of each label, as the article used of FreiHAND"
    )


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few; name a whole number from 1 on")
    return count


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; name a number from 0 to 1")
    return share


def _add_device(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", choices=("cuda", "mps", "cpu"), help="default: the best there is")


def _fit(options: argparse.Namespace) -> None:
    from .train.fit import FitOptions, fit

    names = ("out", "recipe", "steps", "batch", "device", "seed", "start", "rendered", "compiled", "raw", "command")
    chosen = {name: getattr(options, name) for name in names}
    fit(FitOptions(data=tuple(options.data), train_on=tuple(options.train_on), **chosen))


def _evaluate(options: argparse.Namespace) -> None:
    from .evaluate.report import evaluate

    evaluate(
        options.data,
        options.split,
        options.weights,
        raw=options.raw,
        device=options.device,
        json_path=options.json,
        pictures=options.pictures,
    )


def _robustness(options: argparse.Namespace) -> None:
    from .evaluate.robustness import print_robustness

    print_robustness(options.data, options.split, options.weights, options.device)


def _export(options: argparse.Namespace) -> None:
    from .export.export import export

    export(options.folder, options.data, options.out, start=options.start)


def _gestures(options: argparse.Namespace) -> None:
    from handpose_live.inference.loading import load_estimator

    from .benchmark.gestures import print_gestures

    estimator = load_estimator(options.weights, options.device) if options.weights else None
    print_gestures(options.data, options.split, estimator)


def _clips(options: argparse.Namespace) -> None:
    from .benchmark.clips import print_clips

    print_clips(options.folder, options.weights)


def _render(options: argparse.Namespace) -> None:
    if options.clip is not None:
        from .demo.film import write_clip

        write_clip(options.clip, workers=options.workers)
        return
    if options.count is None:
        raise HandPoseError("Say how many pictures to make with --count N.")
    from handpose_live.inference.device import pick_device

    from .synth.background import list_images
    from .synth.scene import RenderConfig
    from .synth.write import write_folder

    backgrounds = list_images(options.backgrounds) if options.backgrounds else ()
    write_folder(
        options.out,
        count=options.count,
        seed=options.seed,
        config=RenderConfig(options.size, options.size, backgrounds=backgrounds),
        device=pick_device(options.device),
        workers=options.workers,
    )


def _preview(options: argparse.Namespace) -> None:
    from .data.folders import read_all_hands
    from .evaluate.sheets import write_samples

    hands = read_all_hands(options.data, options.split)
    write_samples(options.out, hands[:: max(1, len(hands) // PREVIEWED)][:PREVIEWED])


if __name__ == "__main__":
    sys.exit(main())

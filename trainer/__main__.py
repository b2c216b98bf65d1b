"""``python -m trainer``: fit, evaluate, export, gestures, clips, render, preview."""

import argparse
import os
import sys
from pathlib import Path

from handpose_live.errors import HandPoseError
from trainer.data.folders import SPLITS
from trainer.recipes import RECIPES

PREVIEWED = 64


def main(arguments: list[str] | None = None) -> int:
    """Run one of the trainer's commands. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (HandPoseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; fit goes on from its last checkpoint, render needs a new folder.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Train and test the networks of HandPose Live."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fit = commands.add_parser("fit", help="train a network; goes on where a run was stopped")
    fit.set_defaults(run=_fit)
    _add_data(fit)
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run: log and networks")
    fit.add_argument("--recipe", choices=RECIPES, default="live")
    fit.add_argument("--steps", type=int, help="instead of the recipe's")
    _add_device(fit)
    workers = max(1, (os.cpu_count() or 2) // 2)
    fit.add_argument("--workers", type=int, default=workers, help="processes that load pictures (%(default)s)")
    fit.add_argument("--seed", type=int, default=0)

    evaluate = commands.add_parser("evaluate", help="test a weights file on a split")
    evaluate.set_defaults(run=_evaluate)
    _add_data(evaluate)
    evaluate.add_argument("--split", choices=SPLITS, default="test")
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    _add_device(evaluate)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    evaluate.add_argument("--pictures", type=Path, metavar="DIR", help="write predictions.png and pck.png")

    export = commands.add_parser("export", help="write a run's best network and its model card")
    export.set_defaults(run=_export)
    export.add_argument("--run", type=Path, required=True, dest="folder", metavar="DIR", help="what fit --out wrote")
    _add_data(export)
    export.add_argument("--out", type=Path, default=Path("weights"), metavar="DIR")

    gestures = commands.add_parser("gestures", help="how rightly the rules name hands of known gesture")
    gestures.set_defaults(run=_gestures)
    _add_data(gestures)
    gestures.add_argument("--split", choices=SPLITS, default="test")
    gestures.add_argument("--weights", type=Path, metavar="FILE", help="joints from this network, not from the labels")
    _add_device(gestures)

    clips = commands.add_parser("clips", help="run the whole program on clips with marked fingertips")
    clips.set_defaults(run=_clips)
    clips.add_argument("folder", type=Path, metavar="DIR", help="clips and tips.csv")

    render = commands.add_parser("render", help="make pictures of hands, with exact labels")
    render.set_defaults(run=_render)
    render.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder, in FreiHAND's layout")
    render.add_argument("--count", type=int, required=True, metavar="N")
    render.add_argument("--seed", type=int, default=0)
    render.add_argument("--size", type=int, default=224, metavar="PX", help="side of the pictures (%(default)s)")
    render.add_argument("--backgrounds", type=Path, metavar="DIR", help="pictures to put hands before")
    _add_device(render)
    render.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")

    preview = commands.add_parser("preview", help="write a sheet of samples with their skeletons")
    preview.set_defaults(run=_preview)
    _add_data(preview)
    preview.add_argument("--split", choices=SPLITS, default="train")
    preview.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG")
    return parser


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, action="append", required=True, metavar="DIR", help="in FreiHAND's layout; may be repeated"
    )


def _add_device(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", choices=("cuda", "mps", "cpu"), help="default: the best there is")


def _fit(options: argparse.Namespace) -> None:
    from trainer.fit import FitOptions, fit

    names = ("out", "recipe", "steps", "device", "workers", "seed")
    fit(FitOptions(data=tuple(options.data), **{name: getattr(options, name) for name in names}))


def _evaluate(options: argparse.Namespace) -> None:
    from trainer.report import evaluate

    evaluate(
        options.data,
        options.split,
        options.weights,
        device=options.device,
        json_path=options.json,
        pictures=options.pictures,
    )


def _export(options: argparse.Namespace) -> None:
    from trainer.export import export

    export(options.folder, options.data, options.out)


def _gestures(options: argparse.Namespace) -> None:
    from handpose_live.pose.estimator import PoseEstimator
    from trainer.gestures import print_gestures

    estimator = PoseEstimator.load(options.weights, options.device) if options.weights else None
    print_gestures(options.data, options.split, estimator)


def _clips(options: argparse.Namespace) -> None:
    from trainer.clips import print_clips

    print_clips(options.folder)


def _render(options: argparse.Namespace) -> None:
    from handpose_live.pose.estimator import pick_device
    from trainer.synth.backdrop import list_pictures
    from trainer.synth.scene import Wishes
    from trainer.synth.write import write_folder

    backgrounds = list_pictures(options.backgrounds) if options.backgrounds else ()
    write_folder(
        options.out,
        count=options.count,
        seed=options.seed,
        wishes=Wishes(options.size, options.size, backgrounds=backgrounds),
        device=pick_device(options.device).type,
        workers=options.workers,
    )


def _preview(options: argparse.Namespace) -> None:
    from trainer.data.folders import read_all_hands
    from trainer.pictures import write_samples

    hands = read_all_hands(options.data, options.split)
    write_samples(options.out, hands[:: max(1, len(hands) // PREVIEWED)][:PREVIEWED])


if __name__ == "__main__":
    sys.exit(main())

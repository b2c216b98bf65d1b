"""``python -m trainer``: fit, evaluate, export, clips."""

import argparse
import os
import sys
from pathlib import Path

from handpose_live.errors import HandPoseError
from trainer.data.folders import SPLITS
from trainer.recipes import RECIPES


def main(arguments: list[str] | None = None) -> int:
    """Run one of the trainer's commands. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (HandPoseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
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

    clips = commands.add_parser("clips", help="run the whole program on clips with marked fingertips")
    clips.set_defaults(run=_clips)
    clips.add_argument("folder", type=Path, metavar="DIR", help="clips and tips.csv")
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


def _clips(options: argparse.Namespace) -> None:
    from trainer.clips import print_clips

    print_clips(options.folder)


if __name__ == "__main__":
    sys.exit(main())

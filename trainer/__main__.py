"""``python -m trainer``: fit, evaluate, export, clips."""

import argparse
import os
import sys
from pathlib import Path

from handpose_live.errors import HandPoseError
from trainer.recipes import RECIPES


def main(arguments: list[str] | None = None) -> int:
    """Run one of the trainer's commands. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except HandPoseError as error:
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
    fit.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        metavar="DIR",
        help="FreiHAND-layout folder; may be repeated",
    )
    fit.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the run: log, checkpoint, best weights"
    )
    fit.add_argument("--recipe", choices=RECIPES, default="live")
    fit.add_argument("--steps", type=int, help="instead of the recipe's")
    fit.add_argument("--device", choices=("cuda", "mps", "cpu"))
    fit.add_argument(
        "--workers", type=int, default=max(1, (os.cpu_count() or 2) // 2), help="processes that load pictures"
    )
    fit.add_argument("--seed", type=int, default=0)
    return parser


def _fit(options: argparse.Namespace) -> None:
    from trainer.fit import FitOptions, fit

    fit(
        FitOptions(
            data=tuple(options.data),
            out=options.out,
            recipe=options.recipe,
            steps=options.steps,
            device=options.device,
            workers=options.workers,
            seed=options.seed,
        )
    )


if __name__ == "__main__":
    sys.exit(main())

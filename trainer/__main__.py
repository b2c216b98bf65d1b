"""``python -m trainer``: fit, evaluate, robustness, export, gestures, clips, detection, benchmark, render, preview."""

import shlex
import sys

from handpose_live.types.errors import HandPoseError

from . import COMMAND, IS_INSTALLED
from .cli import make_parser

INSTALL = "pip install 'handpose-live[train]'" if IS_INSTALLED else "pip install -e '.[train]'"


def main(arguments: list[str] | None = None) -> int:
    """Run one of the trainer's commands. Returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = make_parser().parse_args(arguments)
    options.command = f"{COMMAND} {shlex.join(arguments)}"
    try:
        options.run(options)
    except (HandPoseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"The trainer needs the package {error.name}: {INSTALL}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command resumes fit and render.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

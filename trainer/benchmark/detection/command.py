"""The sub-command ``detection``: which frames and which systems, and where the figures go."""

import argparse
import json
from contextlib import ExitStack, closing
from pathlib import Path

from handpose_live.system.console import redirect_native_output

from ...data.frames import read_all_frames
from .judge import judge
from .pictures import write_false_finds, write_misses
from .systems import SYSTEMS
from .tables import as_json, as_text


def run(options: argparse.Namespace) -> None:
    """Run the systems over the frames and print tables of recall and false finds.

    Args:
        options: ``frames``, ``split``, ``only``, ``json`` and ``pictures``, of the command line.

    Raises:
        HandPoseError: the frames cannot be used, or a model is missing.
        OSError: a file cannot be written.
    """
    frames = read_all_frames(options.frames, options.split)
    with redirect_native_output(), ExitStack() as stack:
        systems = {name: stack.enter_context(closing(SYSTEMS[name]())) for name in options.only or SYSTEMS}
        judgement = judge(frames, systems)
    figures = as_json(judgement, list(systems))
    print(as_text(figures, list(systems)))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
        write_misses(options.pictures, judgement, list(systems))
        write_false_finds(options.pictures, judgement, list(systems))

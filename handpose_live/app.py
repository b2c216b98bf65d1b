"""The command line: picks the source, the device, and window or headless."""

# --help must answer at once, so what takes long to import is imported where it is needed.
import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from handpose_live import __version__
from handpose_live.system.console import prepare_console, redirect_native_output
from handpose_live.system.log import bug_report_sentence, log_to_file
from handpose_live.types.errors import HandPoseError

if TYPE_CHECKING:
    from handpose_live.gestures.rules import Rule
    from handpose_live.inference.estimator import PoseEstimator
    from handpose_live.media.source import Source
    from handpose_live.runtime.session_factory import SessionFactory
    from handpose_live.tracking.config import TrackerConfig
    from handpose_live.tracking.detector import Detector

logger = logging.getLogger(__name__)

FIRST_CAMERA = "0"
USUAL_HANDS = 2


@log_to_file()
def main(arguments: list[str] | None = None) -> int:
    """Run the program. Returns its exit code: 0, 1 after an error, 2 after wrong usage, 130 when interrupted."""
    prepare_console()
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.out is not None and (not options.sources or not options.headless or options.record or options.landmarks):
        parser.error("--out DIR goes with SOURCE ... and --headless, in place of --record and --landmarks")
    if options.out is None and len(options.sources) > 1:
        parser.error("more than one SOURCE goes with --headless --out DIR")
    options.source = options.sources[0] if options.sources else None
    try:
        with redirect_native_output():
            return _run(options)
    except HandPoseError as error:
        print(error, file=sys.stderr)
        return 1
    except ImportError as error:
        # OpenCV, MediaPipe and Qt need system libraries that pip cannot bring.
        print(f"A part of the program is not installed ({error}): 'make run' installs all of it.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logger.exception("The run ended")
        print(bug_report_sentence(error), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python main.py", description="Finds the 21 joints of every hand in view and draws them, live."
    )
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="number of a camera, video or picture file, folder of pictures, http/rtsp address, or demo: rendered "
        "hands (default: camera 0)",
    )
    parser.add_argument("--max-hands", type=_count, metavar="N", help="follow at most N hands (default: 2)")
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="run the network there (default: the best)")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="another network than the one that comes along")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the annotated video (.mp4, .mov, .mkv)")
    parser.add_argument("--landmarks", type=Path, metavar="FILE", help="write the joints (.jsonl, .csv)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="work through many videos: annotated copies and joints")
    parser.add_argument("--headless", action="store_true", help="open no window; a file then runs as fast as it can")
    parser.add_argument("--no-smoothing", dest="smoothing", action="store_false", help="show joints as they are found")
    parser.add_argument("--list-cameras", action="store_true", help="name the cameras and stop")
    parser.add_argument("--version", action="version", version=f"HandPose Live {__version__}")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _run(options: argparse.Namespace) -> int:
    if options.list_cameras:
        return _list_cameras()
    if options.out is not None:
        return _run_batch(options)
    _refuse_to_overwrite(options)
    if not options.headless:
        no_display = _why_no_window()
        return _run_window(options) if no_display is None else _run_without_display(options, no_display)

    from handpose_live.media.opening import open_source

    with open_source(options.source or FIRST_CAMERA) as source:
        return _run_headless(options, source)


def _why_no_window() -> HandPoseError | None:
    from handpose_live.ui.display_check import check_display

    try:
        check_display()
    except HandPoseError as error:
        return error
    return None


def _run_without_display(options: argparse.Namespace, no_display: HandPoseError) -> int:
    """Where there is no camera either, and none was asked for, the demo shows what the program does: into files."""
    from handpose_live.media.opening import DEMO, open_source

    if options.source is not None:
        raise no_display
    try:
        open_source(FIRST_CAMERA).close()
    except HandPoseError as no_camera:
        print(no_camera, no_display, sep="\n")
    else:
        raise no_display
    options.record = options.record or Path("handpose-demo.mp4")
    options.landmarks = options.landmarks or Path("handpose-demo.jsonl")
    print(f"So the demo plays once through the whole program, into {options.record} and {options.landmarks}:")
    with open_source(DEMO) as source:
        return _run_headless(options, source)


def _run_window(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from handpose_live.gestures.rules import shipped_rules
    from handpose_live.media.recording.recording import RecordingFiles
    from handpose_live.runtime.settings import Settings
    from handpose_live.ui.start import run_window

    def adjust(settings: Settings) -> Settings:
        tracking = settings.tracking
        if options.max_hands is not None:
            tracking = replace(tracking, max_hands=options.max_hands)
        if not options.smoothing:
            tracking = replace(tracking, smoothing=0.0)
        return replace(settings, tracking=tracking)

    problem = ""
    try:
        tools = _tools(options)
    except HandPoseError as error:
        tools = _tools(options, shipped_rules())
        problem = f"{error} Until the next start only the gestures that come with the program are known."
    files = RecordingFiles(annotated=options.record, landmarks=options.landmarks)
    return run_window(options.source, tools, files=files, adjust=adjust, problem=problem)


def _list_cameras() -> int:
    from handpose_live.media.live.camera import list_cameras

    cameras = list_cameras()
    if not cameras:
        raise HandPoseError('No camera was found: connect one, or give a video file, or "demo".')
    for camera in cameras:
        print(f"{camera.index}  {camera.name}")
    return 0


def _refuse_to_overwrite(options: argparse.Namespace) -> None:
    """Nothing that the run reads is written over, whatever links and spellings lead to it, nor an output by another."""
    from handpose_live.gestures.classifier import user_rules_file
    from handpose_live.media.opening import pictures_in

    source = Path(options.source or FIRST_CAMERA)
    sources = pictures_in(source) if os.path.isdir(source) else [source]
    others = {"the weights file": _weights(options), "the table of your gestures": user_rules_file()}
    for file in filter(None, (options.record, options.landmarks)):
        if any(_same_file(file, read) for read in sources):
            raise HandPoseError(f"{file} is the source itself; write to another file.")
        for what, read in others.items():
            if _same_file(file, read):
                raise HandPoseError(f"{file} is {what}; write to another file.")
    if options.record and options.landmarks and _same_file(options.record, options.landmarks):
        raise HandPoseError(f"{options.record} and {options.landmarks} are one file; write to two.")


def _same_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    # os.path's, as Path's own raise for what a source may well be: an address longer than the name of a file.
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


def _tools(options: argparse.Namespace, rules: "Sequence[Rule] | None" = None) -> "SessionFactory":
    """What sessions are made of; nothing is loaded before it is used.

    Args:
        options: of the command line.
        rules: of gestures; None takes those that come with the program and the person's own.

    Raises:
        HandPoseError: the person's own are no rules.
    """
    from handpose_live.gestures.classifier import user_rules_file
    from handpose_live.gestures.rules import load_rules
    from handpose_live.runtime.session_factory import SessionFactory

    @cache
    def network() -> "PoseEstimator":
        from handpose_live.inference.loading import load_estimator
        from handpose_live.pose.weights import shipped_weights

        # One hand is too little work to share (see the ONNX engine); PyTorch asks for this when it is loaded.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return load_estimator(options.weights or shipped_weights(), options.device)

    def open_detector(max_hands: int) -> "Detector":
        from handpose_live.tracking.detector import MediaPipeDetector

        return MediaPipeDetector(max_hands=max_hands)

    from handpose_live.media.opening import open_source
    from handpose_live.tracking.model_store import load_model

    rules = load_rules(user_rules_file()) if rules is None else rules
    return SessionFactory(open_source, network, open_detector, rules, lambda progress: load_model(progress=progress))


def _run_batch(options: argparse.Namespace) -> int:
    """Work through many files with one progress bar, then sum up; Ctrl-C keeps what is finished."""
    from tqdm import tqdm

    from handpose_live.pose.weights import fingerprint
    from handpose_live.runtime.batch.inputs import find_inputs
    from handpose_live.runtime.batch.run import Outcome, alone_in, run_batch

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tools, out, outcome, code = _tools(options), options.out, Outcome(), 0
    weights = fingerprint(_weights(options))
    form = "{l_bar}{bar}| {n:.1f} of {total} [{elapsed}<{remaining}]{postfix}"
    try:
        with alone_in(out, tell=lambda sentence: print(sentence, file=sys.stderr)):
            found = find_inputs(options.sources, out, tools.open_source)
            with tqdm(total=len(found.inputs), unit="file", bar_format=form, dynamic_ncols=True) as bar:

                def show(name: str, share: float) -> None:
                    bar.set_postfix_str(name, refresh=False)
                    bar.update(min(share, bar.total - bar.n))  # shares add up but for rounding

                run_batch(found, out, tools, _tracking(options), weights=weights, outcome=outcome, progress=show)
    except KeyboardInterrupt:
        code = 130
    print(outcome)
    return code or (1 if outcome.failed else 0)


def _weights(options: argparse.Namespace) -> Path:
    from handpose_live.pose.weights import shipped_weights

    # An exported network belongs to the weights file beside it.
    return options.weights.with_suffix(".safetensors") if options.weights else shipped_weights()


def _tracking(options: argparse.Namespace) -> "TrackerConfig":
    from handpose_live.tracking.config import TrackerConfig
    from handpose_live.tracking.smoothing import USUAL_STRENGTH

    return TrackerConfig(options.max_hands or USUAL_HANDS, USUAL_STRENGTH if options.smoothing else 0.0)


def _run_headless(options: argparse.Namespace, source: "Source") -> int:
    """Work through the source with a progress bar, then sum up; Ctrl-C ends it with all files whole."""
    from tqdm import tqdm

    from handpose_live.media.recording.recording import Recording, RecordingFiles

    session = _tools(options).open_session(source, _tracking(options))
    code = 0
    # A polite kill is an end like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        files = RecordingFiles(annotated=options.record, landmarks=options.landmarks)
        if files.paths:
            session.recording = Recording(files, source.info)
        bar = tqdm(session, total=source.info.frame_count, desc=source.info.name, unit="frame", dynamic_ncols=True)
        for annotated in bar:
            bar.set_postfix_str(f"{len(annotated.hands)} hands", refresh=False)
    except KeyboardInterrupt:
        code = 130
    finally:
        session.close()
    print(session.summary())
    for file in files.paths:
        print(f"Written: {file}")
    return code


if __name__ == "__main__":
    sys.exit(main())

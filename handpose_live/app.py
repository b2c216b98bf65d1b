"""The program: runs what the command line asks for, in a window, headless or over many files."""

# --help must answer at once, so what takes long to import is imported where it is needed.
import logging
import os
import signal
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from handpose_live.cli import FIRST_CAMERA, Options, check_outputs, parse_options, weights_file
from handpose_live.system.console import prepare_console, redirect_native_output
from handpose_live.system.log import bug_report_sentence, log_to_file
from handpose_live.system.opencv import check_opencv
from handpose_live.types.errors import HandPoseError

if TYPE_CHECKING:
    from handpose_live.gestures.rules import Rule
    from handpose_live.inference.estimator import PoseEstimator
    from handpose_live.media.source import Source
    from handpose_live.runtime.session_factory import SessionFactory
    from handpose_live.tracking.config import TrackerConfig

logger = logging.getLogger(__name__)


@log_to_file()
def main(arguments: list[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: the command line without the program's name; None for that of this process.

    Returns:
        The exit code: 0, 1 after an error, 2 after wrong usage, 130 when interrupted.
    """
    prepare_console()
    options = parse_options(arguments)
    try:
        with redirect_native_output():
            check_opencv()
            return _run(options)
    except HandPoseError as error:
        print(error, file=sys.stderr)
        return 1
    except ImportError as error:
        # OpenCV, MediaPipe and Qt need system libraries that pip cannot install.
        print(
            f"A part of the program is not installed ({error}): in a checkout, 'make run' installs it.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logger.exception("The run ended")
        print(bug_report_sentence(error), file=sys.stderr)
        return 1


def _run(options: Options) -> int:
    if options.list_cameras:
        return _list_cameras()
    if options.out is not None:
        return _run_batch(options, options.out)
    check_outputs(options)
    if not options.headless:
        no_display = _check_display()
        return _run_window(options) if no_display is None else _run_without_display(options, no_display)

    from handpose_live.media.opening import open_source

    with open_source(options.source or FIRST_CAMERA) as source:
        return _run_headless(options, source)


def _list_cameras() -> int:
    from handpose_live.media.live.camera import list_cameras

    cameras = list_cameras()
    if not cameras:
        raise HandPoseError('No camera was found: connect one, or give a video file, or "demo".')
    for camera in cameras:
        print(camera)
    return 0


def _check_display() -> HandPoseError | None:
    """Return why no window can be opened, if so."""
    from handpose_live.ui.display_check import check_display

    try:
        check_display()
    except HandPoseError as error:
        return error
    return None


def _run_without_display(options: Options, no_display: HandPoseError) -> int:
    """Process the demo into files where no source was named and there is no camera either."""
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
    print(f"Processing the demo instead, into {options.record} and {options.landmarks}:")
    with open_source(DEMO) as source:
        return _run_headless(options, source)


def _run_window(options: Options) -> int:
    from dataclasses import replace

    from handpose_live.gestures.rules import default_rules
    from handpose_live.media.recording.recording import RecordingFiles
    from handpose_live.runtime.settings import Settings
    from handpose_live.ui.start import run_window

    def adjust(settings: Settings) -> Settings:
        tracking = settings.tracking
        if options.max_hands is not None:
            tracking = replace(tracking, max_hands=options.max_hands)
        if not options.smoothing:
            tracking = replace(tracking, smoothing=0.0)
        if options.hand_length is not None:
            tracking = replace(tracking, hand_length_mm=options.hand_length)
        tracking = replace(tracking, thorough=options.thorough)
        return replace(settings, tracking=tracking)

    problem = ""
    try:
        factory = _session_factory(options)
    except HandPoseError as error:
        factory = _session_factory(options, default_rules())
        problem = f"{error} Until the next start only the included gestures are recognised."
    files = RecordingFiles(annotated=options.record, landmarks=options.landmarks)
    return run_window(options.source, factory, files=files, adjust=adjust, problem=problem)


def _run_headless(options: Options, source: "Source") -> int:
    """Process the source with a progress bar, then print a summary; Ctrl-C ends it with all files complete."""
    from tqdm import tqdm

    from handpose_live.media.recording.recording import RecordingFiles

    session = _session_factory(options).open_session(source, _tracker_config(options))
    code = 0
    # SIGTERM ends the run like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        files = RecordingFiles(annotated=options.record, landmarks=options.landmarks)
        if files.paths:
            session.record(files)
        bar = tqdm(session, total=source.info.frame_count, desc=source.info.name, unit="frame", dynamic_ncols=True)
        for result in bar:
            bar.set_postfix_str(f"{len(result.hands)} hands", refresh=False)
    except KeyboardInterrupt:
        code = 130
    finally:
        session.close()
    print(session.summary())
    for file in files.paths:
        print(f"Written: {file}")
    return code


def _run_batch(options: Options, out: Path) -> int:
    """Process many files with one progress bar, then print a summary; Ctrl-C keeps the finished ones."""
    from tqdm import tqdm

    from handpose_live.detection.opening import detector_fingerprint
    from handpose_live.pose.weights import fingerprint
    from handpose_live.runtime.batch.inputs import find_inputs
    from handpose_live.runtime.batch.run import BatchSummary, lock_output_folder, run_batch

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    factory, summary, code = _session_factory(options), BatchSummary(), 0
    models = {"weights": fingerprint(weights_file(options)), "detector": detector_fingerprint(options.detector)}
    form = "{l_bar}{bar}| {n:.1f} of {total} [{elapsed}<{remaining}]{postfix}"
    try:
        with lock_output_folder(out, on_wait=lambda sentence: print(sentence, file=sys.stderr)):
            found = find_inputs(options.sources, out, factory.open_source)
            with tqdm(total=len(found.inputs), unit="file", bar_format=form, dynamic_ncols=True) as bar:

                def show(name: str, share: float) -> None:
                    bar.set_postfix_str(name, refresh=False)
                    bar.update(min(share, bar.total - bar.n))  # the shares add up only roughly

                config = _tracker_config(options)
                run_batch(found, out, factory, config, models=models, summary=summary, progress=show)
    except KeyboardInterrupt:
        code = 130
    print(summary)
    return code or (1 if summary.failed else 0)


def _session_factory(options: Options, rules: "Sequence[Rule] | None" = None) -> "SessionFactory":
    """Create what opens sessions; nothing is loaded before it is used.

    Args:
        options: the command line.
        rules: of gestures; None takes the included ones and the user's.

    Raises:
        HandPoseError: the user's table of gestures is invalid.
    """
    from handpose_live.detection.opening import fetch_detector, open_detector
    from handpose_live.gestures.classifier import user_rules_file
    from handpose_live.gestures.rules import load_rules
    from handpose_live.media.opening import open_source
    from handpose_live.runtime.session_factory import SessionFactory

    @cache
    def load_network() -> "PoseEstimator":
        from handpose_live.inference.loading import load_estimator
        from handpose_live.pose.weights import default_weights

        # One hand is too little work to share (see onnx_engine); PyTorch reads this when it is imported.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return load_estimator(options.weights or default_weights(), options.device)

    rules = load_rules(user_rules_file()) if rules is None else rules
    return SessionFactory(
        open_source,
        load_network,
        lambda max_hands: open_detector(options.detector, max_hands=max_hands, device=options.device),
        rules,
        lambda progress: fetch_detector(options.detector, progress),
    )


def _tracker_config(options: Options) -> "TrackerConfig":
    from handpose_live.tracking.config import TrackerConfig

    defaults = TrackerConfig()
    return TrackerConfig(
        max_hands=options.max_hands or defaults.max_hands,
        smoothing=defaults.smoothing if options.smoothing else 0.0,
        thorough=options.thorough or options.out is not None,
        hand_length_mm=options.hand_length,
    )

"""The command line: picks the source, the device, and window or headless."""

# --help must answer at once, so what takes long to import is imported where it is needed.
import argparse
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from handpose_live import __version__
from handpose_live.errors import HandPoseError

if TYPE_CHECKING:
    from handpose_live.capture.source import Source
    from handpose_live.session import Session


FIRST_CAMERA = "0"


def main(arguments: list[str] | None = None) -> int:
    """Run the program. Returns its exit code: 0, 1 after an error, 2 after wrong usage, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python main.py", description="Finds the 21 joints of every hand in view and draws them, live."
    )
    parser.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="number of a camera, video or picture file, folder of pictures, http/rtsp address, or demo: rendered "
        "hands (default: camera 0)",
    )
    parser.add_argument("--max-hands", type=_count, default=2, metavar="N", help="follow at most N hands (default: 2)")
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="run the network there (default: the best)")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="another network than the one that comes along")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the annotated video (.mp4, .mov, .mkv)")
    parser.add_argument("--landmarks", type=Path, metavar="FILE", help="write the joints (.jsonl, .csv)")
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
    _refuse_to_overwrite_the_source(options)
    if options.source is None and not options.headless:
        return _run_default(options)
    if not options.headless:
        from handpose_live.ui.display_check import check_display

        check_display()
    from handpose_live.capture.opening import open_source

    with open_source(options.source or FIRST_CAMERA, looped_demo=not options.headless) as source:
        return _run_headless(options, source) if options.headless else _run_window(options, source)


def _run_default(options: argparse.Namespace) -> int:
    """The first camera. Without one the window offers the demo; where there is no display either, it plays once."""
    from handpose_live.capture.opening import DEMO, open_source

    no_display = _why_no_window()
    try:
        source = open_source(FIRST_CAMERA)
    except HandPoseError as no_camera:
        if no_display is not None:
            print(no_camera, no_display, sep="\n")
            return _play_demo_once(options)
        from handpose_live.ui.start import offer_demo

        if not offer_demo(str(no_camera)):
            raise
        source = open_source(DEMO, looped_demo=True)
    with source:
        if no_display is not None:
            raise no_display
        return _run_window(options, source)


def _why_no_window() -> HandPoseError | None:
    from handpose_live.ui.display_check import check_display

    try:
        check_display()
    except HandPoseError as error:
        return error
    return None


def _play_demo_once(options: argparse.Namespace) -> int:
    """Through the whole program, into files in the current folder."""
    from handpose_live.capture.opening import DEMO, open_source

    options.record = options.record or Path("handpose-demo.mp4")
    options.landmarks = options.landmarks or Path("handpose-demo.jsonl")
    print(f"So the demo plays once through the whole program, into {options.record} and {options.landmarks}:")
    with open_source(DEMO) as source:
        return _run_headless(options, source)


def _run_window(options: argparse.Namespace, source: "Source") -> int:
    from handpose_live.ui.start import run_window

    return run_window(source.info, lambda: _open_session(options, source), recording=options.record)


def _list_cameras() -> int:
    from handpose_live.capture.camera import list_cameras

    cameras = list_cameras()
    if not cameras:
        raise HandPoseError('No camera was found: connect one, or give a video file, or "demo".')
    for camera in cameras:
        print(f"{camera.index}  {camera.name}")
    return 0


def _refuse_to_overwrite_the_source(options: argparse.Namespace) -> None:
    source = Path(options.source or FIRST_CAMERA)
    for file in (options.record, options.landmarks):
        if file is not None and file.exists() and source.exists() and file.samefile(source):
            raise HandPoseError(f"{file} is the source itself; write to another file.")


def _open_session(options: argparse.Namespace, source: "Source") -> "Session":
    """Load the network and the detector, open the files."""
    from handpose_live.output.landmarks import open_landmarks
    from handpose_live.output.recorder import Recorder
    from handpose_live.pose.estimator import load_estimator
    from handpose_live.pose.weights import shipped_weights
    from handpose_live.session import Session
    from handpose_live.tracking.detector import MediaPipeDetector
    from handpose_live.tracking.pipeline import Pipeline

    # One hand is too little work to share (see the ONNX engine); PyTorch asks for this when it is loaded.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    info = source.info
    with ExitStack() as undo:
        estimator = load_estimator(options.weights or shipped_weights(), options.device)
        detector = MediaPipeDetector(max_hands=options.max_hands)
        undo.callback(detector.close)
        landmarks = recorder = None
        if options.landmarks is not None:
            landmarks = open_landmarks(
                options.landmarks, source=info.name, width=info.width, height=info.height, fps=info.fps
            )
            undo.callback(landmarks.close)
        if options.record is not None:
            recorder = Recorder(
                options.record, width=info.width, height=info.height, fps=info.fps, every_frame=not info.live
            )
        undo.pop_all()
    pipeline = Pipeline(estimator, detector, max_hands=options.max_hands, smoothing=options.smoothing, live=info.live)
    return Session(source, pipeline, recorder=recorder, landmarks=landmarks, watched=not options.headless)


def _run_headless(options: argparse.Namespace, source: "Source") -> int:
    """Work through the source with a progress bar, then sum up; Ctrl-C ends it with all files whole."""
    from tqdm import tqdm

    session = _open_session(options, source)
    code = 0
    # A polite kill is an end like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        bar = tqdm(session, total=source.info.frame_count, desc=source.info.name, unit="frame", dynamic_ncols=True)
        for annotated in bar:
            bar.set_postfix_str(f"{len(annotated.hands)} hands", refresh=False)
    except KeyboardInterrupt:
        code = 130
    finally:
        session.close()
    print(session.summary())
    for file in (options.record, options.landmarks):
        if file is not None:
            print(f"Written: {file}")
    return code


if __name__ == "__main__":
    sys.exit(main())

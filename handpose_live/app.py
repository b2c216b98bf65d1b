"""The command line: picks the source, the device, and window or headless."""

# --help must answer at once, so what takes long to import is imported where it is needed.
import argparse
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
        default="0",
        metavar="SOURCE",
        help="number of a camera, video or picture file, folder of pictures, or http/rtsp address (default: camera 0)",
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
    if not options.headless:
        from handpose_live.ui.display_check import check_display

        check_display()

    from handpose_live.capture.opening import open_source

    with open_source(options.source) as source:
        if options.headless:
            return _run_headless(options, source)
        from handpose_live.ui.start import run_window

        return run_window(source.info, lambda: _open_session(options, source), recording=options.record)


def _list_cameras() -> int:
    from handpose_live.capture.camera import list_cameras

    cameras = list_cameras()
    if not cameras:
        raise HandPoseError("No camera was found; connect one, or give a video file instead.")
    for camera in cameras:
        print(f"{camera.index}  {camera.name}")
    return 0


def _refuse_to_overwrite_the_source(options: argparse.Namespace) -> None:
    source = Path(options.source)
    for file in (options.record, options.landmarks):
        if file is not None and file.exists() and source.exists() and file.samefile(source):
            raise HandPoseError(f"{file} is the source itself; write to another file.")


def _open_session(options: argparse.Namespace, source: "Source") -> "Session":
    """Load the network and the detector, open the files."""
    import torch

    from handpose_live.output.landmarks import open_landmarks
    from handpose_live.output.recorder import Recorder
    from handpose_live.pose.estimator import PoseEstimator
    from handpose_live.pose.gestures import load_rules
    from handpose_live.pose.weights import shipped_weights
    from handpose_live.session import Session
    from handpose_live.tracking.detector import MediaPipeDetector
    from handpose_live.tracking.gestures import own_table
    from handpose_live.tracking.pipeline import Pipeline

    # One hand is too little work to share: threads that wait for each other cost more than they bring,
    # all the more when the camera, the detector and the window want the cores too.
    torch.set_num_threads(1)
    info = source.info
    rules = load_rules(own_table())
    with ExitStack() as undo:
        estimator = PoseEstimator.load(options.weights or shipped_weights(), options.device)
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
    pipeline = Pipeline(
        estimator, detector, max_hands=options.max_hands, smoothing=options.smoothing, live=info.live, rules=rules
    )
    return Session(source, pipeline, recorder=recorder, landmarks=landmarks)


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

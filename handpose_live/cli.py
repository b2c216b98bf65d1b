"""The command line: its options, and the combinations of them that are refused."""

# --help must answer at once, so what takes long to import is imported where it is needed.
import argparse
import os
import sys
from pathlib import Path

from handpose_live import __version__
from handpose_live.detection.names import DEFAULT_DETECTOR, DETECTORS, DetectorName
from handpose_live.types.errors import HandPoseError

FIRST_CAMERA = "0"


class Options(argparse.Namespace):
    """The parsed command line.

    Attributes:
        sources: what to open, as given.
        max_hands: None for the default.
        device: "cuda", "mps" or "cpu"; None for the best available.
        weights: file of another network; None for the one that is included.
        record, landmarks, out: files and the folder to write; None for none.
        hand_length: of the person, in mm; None if unknown.
        detector: "included" or "mediapipe"; None for the default.
        headless, smoothing, thorough, list_cameras: flags.
    """

    sources: list[str]
    max_hands: int | None
    device: str | None
    weights: Path | None
    record: Path | None
    landmarks: Path | None
    out: Path | None
    hand_length: float | None
    detector: DetectorName | None
    headless: bool
    thorough: bool
    smoothing: bool
    list_cameras: bool

    @property
    def source(self) -> str | None:
        """The first source; None without one."""
        return self.sources[0] if self.sources else None


def parse_options(arguments: list[str] | None = None) -> Options:
    """Parse the command line.

    Args:
        arguments: without the program's name; None for those of this process.

    Raises:
        SystemExit: --help or --version was answered, or the usage is wrong.
    """
    parser = _parser()
    options = parser.parse_args(arguments, namespace=Options())
    if options.out is not None and (not options.sources or not options.headless or options.record or options.landmarks):
        parser.error("--out DIR goes with SOURCE ... and --headless, in place of --record and --landmarks")
    if options.out is None and len(options.sources) > 1:
        parser.error("more than one SOURCE goes with --headless --out DIR")
    return options


def check_outputs(options: Options) -> None:
    """Make sure that no output overwrites a file that the run reads, also through a link, nor another output.

    Raises:
        HandPoseError: an output is such a file.
    """
    from handpose_live.gestures.classifier import user_rules_file
    from handpose_live.media.opening import list_images

    source = Path(options.source or FIRST_CAMERA)
    sources = list_images(source) if os.path.isdir(source) else [source]
    others = {"the weights file": weights_file(options), "the table of your gestures": user_rules_file()}
    for file in filter(None, (options.record, options.landmarks)):
        if any(_is_same_file(file, read) for read in sources):
            raise HandPoseError(f"{file} is the source itself; write to another file.")
        for what, read in others.items():
            if _is_same_file(file, read):
                raise HandPoseError(f"{file} is {what}; write to another file.")
    if options.record and options.landmarks and _is_same_file(options.record, options.landmarks):
        raise HandPoseError(f"{options.record} and {options.landmarks} are one file; write to two.")


def weights_file(options: Options) -> Path:
    """Return the ``.safetensors`` file that the run uses; an exported network belongs to the one beside it."""
    from handpose_live.pose.weights import default_weights

    return options.weights.with_suffix(".safetensors") if options.weights else default_weights()


def program_name() -> str:
    """Return the command by which the program was started, for usage messages."""
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        return "python -m handpose_live"
    return f"python {script.name}" if script.suffix == ".py" else script.stem


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program_name(), description="Finds the 21 joints of every hand in view and draws them, live."
    )
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="number of a camera, video or image file, folder of images, http/rtsp address, or demo: rendered "
        "hands (default: camera 0)",
    )
    parser.add_argument("--max-hands", type=_count, metavar="N", help="track at most N hands (default: 2)")
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="run the network there (default: the best)")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="use another network than the included one")
    parser.add_argument(
        "--detector",
        choices=DETECTORS,
        help=f"find hands with the included detector, or with MediaPipe's, a download (default: {DEFAULT_DETECTOR})",
    )
    parser.add_argument(
        "--thorough",
        action="store_true",
        help="look for small, distant hands in the whole frame each time; slower (images and --out always do)",
    )
    parser.add_argument(
        "--hand-length",
        type=_hand_length,
        metavar="MM",
        help="length of your hand from wrist crease to the tip of the middle finger: joints in 3D are then in mm",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the annotated video (.mp4, .mov, .mkv)")
    parser.add_argument("--landmarks", type=Path, metavar="FILE", help="write the joints (.jsonl, .csv)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="process many videos: annotated copies and joints")
    parser.add_argument("--headless", action="store_true", help="open no window; process a file as fast as possible")
    parser.add_argument("--no-smoothing", dest="smoothing", action="store_false", help="show joints without smoothing")
    parser.add_argument("--list-cameras", action="store_true", help="list the cameras and exit")
    parser.add_argument("--version", action="version", version=f"HandPose Live {__version__}")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _hand_length(text: str) -> float:
    from handpose_live.tracking.config import HAND_LENGTHS

    low, high = HAND_LENGTHS
    try:
        length_mm = float(text)
    except ValueError:
        length_mm = 0.0
    if not low <= length_mm <= high:
        raise argparse.ArgumentTypeError(
            f"{text} is no length of a hand in mm, from wrist crease to the tip of the middle finger: {low} to {high}"
        )
    return length_mm


def _is_same_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    # os.path's functions, as Path's raise for a string that is no possible path, such as a very long address.
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)

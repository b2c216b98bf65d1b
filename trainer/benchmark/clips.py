"""Evaluate the whole program and MediaPipe's tracker on clips with annotated hands and fingertips."""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import INDEX_TIP, THUMB_TIP

from ..data.tables import finite, read_table

# The columns of tips.csv in px.
BOX = tuple(f"box_{edge}" for edge in ("x0", "y0", "x1", "y1"))
TIPS = tuple(f"{tip}_{axis}" for tip in ("thumb", "index") for axis in "xy")


@dataclass(frozen=True, eq=False)
class AnnotatedHand:
    """A manually annotated hand in a frame.

    Attributes:
        side: "left" or "right".
        box: ``(4,)`` x0, y0, x1, y1 in frame px.
        tips: ``(2, 2)`` thumb and index tip in frame px.
    """

    side: str
    box: NDArray[np.float64]
    tips: NDArray[np.float64]

    @property
    def size_px(self) -> float:
        """Longer side of the box."""
        return float((self.box[2:] - self.box[:2]).max())

    @property
    def centre(self) -> NDArray[np.float64]:
        """Centre of the box, ``(2,)`` in frame px."""
        return np.asarray((self.box[:2] + self.box[2:]) / 2)


@dataclass
class Tally:
    """Counts and errors on annotated hands.

    Attributes:
        annotated: number of annotated hands over all frames.
        tip_errors: per hand found, the mean distance of its two tips in units of its size.
        right_sides: number of hands found with the correct side.
        tracks: clip and track id of the hands found.
    """

    annotated: int = 0
    tip_errors: list[float] = field(default_factory=list)
    right_sides: int = 0
    tracks: set[tuple[str, int]] = field(default_factory=set)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.annotated + other.annotated,
            self.tip_errors + other.tip_errors,
            self.right_sides + other.right_sides,
            self.tracks | other.tracks,
        )


Annotations = dict[int, list[AnnotatedHand]]  # by frame


def print_clips(folder: Path, *arguments: str) -> None:
    """Run the program and MediaPipe's tracker on every clip of a folder and print a table.

    Args:
        folder: of the clips, with the annotations in ``tips.csv``.
        *arguments: of the program's command line.

    Raises:
        HandPoseError: the folder lacks ``tips.csv`` or the program fails on a clip.
    """
    print(f"{'':<18}{'HandPose Live':<44}MediaPipe")
    print(f"{'clip':<16}{_HEADINGS}{'ids':>6}{_HEADINGS}")
    totals = Tally(), Tally()
    for clip, annotations in _read_annotations(folder / "tips.csv").items():
        path, hands = folder / f"{clip}.mp4", max(map(len, annotations.values()))
        candidate = compare(clip, run_program(path, *arguments, max_hands=hands), annotations)
        baseline = compare(clip, run_mediapipe(path, max_hands=hands), annotations)
        print(_row(clip, candidate, baseline))
        if hands == 1:
            totals = totals[0] + candidate, totals[1] + baseline
    print(_row("all of one hand", *totals))


def run_program(path: Path, *arguments: str, max_hands: int) -> list[dict[str, Any]]:
    """Return the frames of the landmark file that the program writes, run with these arguments."""
    with tempfile.TemporaryDirectory() as folder:
        landmarks = Path(folder) / "hands.jsonl"
        files = [str(path), "--headless", "--landmarks", str(landmarks), "--max-hands", str(max_hands)]
        _run("handpose_live", path, [*files, *arguments])
        return [json.loads(line) for line in landmarks.read_text(encoding="utf-8").splitlines()[1:]]


def run_mediapipe(path: Path, *, max_hands: int) -> list[dict[str, Any]]:
    """Return the hands of MediaPipe's tracker as frames of a landmark file, without track ids."""
    lines = _run(f"{__package__}.baseline", path, [str(path), str(max_hands)]).splitlines()
    return [json.loads(line) for line in lines]


def _run(module: str, path: Path, arguments: list[str]) -> str:
    """Run a module on a clip in a process of its own, as a user does, and return its output."""
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise HandPoseError(f"The program failed on {path}: {run.stderr.strip()}")
    return run.stdout


def compare(clip: str, frames: Sequence[dict[str, Any]], annotations: Annotations) -> Tally:
    """Match each annotated hand with the nearest hand found within a distance of its size."""
    tally = Tally()
    for frame in frames:
        found = list(frame["hands"])
        for annotated in annotations.get(frame["frame"], []):
            tally.annotated += 1
            nearest = min(found, key=lambda hand: _distance(hand, annotated), default=None)
            if nearest is None or _distance(nearest, annotated) > 1:
                continue
            found.remove(nearest)
            tips = np.array([nearest["joints"][joint][:2] for joint in (THUMB_TIP, INDEX_TIP)])
            tally.tip_errors.append(float(np.linalg.norm(tips - annotated.tips, axis=1).mean() / annotated.size_px))
            tally.right_sides += nearest["side"] == annotated.side
            tally.tracks.add((clip, nearest["track"]))
    return tally


def _distance(hand: dict[str, Any], annotated: AnnotatedHand) -> float:
    """Between the centres of two boxes, in units of the annotated one's size."""
    joints = np.array(hand["joints"])[:, :2]
    return float(np.linalg.norm((joints.min(axis=0) + joints.max(axis=0)) / 2 - annotated.centre)) / annotated.size_px


_HEADINGS = f"{'found':>10}{'tip error':>12}{'side right':>13}"


def _row(name: str, candidate: Tally, baseline: Tally) -> str:
    return f"{name:<16}{_figures(candidate)}{len(candidate.tracks):>6}{_figures(baseline)}"


def _figures(tally: Tally) -> str:
    found = len(tally.tip_errors)
    error = f"{100 * float(np.mean(tally.tip_errors)):.1f} %" if found else "-"
    of_annotated, of_found = f"{found}/{tally.annotated}", f"{tally.right_sides}/{found}"
    return f"{of_annotated:>10}{error:>12}{of_found:>13}"


def _read_annotations(path: Path) -> dict[str, Annotations]:
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; name a folder of clips with hands marked in tips.csv.")
    clips: dict[str, Annotations] = defaultdict(lambda: defaultdict(list))
    for clip, frame, hand in read_table(path, ("clip", "frame", "side", *BOX, *TIPS), _annotation):
        clips[clip][frame].append(hand)
    return clips


def _annotation(row: dict[str, str]) -> tuple[str, int, AnnotatedHand]:
    box = np.array([finite(row[edge]) for edge in BOX])
    tips = np.array([finite(row[coordinate]) for coordinate in TIPS]).reshape(2, 2)
    if (box[2:] <= box[:2]).any():
        raise ValueError("its box has no area")
    return row["clip"], int(row["frame"]), AnnotatedHand(row["side"], box, tips)

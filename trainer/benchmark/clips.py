"""The whole program, and MediaPipe's tracker, on clips in which people marked the hands and two fingertips."""

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

# The columns of tips.csv that hold px.
BOX = tuple(f"box_{edge}" for edge in ("x0", "y0", "x1", "y1"))
TIPS = tuple(f"{tip}_{axis}" for tip in ("thumb", "index") for axis in "xy")


@dataclass(frozen=True, eq=False)
class MarkedHand:
    """A hand in a frame, as marked by people.

    Attributes:
        side: "left" or "right".
        box: x0, y0, x1, y1 in frame px.
        tips: ``(2, 2)`` thumb and index tip in frame px.
    """

    side: str
    box: NDArray[np.float64]
    tips: NDArray[np.float64]

    @property
    def size_px(self) -> float:
        """The box's longer side."""
        return float((self.box[2:] - self.box[:2]).max())

    @property
    def middle(self) -> NDArray[np.float64]:
        """Of the box, in frame px."""
        return np.asarray((self.box[:2] + self.box[2:]) / 2)


@dataclass
class Tally:
    """How the program did on marked hands.

    Attributes:
        marked: hands that there were, over all frames.
        tip_errors: of each hand that was found, the mean distance of its two tips in units of its size.
        right_sides: found hands whose side was right.
        tracks: ids that the found hands had.
    """

    marked: int = 0
    tip_errors: list[float] = field(default_factory=list)
    right_sides: int = 0
    tracks: set[tuple[str, int]] = field(default_factory=set)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.marked + other.marked,
            self.tip_errors + other.tip_errors,
            self.right_sides + other.right_sides,
            self.tracks | other.tracks,
        )


Marks = dict[int, list[MarkedHand]]


def print_clips(folder: Path, weights: Path | None = None) -> None:
    """Run the program and MediaPipe's tracker on every clip of a folder with ``tips.csv`` and print a table.

    Args:
        folder: of the clips.
        weights: another network than the shipped one.

    Raises:
        HandPoseError: the folder lacks ``tips.csv`` or the program fails on a clip.
    """
    print(f"{'':<18}{'this program':<44}MediaPipe")
    print(f"{'clip':<16}{_HEADINGS}{'ids':>6}{_HEADINGS}")
    totals = Tally(), Tally()
    for clip, marks in _read_marks(folder / "tips.csv").items():
        path, hands = folder / f"{clip}.mp4", max(len(marked) for marked in marks.values())
        ours = compare(clip, annotate(path, max_hands=hands, weights=weights), marks)
        theirs = compare(clip, followed_by_mediapipe(path, max_hands=hands), marks)
        print(_row(clip, ours, theirs))
        if hands == 1:
            totals = totals[0] + ours, totals[1] + theirs
    print(_row("all of one hand", *totals))


def annotate(path: Path, *, max_hands: int, weights: Path | None = None) -> list[dict[str, Any]]:
    """What the program writes into its landmark file, frame by frame."""
    with tempfile.TemporaryDirectory() as folder:
        landmarks = Path(folder) / "hands.jsonl"
        arguments = [str(path), "--headless", "--landmarks", str(landmarks), "--max-hands", str(max_hands)]
        if weights is not None:
            arguments += ["--weights", str(weights)]
        _run("handpose_live", path, arguments)
        return [json.loads(line) for line in landmarks.read_text(encoding="utf-8").splitlines()[1:]]


def followed_by_mediapipe(path: Path, *, max_hands: int) -> list[dict[str, Any]]:
    """What MediaPipe's tracker finds, frame by frame as in a landmark file; it gives hands no ids."""
    lines = _run("trainer.benchmark.baseline", path, [str(path), str(max_hands)]).splitlines()
    return [json.loads(line) for line in lines]


def _run(module: str, path: Path, arguments: list[str]) -> str:
    """What a module of the program says when it is run on a clip: in a process of its own, as a person would."""
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise HandPoseError(f"The program failed on {path}: {run.stderr.strip()}")
    return run.stdout


def compare(clip: str, frames: Sequence[dict[str, Any]], marks: Marks) -> Tally:
    """Match each marked hand with the nearest one that the program found, no farther than its size."""
    tally = Tally()
    for frame in frames:
        found = list(frame["hands"])
        for marked in marks.get(frame["frame"], []):
            tally.marked += 1
            nearest = min(found, key=lambda hand: _distance(hand, marked), default=None)
            if nearest is None or _distance(nearest, marked) > 1:
                continue
            found.remove(nearest)
            tips = np.array([nearest["joints"][joint][:2] for joint in (THUMB_TIP, INDEX_TIP)])
            tally.tip_errors.append(float(np.linalg.norm(tips - marked.tips, axis=1).mean() / marked.size_px))
            tally.right_sides += nearest["side"] == marked.side
            tally.tracks.add((clip, nearest["track"]))
    return tally


def _distance(hand: dict[str, Any], marked: MarkedHand) -> float:
    """Between the middles of two boxes, in sizes of the marked one."""
    joints = np.array(hand["joints"])[:, :2]
    return float(np.linalg.norm((joints.min(axis=0) + joints.max(axis=0)) / 2 - marked.middle)) / marked.size_px


_HEADINGS = f"{'found':>10}{'tip error':>12}{'side right':>13}"


def _row(name: str, ours: Tally, theirs: Tally) -> str:
    return f"{name:<16}{_figures(ours)}{len(ours.tracks):>6}{_figures(theirs)}"


def _figures(tally: Tally) -> str:
    found = len(tally.tip_errors)
    error = f"{100 * float(np.mean(tally.tip_errors)):.1f} %" if found else "-"
    of_marked, of_found = f"{found}/{tally.marked}", f"{tally.right_sides}/{found}"
    return f"{of_marked:>10}{error:>12}{of_found:>13}"


def _read_marks(path: Path) -> dict[str, Marks]:
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; name a folder of clips with hands marked in tips.csv.")
    clips: dict[str, Marks] = defaultdict(lambda: defaultdict(list))
    for clip, frame, hand in read_table(path, ("clip", "frame", "side", *BOX, *TIPS), _mark):
        clips[clip][frame].append(hand)
    return clips


def _mark(row: dict[str, str]) -> tuple[str, int, MarkedHand]:
    box = np.array([finite(row[edge]) for edge in BOX])
    tips = np.array([finite(row[place]) for place in TIPS]).reshape(2, 2)
    if (box[2:] <= box[:2]).any():
        raise ValueError("its box has no area")
    return row["clip"], int(row["frame"]), MarkedHand(row["side"], box, tips)

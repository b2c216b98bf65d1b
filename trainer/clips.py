"""The whole program on clips with fingertips marked by people."""

import csv
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handpose_live.errors import HandPoseError
from handpose_live.pose.skeleton import INDEX_TIP, THUMB_TIP


@dataclass(frozen=True)
class ClipResult:
    """How the program did on the one hand of a clip.

    Attributes:
        frames: of the clip.
        found: frames with a hand.
        tip_errors: of each frame with a hand, the mean distance of thumb and index tip, in units of
            the longer side of the marked box.
        right_side: frames with a hand whose side is right.
        tracks: ids that the hand had.
    """

    frames: int
    found: int
    tip_errors: list[float]
    right_side: int
    tracks: int


def print_clips(folder: Path) -> None:
    """Run the program on every clip of a folder with ``tips.csv`` and print a table.

    Raises:
        HandPoseError: the folder lacks ``tips.csv`` or the program fails on a clip.
    """
    truth = _read_tips(folder / "tips.csv")
    print(f"{'clip':<16}{'found':>10}{'tip error':>12}{'right side':>14}{'ids':>6}")
    results = []
    for clip, rows in truth.items():
        results.append(_compare(_annotate(folder / f"{clip}.mp4", max_hands=1), rows))
        _print_row(clip, results[-1])
    _print_row(
        "all",
        ClipResult(
            frames=sum(result.frames for result in results),
            found=sum(result.found for result in results),
            tip_errors=[error for result in results for error in result.tip_errors],
            right_side=sum(result.right_side for result in results),
            tracks=sum(result.tracks for result in results),
        ),
    )
    for path in sorted(set(folder.glob("*.mp4")) - {folder / f"{clip}.mp4" for clip in truth}):
        print(_ids_over_time(path.stem, _annotate(path, max_hands=2)))


def _annotate(path: Path, *, max_hands: int) -> list[dict[str, Any]]:
    """The lines of the landmark file that the program writes, a dict a frame."""
    with tempfile.TemporaryDirectory() as folder:
        landmarks = Path(folder) / "hands.jsonl"
        arguments = [str(path), "--headless", "--landmarks", str(landmarks), "--max-hands", str(max_hands)]
        run = subprocess.run(
            [sys.executable, "-m", "handpose_live.app", *arguments], capture_output=True, text=True, check=False
        )
        if run.returncode != 0:
            raise HandPoseError(f"The program failed on {path}: {run.stderr.strip()}")
        return [json.loads(line) for line in landmarks.read_text().splitlines()[1:]]


def _compare(frames: list[dict[str, Any]], truth: list[dict[str, str]]) -> ClipResult:
    errors, right_side, tracks = [], 0, set()
    for frame, marked in zip(frames, truth, strict=True):
        for hand in frame["hands"]:
            tracks.add(hand["track"])
            right_side += hand["side"] == marked["side"]
            found = np.array([hand["joints"][joint][:2] for joint in (THUMB_TIP, INDEX_TIP)])
            tips = _numbers(marked, "thumb_x", "thumb_y", "index_x", "index_y").reshape(2, 2)
            x0, y0, x1, y1 = _numbers(marked, "box_x0", "box_y0", "box_x1", "box_y1")
            errors.append(float(np.linalg.norm(found - tips, axis=1).mean() / max(x1 - x0, y1 - y0)))
    return ClipResult(len(frames), len(errors), errors, right_side, len(tracks))


def _print_row(name: str, result: ClipResult) -> None:
    error = f"{100 * float(np.mean(result.tip_errors)):.1f} %" if result.tip_errors else "-"
    found, side = f"{result.found}/{result.frames}", f"{result.right_side}/{result.found}"
    print(f"{name:<16}{found:>10}{error:>12}{side:>14}{result.tracks:>6}")


def _ids_over_time(name: str, frames: list[dict[str, Any]]) -> str:
    """Which hands a clip of several hands showed, and whether they stayed the same."""
    seen: dict[int, list[str]] = defaultdict(list)
    for frame in frames:
        for hand in frame["hands"]:
            seen[hand["track"]].append(hand["side"])
    tracks = ", ".join(
        f"track {track} in {len(sides)}/{len(frames)} frames ({'/'.join(sorted(set(sides)))})"
        for track, sides in seen.items()
    )
    return f"{name:<16}{tracks}"


def _read_tips(path: Path) -> dict[str, list[dict[str, str]]]:
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; name a folder of clips with fingertips marked in tips.csv.")
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            rows[row["clip"]].append(row)
    return rows


def _numbers(row: dict[str, str], *columns: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(row[column]) for column in columns])

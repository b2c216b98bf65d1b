"""Count identity switches and wrong sides of the program, and of MediaPipe's tracker, on films with known hands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError

from .clips import run_mediapipe, run_program

MIN_VISIBLE = 0.5  # share of a hand's joints below which it need not be found
MAX_DISTANCE = 0.5  # between the means of the joints, in hand sizes, of a hand found and a true one

Record = dict[str, Any]  # a frame, or a hand, of a landmark file


@dataclass
class IdentityCounts:
    """Counts over true hands in frames.

    Attributes:
        hands: that are visible.
        missed: visible hands that were not found.
        false: hands found where there is none.
        switches: hands found under another id than when they were last found; Bernardin and Stiefelhagen, "Evaluating
            multiple object tracking performance: the CLEAR MOT metrics" (2008), call them mismatches.
        wrong_sides: hands found with the wrong side.
    """

    hands: int = 0
    missed: int = 0
    false: int = 0
    switches: int = 0
    wrong_sides: int = 0
    _last_ids: dict[int, object] = field(default_factory=dict, repr=False)

    def count(self, truth: Sequence[Record], found: Sequence[Record], *, identity: str = "track") -> None:
        """Count one frame.

        Args:
            truth, found: its hands as in a landmark file; the score of a true one is the share of its visible joints.
            identity: the key of a found hand's identity: a tracker without ids has at least sides.
        """
        matches = [None if one is None else found[one] for one in match_hands(truth, found)]
        self.false += len(found) - sum(match is not None for match in matches)
        for hand, match in zip(truth, matches, strict=True):
            is_visible = hand["score"] >= MIN_VISIBLE
            self.hands += is_visible
            if match is None:
                self.missed += is_visible
                continue
            last = self._last_ids.get(hand["track"], match[identity])
            self.switches += last != match[identity]
            self._last_ids[hand["track"]] = match[identity]
            self.wrong_sides += match["side"] != hand["side"]

    def __add__(self, other: "IdentityCounts") -> "IdentityCounts":
        names = ("hands", "missed", "false", "switches", "wrong_sides")
        return IdentityCounts(*(getattr(self, name) + getattr(other, name) for name in names))

    def __str__(self) -> str:
        counts = (self.missed, self.false, self.switches, self.wrong_sides)
        return f"{self.hands:>8}" + "".join(f"{1000 * count / max(self.hands, 1):>10.1f}" for count in counts)


def print_identities(folder: Path, *arguments: str) -> None:
    """Run the program and MediaPipe's tracker on every film of a folder and print a table.

    MediaPipe gives no ids; its switches are changes of the side.

    Args:
        folder: of films ``NAME.mp4``, with the true hands of each in a landmark file ``NAME.jsonl``.
        *arguments: of the program's command line.

    Raises:
        HandPoseError: there are no films, or the program fails on one.
    """
    films = find_films(folder)
    headings = f"{'hands':>8}{'missed':>10}{'false':>10}{'switches':>10}{'side':>10}"
    print(f"{'per 1,000 hands':<24}{'HandPose Live':<48}MediaPipe\n{'':<24}{headings}{headings}")
    totals = IdentityCounts(), IdentityCounts()
    for film in films:
        truth = [frame["hands"] for frame in read_landmarks(film.with_suffix(".jsonl"))[1]]
        max_hands = max(map(len, truth))
        candidate = compare(truth, run_program(film, *arguments, max_hands=max_hands))
        baseline = compare(truth, run_mediapipe(film, max_hands=max_hands), identity="side")
        totals = totals[0] + candidate, totals[1] + baseline
        print(f"{film.stem:<24}{candidate}{baseline}", flush=True)
    print(f"{'all':<24}{totals[0]}{totals[1]}")


def find_films(folder: Path) -> list[Path]:
    """Return the films of a folder that have the true hands beside them.

    Raises:
        HandPoseError: there are none.
    """
    films = sorted(film for film in folder.glob("*.mp4") if film.with_suffix(".jsonl").is_file())
    if not films:
        raise HandPoseError(f"There is no film with a landmark file beside it in {folder}; render some first.")
    return films


def compare(truth: Sequence[Sequence[Record]], frames: Iterable[Record], *, identity: str = "track") -> IdentityCounts:
    """Count over all frames of a film; ``truth`` has the hands of each, ``frames`` are those of a landmark file."""
    counts = IdentityCounts()
    for frame in frames:
        counts.count(truth[frame["frame"]], frame["hands"], identity=identity)
    return counts


def match_hands(truth: Sequence[Record], found: Sequence[Record]) -> list[int | None]:
    """Match the hands of a frame at the smallest sum of distances.

    Returns:
        For each true hand, the index of the found one; None if there is none.
    """
    choices: list[int | None] = [*range(len(found)), *[None] * len(truth)]
    distances = [[_distance(hand, other) for other in found] for hand in truth]

    def cost(chosen: Sequence[int | None]) -> float:
        return sum(MAX_DISTANCE if one is None else distances[hand][one] for hand, one in enumerate(chosen))

    best = min(permutations(choices, len(truth)), key=cost)
    near = [one is not None and distances[hand][one] < MAX_DISTANCE for hand, one in enumerate(best)]
    return [one if is_near else None for one, is_near in zip(best, near, strict=True)]


def _distance(truth: Record, found: Record) -> float:
    """Mean distance of all joints, in sizes of the true hand: overlapping hands differ in their joints."""
    true, other = (np.array(hand["joints"])[:, :2] for hand in (truth, found))
    size = float(np.ptp(true, axis=0).max())
    return float(np.linalg.norm(true - other, axis=1).mean()) / max(size, 1.0)

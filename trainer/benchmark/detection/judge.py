"""Run systems over frames and note which of the marked hands each finds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handpose_live.types.arrays import Floats

from ...data.frames import RENDERED, MarkedFrame
from ...evaluate.matching import is_judged, largest_overlap, marked_squares, match, person_margins
from .systems import Found, System

WIDTH_PX = 640  # of the image in which sizes are given
SIZES_PX = (0, 12, 20, 40, 80, 160)
GOALS_PX = (20, 40)
OVERLAPS_PERCENT = (0, 1, 10, 30)
VISIBLE_PERCENT = (25, 50, 75, 90)


@dataclass(frozen=True, eq=False)
class JudgedHand:
    """A marked hand and who found it.

    Attributes:
        frame: that it is in.
        index: of the hand in the frame.
        square: see :func:`trainer.evaluate.matching.marked_squares`.
        rows: by table, the rows that it counts in.
        found: by system, the found hand that matches; None if it was missed.
    """

    frame: MarkedFrame
    index: int
    square: Floats
    rows: dict[str, list[str]]
    found: dict[str, Found | None]


@dataclass(frozen=True, eq=False)
class FalseFind:
    """A found hand in a completely marked frame that matches no marked one."""

    frame: MarkedFrame
    system: str
    square: Floats


@dataclass(eq=False)
class Judgement:
    """What all systems found.

    Attributes:
        hands: that should be found.
        false: what was found where no hand is marked.
        complete_frames: number of completely marked frames, by set.
    """

    hands: list[JudgedHand] = field(default_factory=list)
    false: list[FalseFind] = field(default_factory=list)
    complete_frames: Counter[str] = field(default_factory=Counter)


def judge(frames: Sequence[MarkedFrame], systems: Mapping[str, System]) -> Judgement:
    """Run all systems over the frames; each image is decoded once.

    Raises:
        HandPoseError: an image cannot be read.
    """
    judgement, margins = Judgement(), person_margins(frames)
    for frame in frames:
        image = frame.read()
        found = {name: system(image) for name, system in systems.items()}
        _add(judgement, frame, found, margins, image.shape[1])
    return judgement


def _add(
    judgement: Judgement,
    frame: MarkedFrame,
    found: dict[str, list[Found]],
    margins: dict[str, float],
    width: int,
) -> None:
    squares = marked_squares(frame, margins)
    matches = {name: match([each.square for each in hands], squares) for name, hands in found.items()}
    for index, (hand, square) in enumerate(zip(frame.hands, squares, strict=True)):
        if not is_judged(hand):
            continue
        indices = {name: match.found[index] for name, match in matches.items()}
        of_system = {name: None if i is None else found[name][i] for name, i in indices.items()}
        rows = _rows(frame, index, float(square[2] - square[0]) * WIDTH_PX / width)
        judgement.hands.append(JudgedHand(frame, index, square, rows, of_system))
    if frame.is_complete:
        judgement.complete_frames[frame.set] += 1
        judgement.false += [
            FalseFind(frame, name, found[name][i].square) for name, match in matches.items() for i in match.false
        ]


def _rows(frame: MarkedFrame, index: int, size_px: float) -> dict[str, list[str]]:
    """The rows of each table that a hand of a given size (in an image of ``WIDTH_PX``) counts in."""
    hand = frame.hands[index]
    rows = {"set": [frame.set]}
    if hand.origin == RENDERED:
        goals = [f"at least {size} px" for size in GOALS_PX if size_px >= size]
        if hand.visible_share >= 0.5:
            goals += [f"{goal}, half visible" for goal in goals]
        rows |= {
            "rendered": ["all", *goals],
            f"size in {WIDTH_PX} px": [_bin(size_px, SIZES_PX)],
            "light": [frame.attributes.get("light", "")],
            "skin": [_tone(frame.attributes.get("skin", "").split())],
            "IoU with another hand, %": [_bin(100 * largest_overlap(frame, index), OVERLAPS_PERCENT)],
            "visible, %": [_bin(100 * hand.visible_share, VISIBLE_PERCENT)],
            "holds": ["something", hand.holds] if hand.holds else ["nothing"],
            "situation": [frame.attributes.get("situation", "")],
        }
    return rows


def _tone(skins: Sequence[str]) -> str:
    """The tone that the names of all skins in a frame have in common: MakeHuman names the dark ones."""
    tones = {"dark" if "darkskinned" in skin else "light" for skin in skins}
    return tones.pop() if len(tones) == 1 else "both"


def _bin(value: float, edges: Sequence[int]) -> str:
    """Name the interval that a value is in; names are in the order of the intervals when sorted."""
    number = max((i for i, edge in enumerate(edges) if value >= edge), default=0)
    to = f"{edges[number + 1]}" if number + 1 < len(edges) else ""
    return f"{edges[number]:>3} - {to}"

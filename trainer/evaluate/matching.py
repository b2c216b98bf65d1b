"""Match found hands with marked ones by the IoU of squares, and count what was found.

All hands are compared as upright squares of their crop's centre and size, whatever a detector returns (joints, or
centre and size): a box of joints would be compared with a square otherwise. A box that a person drew becomes such a
square by its centre and its longer side, divided by the set's typical margin.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handpose_live.types.arrays import Floats

from ..data.boxes import hand_square, pair_boxes, square
from ..data.frames import MarkedFrame, MarkedHand

MIN_IOU = 0.3
MIN_VISIBLE_SHARE = 0.25  # rendered hands of which less is seen are neither missed nor falsely found


@dataclass(frozen=True)
class Match:
    """What a detector found in one frame.

    Attributes:
        found: for each marked hand, the index of the found hand that is it; None if it was missed.
        false: indices of the found hands that are no marked hand.
    """

    found: tuple[int | None, ...]
    false: tuple[int, ...]


def match(found: Sequence[Floats], marked: Sequence[Floats]) -> Match:
    """Match ``(4,)`` boxes of found hands with those of marked ones, greedily from the highest IoU down.

    A hand that is found twice counts as one found and one false.
    """
    matches: list[int | None] = [None] * len(marked)
    for index, mark, iou in pair_boxes(found, marked):
        if iou >= MIN_IOU:
            matches[mark] = index
    return Match(tuple(matches), tuple(sorted(set(range(len(found))) - set(matches))))


def person_margins(frames: Iterable[MarkedFrame]) -> dict[str, float]:
    """Measure the margin of persons' boxes for each set.

    Returns:
        By set, the median ratio of a drawn box's longer side to the hand's size (the longer side of its upright joint
        box), over the hands with both.
    """
    ratios: defaultdict[str, list[float]] = defaultdict(list)
    for frame in frames:
        for hand in frame.hands:
            if hand.person_box is not None and hand.joints_px is not None:
                ratios[frame.set].append(_longer_side(hand.person_box) / _longer_side(hand_square(hand.joints_px)))
    return {name: float(np.median(values)) for name, values in ratios.items()}


def marked_squares(frame: MarkedFrame, margins: Mapping[str, float]) -> list[Floats]:
    """Return the squares of a frame's hands, in px of the frame; of persons' boxes where there are some.

    Args:
        frame: with its hands.
        margins: of :func:`person_margins`; 1 for a set that it lacks.
    """
    return [_marked_square(hand, margins.get(frame.set, 1.0)) for hand in frame.hands]


def is_judged(hand: MarkedHand) -> bool:
    """Whether a hand should be found: not a rendered one that is hidden, or beyond the edge, for the most part."""
    return hand.visible_share >= MIN_VISIBLE_SHARE


def largest_overlap(frame: MarkedFrame, index: int) -> float:
    """Return the largest IoU of a hand's box with the box of another hand of the frame."""
    boxes = [hand.box for hand in frame.hands]
    others = boxes[:index] + boxes[index + 1 :]
    return max((float(iou) for _, _, iou in pair_boxes([boxes[index]], others)), default=0.0)


def wilson_interval(successes: int, trials: int, *, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share at 95 % confidence (Wilson 1927)."""
    if not trials:
        return 0.0, 1.0
    share, weight = successes / trials, z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def _marked_square(hand: MarkedHand, margin: float) -> Floats:
    if hand.person_box is None:
        assert hand.joints_px is not None
        return hand_square(hand.joints_px)
    x, y = (hand.person_box[:2] + hand.person_box[2:]) / 2
    return square(float(x), float(y), _longer_side(hand.person_box) / margin)


def _longer_side(box: Floats) -> float:
    return float((box[2:] - box[:2]).max())

"""What a hand's joints say about its fingers, whatever its size and however it is turned."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Literal

from numpy.typing import NDArray

from handpose_live.types.skeleton import FINGERS, INDEX_TIP, KNUCKLES, THUMB_TIP, WRIST

Facing = Literal["palm", "back", "edge"]
# The triangle of wrist and outer knuckles, in palm sizes squared, under which a hand is seen from its edge.
EDGE_AREA = 0.1
# Palm sizes in a palm's width: seen from the edge or foreshortened, one of width and length still tells the size.
WIDTH_SHARE = 1.3
# Reaches of a straight finger and of one whose last two joints turn by 180 degrees.
STRAIGHT_REACH, FOLDED_REACH = 1.3, 0.6
STRAIGHT_BEND_DEG = 60.0
LARGEST_BEND_DEG = 180.0  # no finger turns farther, however the joints may jitter


@dataclass(frozen=True)
class HandShape:
    """Measures of a hand that are the same for any size, place and turn in the picture, unless they say otherwise.

    Lengths are in palm sizes: the longer of the distance from wrist to middle knuckle and 1.3 times that from index
    to little knuckle. Angles are those seen in the picture.

    Attributes:
        bends_deg: by finger, thumb first: how far its last two joints turn, 0 for a straight one. It is what is seen
            in the picture, or what the finger's reach tells where it folds towards the camera and hides its turns.
        reaches: by finger: the tip's distance from the wrist in units of the middle joint's, above 1.2 for a finger
            that is straight and below 0.9 for one folded into the palm; of the thumb, its tip's distance from the
            little knuckle in palm sizes, above 1.2 for one spread out and below 0.7 for one laid across the palm.
        gaps_deg: between the directions of neighbouring fingers, thumb and index first; of fingers that cross, below 0.
        pinch: from thumb tip to index tip, in palm sizes.
        thumb_up_deg: between the thumb and the picture's up, 0 to 180; the one measure that turns with the picture.
        points_deg: where the hand points, from wrist to knuckles, clockwise from the picture's up, -180 to 180.
        facing: the side of the hand that is seen.
        palm_px: the palm size, in the joints' unit.
    """

    bends_deg: tuple[float, ...]
    reaches: tuple[float, ...]
    gaps_deg: tuple[float, ...]
    pinch: float
    thumb_up_deg: float
    points_deg: float
    facing: Facing
    palm_px: float

    @property
    def spread_deg(self) -> float | None:
        """Between the outermost two straight fingers next to each other, the thumb apart; None without two."""
        straight = [bend < STRAIGHT_BEND_DEG for bend in self.bends_deg[1:]]
        gaps = [
            gap for gap, one, other in zip(self.gaps_deg[1:], straight, straight[1:], strict=False) if one and other
        ]
        return sum(gaps) if gaps else None

    @cached_property
    def measures(self) -> Mapping[str, float]:
        """Its numbers under :func:`measure_names`, as the rules of gestures and a person know them."""
        numbers = (*self.bends_deg, *self.reaches, *self.gaps_deg, self.pinch, self.thumb_up_deg)
        return dict(zip(measure_names(), numbers, strict=True))


@cache
def measure_names() -> tuple[str, ...]:
    """What can be measured of a hand: ``index_bend_deg``, ``index_reach``, ``index_middle_deg``, ``pinch``, ..."""
    names = [finger.name for finger in FINGERS]
    return (
        *(f"{name}_bend_deg" for name in names),
        *(f"{name}_reach" for name in names),
        *(f"{one}_{other}_deg" for one, other in pairwise(names)),
        "pinch",
        "thumb_up_deg",
    )


def hand_shape(joints_px: NDArray[Any], *, left: bool) -> HandShape:
    """Measure a hand.

    Args:
        joints_px: ``(21, 2)`` in px of an unflipped picture, x right, y down.
        left: it is a left hand; matters to ``facing`` only.
    """
    joints = [complex(x, y) for x, y in joints_px.tolist()]
    wrist, middle = joints[WRIST], joints[KNUCKLES[1]]
    index, little = joints[KNUCKLES[0]] - wrist, joints[KNUCKLES[3]] - wrist
    palm_px = max(abs(middle - wrist), WIDTH_SHARE * abs(index - little), 1e-6)
    thumb = joints[THUMB_TIP] - joints[FINGERS[0].joints[1]]
    reaches = [
        abs(joints[tip] - wrist) / max(abs(joints[second] - wrist), 1e-6)
        for _, second, _, tip in (finger.joints for finger in FINGERS[1:])
    ]
    # Negative where the index lies clockwise of the little finger, as a right hand shows its palm.
    area = (index.conjugate() * little).imag / palm_px**2
    thumb_bend_deg, *seen_deg = (_bend_deg(*(joints[joint] for joint in finger.joints)) for finger in FINGERS)
    told_deg = (180 * (STRAIGHT_REACH - reach) / (STRAIGHT_REACH - FOLDED_REACH) for reach in reaches)
    bends_deg = (thumb_bend_deg, *(max(both) for both in zip(seen_deg, told_deg, strict=True)))
    return HandShape(
        bends_deg=tuple(min(bend, LARGEST_BEND_DEG) for bend in bends_deg),
        reaches=(abs(joints[THUMB_TIP] - joints[KNUCKLES[3]]) / palm_px, *reaches),
        gaps_deg=tuple(_gaps_deg(joints, math.copysign(1, area))),
        pinch=abs(joints[THUMB_TIP] - joints[INDEX_TIP]) / palm_px,
        thumb_up_deg=_angle_deg(thumb, -1j),
        points_deg=math.degrees(math.atan2((middle - wrist).real, -(middle - wrist).imag)),
        facing="edge" if abs(area) < EDGE_AREA else "palm" if (area > 0) == left else "back",
        palm_px=palm_px,
    )


def _bend_deg(knuckle: complex, second: complex, third: complex, tip: complex) -> float:
    return _angle_deg(second - knuckle, third - second) + _angle_deg(third - second, tip - third)


def _gaps_deg(joints: list[complex], sense: float) -> list[float]:
    """A finger's direction is that from its knuckle to its tip, the thumb's from its second joint.

    ``sense`` is 1 where index to little finger goes clockwise on the screen, else -1.
    """
    starts = [finger.joints[1 if finger is FINGERS[0] else 0] for finger in FINGERS]
    ways = [joints[finger.joints[3]] - joints[start] for start, finger in zip(starts, FINGERS, strict=True)]
    return [sense * _turn_deg(one, other) for one, other in pairwise(ways)]


def _angle_deg(one: complex, other: complex) -> float:
    """Between two directions, 0 to 180."""
    return abs(_turn_deg(one, other))


def _turn_deg(one: complex, other: complex) -> float:
    """From one direction to another, clockwise on the screen, -180 to 180."""
    product = one.conjugate() * other
    return math.degrees(math.atan2(product.imag, product.real))

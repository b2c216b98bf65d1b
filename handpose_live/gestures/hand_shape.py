"""Measurements of a hand's shape, invariant to its size, position and rotation in the image."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Literal

from numpy.typing import NDArray

from handpose_live.types.skeleton import FINGERS, INDEX_TIP, KNUCKLES, THUMB_TIP, WRIST

Facing = Literal["palm", "back", "edge"]
# Below this area of the triangle of wrist, index and little knuckle, in palm sizes squared, the hand is seen edge-on.
EDGE_AREA = 0.1
# Palm size in palm widths: where the hand is seen edge-on or foreshortened, width or length still gives the size.
WIDTH_FACTOR = 1.3
# Reach of a straight finger, and of one whose last two joints bend by 180 degrees.
STRAIGHT_REACH, FOLDED_REACH = 1.3, 0.6
STRAIGHT_BEND_DEG = 60.0
MAX_BEND_DEG = 180.0  # limits the effect of jitter


@dataclass(frozen=True)
class HandShape:
    """Measurements of a hand, invariant to size, position and rotation in the image unless noted.

    Lengths are in palm sizes: the longer of the distance from wrist to middle knuckle and 1.3 times that from index
    to little knuckle. Angles are measured in the image plane.

    Attributes:
        bends_deg: by finger, thumb first: the sum of the bends of its last two joints, 0 for a straight finger. As seen
            in the image, or as derived from the finger's reach where it folds towards the camera.
        reaches: by finger: distance of the tip from the wrist in units of that of the middle joint, above 1.2 for a
            straight finger and below 0.9 for one folded into the palm; for the thumb, distance of its tip from the
            little knuckle in palm sizes, above 1.2 when spread and below 0.7 when across the palm.
        gaps_deg: angles between neighbouring fingers, thumb and index first; negative for crossed fingers.
        pinch: distance from thumb tip to index tip, in palm sizes.
        thumb_up_deg: angle between the thumb and image up, 0 to 180; depends on rotation.
        points_deg: direction from wrist to middle knuckle, clockwise from image up, -180 to 180; depends on rotation.
        facing: which side of the hand the camera sees.
        palm_px: the palm size, in the unit of the joints.
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
        """Sum of the gaps between adjacent straight fingers, without the thumb; None without two such fingers."""
        straight = [bend < STRAIGHT_BEND_DEG for bend in self.bends_deg[1:]]
        gaps = [
            gap for gap, one, other in zip(self.gaps_deg[1:], straight, straight[1:], strict=False) if one and other
        ]
        return sum(gaps) if gaps else None

    @cached_property
    def measures(self) -> Mapping[str, float]:
        """The measurements by the names of :func:`measure_names`, as gesture rules use them."""
        numbers = (*self.bends_deg, *self.reaches, *self.gaps_deg, self.pinch, self.thumb_up_deg)
        return dict(zip(measure_names(), numbers, strict=True))


@cache
def measure_names() -> tuple[str, ...]:
    """Return the names of all measurements, such as ``index_bend_deg``, ``index_reach``, ``index_middle_deg``."""
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
        joints_px: ``(21, 2)`` in px of an unflipped image, x right, y down.
        left: whether it is a left hand; affects ``facing`` only.
    """
    joints = [complex(x, y) for x, y in joints_px.tolist()]
    wrist, middle = joints[WRIST], joints[KNUCKLES[1]]
    index, little = joints[KNUCKLES[0]] - wrist, joints[KNUCKLES[3]] - wrist
    palm_px = max(abs(middle - wrist), WIDTH_FACTOR * abs(index - little), 1e-6)
    thumb = joints[THUMB_TIP] - joints[FINGERS[0].joints[1]]
    reaches = [
        abs(joints[tip] - wrist) / max(abs(joints[second] - wrist), 1e-6)
        for _, second, _, tip in (finger.joints for finger in FINGERS[1:])
    ]
    # Signed; negative where the index finger is clockwise of the little one, as on the palm of a right hand.
    area = (index.conjugate() * little).imag / palm_px**2
    thumb_bend_deg, *visible_deg = (_bend_deg(*(joints[joint] for joint in finger.joints)) for finger in FINGERS)
    from_reach_deg = (180 * (STRAIGHT_REACH - reach) / (STRAIGHT_REACH - FOLDED_REACH) for reach in reaches)
    bends_deg = (thumb_bend_deg, *(max(both) for both in zip(visible_deg, from_reach_deg, strict=True)))
    return HandShape(
        bends_deg=tuple(min(bend, MAX_BEND_DEG) for bend in bends_deg),
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
    """Angles between neighbouring fingers, whose directions run from knuckle to tip, the thumb's from its second joint.

    ``sense`` is 1 where index to little finger goes clockwise on the screen, else -1.
    """
    starts = [finger.joints[1 if finger is FINGERS[0] else 0] for finger in FINGERS]
    directions = [joints[finger.joints[3]] - joints[start] for start, finger in zip(starts, FINGERS, strict=True)]
    return [sense * _turn_deg(one, other) for one, other in pairwise(directions)]


def _angle_deg(one: complex, other: complex) -> float:
    """Angle between two directions, 0 to 180."""
    return abs(_turn_deg(one, other))


def _turn_deg(one: complex, other: complex) -> float:
    """Signed angle from one direction to another, clockwise on the screen, -180 to 180."""
    product = one.conjugate() * other
    return math.degrees(math.atan2(product.imag, product.real))

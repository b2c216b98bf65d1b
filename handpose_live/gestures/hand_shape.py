"""Measurements of a hand's shape, invariant to its size and position, and most of them to its rotation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from handpose_live.gestures.joint_angles import ANGLE_NAMES, Vectors, cross, joint_angles, palm_axes, unit
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import FINGERS, INDEX_TIP, KNUCKLES, THUMB_TIP, WRIST

Facing = Literal["palm", "back", "edge"]
# Below this area of the triangle of wrist, index and little knuckle, in palm sizes squared, as the camera sees it, the
# hand is seen edge-on.
EDGE_AREA = 0.1
# Palm size in palm widths: where a hand without depths is seen edge-on or foreshortened, width or length still gives
# the size.
WIDTH_FACTOR = 1.3
STRAIGHT_BEND_DEG = 60.0
_CHAINS = np.array([finger.joints for finger in FINGERS])
# Fingers point from knuckle to tip, the thumb from its second joint, as its first bone hardly takes part in gestures.
_STARTS, _TIPS = np.array([_CHAINS[0, 1], *_CHAINS[1:, 0]]), _CHAINS[:, 3]


@dataclass(frozen=True)
class HandShape:
    """Measurements of a hand, invariant to size, position and rotation unless noted.

    Lengths are in palm sizes: the longer of the distance from wrist to middle knuckle and 1.3 times that from index
    to little knuckle. A hand without depths is measured in the plane of the image: then all is as it looks there.

    Attributes:
        bends_deg: by finger, thumb first: how far its last two joints turn together, 0 for a straight finger: the sum
            of PIP and DIP flexion, of the thumb of MCP and IP.
        reaches: by finger: distance of the tip from the wrist in units of that of the middle joint, above 1.2 for a
            straight finger and below 0.9 for one folded into the palm; for the thumb, distance of its tip from the
            little knuckle in palm sizes, above 1.2 when spread and below 0.7 when across the palm.
        gaps_deg: angles in the plane of the palm between neighbouring fingers, thumb and index first; negative for
            crossed fingers.
        pinch: distance from thumb tip to index tip, in palm sizes.
        thumb_up_deg: angle between the thumb and image up, 0 to 180; depends on rotation.
        angles_deg: see :func:`handpose_live.gestures.joint_angles.joint_angles`; those of the palm depend on rotation.
        points_deg: direction from wrist to middle knuckle as the camera sees it, clockwise from image up, -180 to 180;
            depends on rotation.
        facing: which side of the hand the camera sees.
        palm_size: in the unit of the joints.
    """

    bends_deg: tuple[float, ...]
    reaches: tuple[float, ...]
    gaps_deg: tuple[float, ...]
    pinch: float
    thumb_up_deg: float
    angles_deg: Mapping[str, float]
    points_deg: float
    facing: Facing
    palm_size: float

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
        angles = [self.angles_deg[name] for name in ANGLE_NAMES]
        numbers = (*self.bends_deg, *self.reaches, *self.gaps_deg, self.pinch, self.thumb_up_deg, *angles)
        return dict(zip(measure_names(), numbers, strict=True))


@cache
def measure_names() -> tuple[str, ...]:
    """Return the names of all measurements, such as ``index_bend_deg``, ``index_middle_deg``, ``index_pip_deg``."""
    names = [finger.name for finger in FINGERS]
    return (
        *(f"{name}_bend_deg" for name in names),
        *(f"{name}_reach" for name in names),
        *(f"{one}_{other}_deg" for one, other in pairwise(names)),
        "pinch",
        "thumb_up_deg",
        *(f"{name}_deg" for name in ANGLE_NAMES),
    )


def shape_of(hand: Hand) -> HandShape:
    """Measure a hand: in three dimensions, or in the image if its network cannot tell depths."""
    return hand_shape(hand.joints if hand.joints_3d is None else hand.joints_3d, left=hand.side == "left")


def hand_shape(joints: NDArray[Any], *, left: bool) -> HandShape:
    """Measure the joints of a hand.

    Args:
        joints: ``(21, 3)`` of any unit, x right, y down in an unflipped image, z away from the camera; or ``(21, 2)``,
            which lie in the plane z = 0.
        left: whether it is a left hand, which is measured as its mirror image.
    """
    seen = np.zeros((len(joints), 3))
    seen[:, : joints.shape[1]] = joints
    joints = seen * (-1 if left else 1, 1, 1)
    wrist, middle = joints[WRIST], joints[KNUCKLES[1]]
    index, little = joints[KNUCKLES[0]] - wrist, joints[KNUCKLES[-1]] - wrist
    palm_size = max(_length(middle - wrist), WIDTH_FACTOR * _length(index - little), 1e-6)
    fingers = _CHAINS[1:]
    lengths = np.linalg.norm(joints - wrist, axis=1)
    reaches = lengths[fingers[:, 3]] / np.maximum(lengths[fingers[:, 1]], 1e-6)
    directions = joints[_TIPS] - joints[_STARTS]
    # As the camera sees it; positive where the index finger is clockwise of the little one, as on the palm.
    area = float(little[0] * index[1] - little[1] * index[0]) / palm_size**2
    right, down, _ = (seen[KNUCKLES[1]] - seen[WRIST]).tolist()
    return HandShape(
        bends_deg=tuple(_bends_deg(joints).tolist()),
        reaches=(_length(joints[THUMB_TIP] - joints[KNUCKLES[-1]]) / palm_size, *reaches.tolist()),
        gaps_deg=tuple(_gaps_deg(directions, palm_axes(joints)).tolist()),
        pinch=_length(joints[THUMB_TIP] - joints[INDEX_TIP]) / palm_size,
        thumb_up_deg=math.degrees(math.acos(np.clip(-unit(directions[0])[1], -1, 1))),
        angles_deg=joint_angles(seen, left=left),
        points_deg=math.degrees(math.atan2(right, -down)),
        facing="edge" if abs(area) < EDGE_AREA else "palm" if area > 0 else "back",
        palm_size=palm_size,
    )


def _length(vector: Vectors) -> float:
    return math.hypot(*vector.tolist())


def _bends_deg(joints: Vectors) -> Vectors:
    """Return the ``(5,)`` turns over the last two joints of the fingers.

    The turns of the two joints are added as vectors along their axes, whatever these are: an error in the joint between
    them cancels, and a hand without depths, in which no finger flexes about its own axis, has the turns that are seen.
    """
    bones = unit(np.diff(joints[_CHAINS], axis=1))
    sines = cross(bones[:, :-1], bones[:, 1:])
    cosines = (bones[:, :-1] * bones[:, 1:]).sum(-1)
    turns = unit(sines) * np.arctan2(np.linalg.norm(sines, axis=-1), cosines)[..., None]
    return np.asarray(np.degrees(np.linalg.norm(turns.sum(axis=1), axis=-1)))


def _gaps_deg(directions: Vectors, palm: Vectors) -> Vectors:
    """Return the ``(4,)`` angles in the plane of the palm between neighbours of ``(5, 3)`` directions."""
    radial, distal, _ = palm
    towards_thumb = np.degrees(np.arctan2(directions @ radial, directions @ distal))
    return np.asarray((towards_thumb[:-1] - towards_thumb[1:] + 180) % 360 - 180)

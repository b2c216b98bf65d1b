"""The hand's volume: tapered capsules around the bones, blended in groups.

A tapered capsule is the set of points within a radius of a segment, which changes linearly along it.
Capsules of one group are united smoothly; groups are not: adjacent fingers stay apart, and a flexed
finger's tip does not merge with the palm.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .collision import FINGER_RADII_MM
from .kinematics import FOREARM_BONE, PALM_BONE, Skeleton
from .people import People

PALM_GROUP, SLEEVE_GROUP, OBJECT_GROUP = 0, 6, 7  # 1..5 are the fingers from the thumb on
BLEND_MM = (3.8, 1.8, 1.5, 1.5, 1.5, 1.5, 3.0, 1.0)
GROUP_COUNT = len(BLEND_MM)
OBJECT_BONE = PALM_BONE  # objects have no bone of their own


@dataclass(frozen=True, eq=False)
class Capsules:
    """``n`` hands of ``k`` tapered capsules in one frame, mm.

    Attributes:
        starts, ends: ``(n, k, 3)`` of the axes.
        radii: ``(n, k, 2)`` at the two ends; far below zero where a hand lacks the capsule.
        groups: ``(k,)`` group of each capsule.
        bones: ``(k,)`` bone that each capsule belongs to.
        shadow_casters: the number of capsules, from the first on, that cast shadows; the others hardly protrude.
    """

    starts: Tensor
    ends: Tensor
    radii: Tensor
    groups: Tensor
    bones: Tensor
    shadow_casters: int

    def transformed(self, rotation: Tensor, translation: Tensor) -> "Capsules":
        """Return the capsules in another frame, by ``(n, 3, 3)`` and ``(n, 3)``."""
        starts, ends = (ends @ rotation.mT + translation[:, None] for ends in (self.starts, self.ends))
        return Capsules(starts, ends, self.radii, self.groups, self.bones, self.shadow_casters)


class _CapsuleBuilder:
    """Collects capsules given in their bones' frames."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self.rows: list[tuple[Tensor, Tensor, Tensor, int, int]] = []

    def add(self, group: int, bone: int, start: Tensor, end: Tensor, radii: Tensor) -> None:
        """Add a capsule with ``(n, 3)`` end points in the bone's frame and ``(n, 2)`` radii."""
        self.rows.append((self.to_hand_frame(bone, start), self.to_hand_frame(bone, end), radii, group, bone))

    def to_hand_frame(self, bone: int, point: Tensor) -> Tensor:
        """Transform ``(n, 3)`` points from a bone's frame to the hand's."""
        rotated: Tensor = (self._skeleton.rotations[:, bone] @ point[..., None])[..., 0]
        return rotated + self._skeleton.origins[:, bone]

    def add_in_hand_frame(self, start: Tensor, end: Tensor, radii: Tensor, bone: int) -> None:
        """Add a capsule of the palm with ``(n, 3)`` end points in the hand's frame."""
        self.rows.append((start, end, radii, PALM_GROUP, bone))

    def build(self, shadow_casters: int) -> Capsules:
        """Return all capsules that were added."""
        starts, ends, radii, groups, bones = zip(*self.rows, strict=True)
        device = starts[0].device
        return Capsules(
            torch.stack(starts, 1),
            torch.stack(ends, 1),
            torch.stack(radii, 1),
            torch.tensor(groups, device=device),
            torch.tensor(bones, device=device),
            shadow_casters,
        )


def build_capsules(people: People, skeleton: Skeleton, sleeve_from_mm: Tensor) -> Capsules:
    """Build the hands' capsules in the hand's frame.

    Args:
        people: ``n`` hand shapes.
        skeleton: their posed skeletons.
        sleeve_from_mm: ``(n,)`` distance from the wrist to the sleeve; beyond 200 there is none.
    """
    builder = _CapsuleBuilder(skeleton)
    for finger in range(5):
        _finger(builder, people, finger)
    _palm(builder, people)
    _forearm(builder, people, sleeve_from_mm)
    shadow_casters = len(builder.rows)
    for finger in range(5):
        _pads(builder, people, finger)
    _tendons(builder, people)
    return builder.build(shadow_casters)


def _at(scale: Tensor, *offset: float) -> Tensor:
    """Scale an offset to ``(n, 3)``, or two radii to ``(n, 2)``, by ``(n, 1)``."""
    return torch.tensor(offset, device=scale.device) * scale


def _along(people: People, finger: int, bone: int, fraction: float, *, up: float = 0.0) -> Tensor:
    """Return ``(n, 3)`` points at a fraction of a bone, raised by ``up`` mm of the mean hand out of the palm."""
    point = _at(people.thickness, 0.0, 0.0, up)
    point[:, 1] = people.bone_lengths[:, finger, bone] * fraction
    return point


def _finger(builder: _CapsuleBuilder, people: People, finger: int) -> None:
    """Add a finger's three segments, and the web between its first one and the palm."""
    joint_radii = FINGER_RADII_MM[finger]
    for bone in range(3):
        end = _along(people, finger, bone, 1)
        radii = _at(people.thickness, joint_radii[bone] - 1.1, joint_radii[bone + 1] - 1.1)
        if bone == 2:
            # The labelled tip is 1 mm below the skin at the end of the finger.
            end[:, 1] -= radii[:, 1] - 0.2
        builder.add(finger + 1, 3 * finger + bone, _along(people, finger, bone, 0), end, radii)
    if finger:
        start, end = _along(people, finger, 0, 0), _along(people, finger, 0, 0.42, up=1)
        builder.add(
            PALM_GROUP, 3 * finger, start, end, _at(people.thickness, joint_radii[0] - 1.8, joint_radii[0] - 3.2)
        )


def _palm(builder: _CapsuleBuilder, people: People) -> None:
    """Add the metacarpals, the pads of the palm and the web of the thumb."""
    size = people.scale

    def palm(start: Tensor, end: Tensor, *radii: float) -> None:
        builder.add(PALM_GROUP, PALM_BONE, start, end, _at(people.thickness, *radii))

    up = _at(size, 0.0, 0.0, 1.0)
    base_joints, metacarpal_bases = people.base_joints, people.metacarpal_bases
    for finger in (1, 2, 3, 4):
        thin = 0.8 * (finger == 4)
        palm(metacarpal_bases[:, finger] + 1 * up, base_joints[:, finger] - 1 * up, 10.4 - thin, 9.3 - thin)
    # The pads below the fingers, the thenar and hypothenar eminences and the heel between them.
    palm(base_joints[:, 1] + _at(size, -2.0, -9.0, 5.5), base_joints[:, 2] + _at(size, -2.0, -10.0, 6.5), 7.2, 7.4)
    palm(base_joints[:, 3] + _at(size, 2.0, -10.0, 6.0), base_joints[:, 4] + _at(size, 2.0, -10.0, 4.5), 7.4, 7.2)
    palm(_at(size, -17.0, 19.0, 8.0), base_joints[:, 4] + _at(size, 0.0, -20.0, 4.5), 10.5, 8.0)
    palm(_at(size, 10.5, 2.0, 0.5), _at(size, 12.0, 26.0, 5.0), 13.8, 11.0)
    palm(_at(size, -10.5, 2.0, 0.5), _at(size, -14.0, 24.0, 4.0), 13.8, 10.5)
    # The thenar eminence moves with the thumb, and the web stretches between thumb and index finger.
    thumb = builder.to_hand_frame(0, _along(people, 0, 0, 0.8, up=1.5))
    builder.add_in_hand_frame(_at(size, 14.0, 21.0, 9.0), thumb, _at(people.thickness, 13.0, 8.5), 0)
    for fraction, radius in ((0.30, 7.0), (0.55, 5.0)):
        thumb = builder.to_hand_frame(0, _along(people, 0, 0, fraction + 0.3))
        index = base_joints[:, 1] + (0.95 - fraction) * (metacarpal_bases[:, 1] - base_joints[:, 1]) + 2 * up
        builder.add_in_hand_frame(index, thumb, _at(people.thickness, radius, radius), PALM_BONE)


def _forearm(builder: _CapsuleBuilder, people: People, sleeve_from_mm: Tensor) -> None:
    """Add the forearm as two capsules side by side, and the sleeve around them."""
    size, thickness = people.scale, people.thickness
    for side in (-1.0, 1.0):
        wrist, elbow = _at(size, 10.5 * side, 12.0, 1.0), _at(size, 16.5 * side, -230.0, 0.0)
        builder.add(PALM_GROUP, FOREARM_BONE, wrist, elbow, _at(thickness, 13.5, 26.0))
    dressed = (sleeve_from_mm < 200)[:, None]
    for side in (-1.0, 1.0):
        cuff, elbow = _at(size, 12.5 * side, 0.0, 0.0), _at(size, 17.0 * side, -260.0, 0.0)
        cuff[:, 1] = -sleeve_from_mm
        radii = torch.where(dressed, _at(thickness, 21.5, 36.0), -1e3)
        builder.add(SLEEVE_GROUP, FOREARM_BONE, cuff, elbow, radii)


def _pads(builder: _CapsuleBuilder, people: People, finger: int) -> None:
    """Add the pads on the palmar side of each bone, and the knuckles on the back."""
    joint_radii = FINGER_RADII_MM[finger]
    for bone in range(3):
        if finger == 0 and bone == 0:
            continue
        radius = (joint_radii[bone] + joint_radii[bone + 1]) / 2 - (2.0 if bone < 2 else 3.0)
        start = _along(people, finger, bone, 0.3 if bone else 0.5, up=1.7)
        end = _along(people, finger, bone, 0.74 if bone < 2 else 0.66, up=1.7)
        builder.add(finger + 1, 3 * finger + bone, start, end, _at(people.thickness, radius, radius))
    for bone in (1, 2):
        knob = joint_radii[bone] - 2.6
        start, end = _along(people, finger, bone, 0, up=-1.5), _along(people, finger, bone, 0.06, up=-1.5)
        builder.add(finger + 1, 3 * finger + bone, start, end, _at(people.thickness, knob, knob))
    if finger:
        # The head of the metacarpal bone protrudes, most of all with a flexed finger.
        knuckle = people.base_joints[:, finger] + _at(people.thickness, 0.0, 0.0, -4.2)
        builder.add(PALM_GROUP, PALM_BONE, knuckle, knuckle, _at(people.thickness, 7.0, 7.0))


def _tendons(builder: _CapsuleBuilder, people: People) -> None:
    """Add the tendons on the back of the hand, from the wrist to the knuckles."""
    for finger in (1, 2, 3, 4):
        wrist = _at(people.scale, 5.0 - 3.0 * finger, 14.0, -7.0)
        knuckle = people.base_joints[:, finger] + _at(people.thickness, 0.0, -4.0, -8.8)
        builder.add(PALM_GROUP, PALM_BONE, wrist, knuckle, _at(people.thickness, 1.5, 1.2))

"""A right hand that can be posed: angles to joints.

The hand's frame: origin in the wrist, x towards the thumb's side, y towards the fingertips, z out of
the palm. With the palm towards a viewer and the fingers up that is right, up and towards the viewer.
A bone's frame: origin in its near joint, y along it, z out of its palm side.

Limits: American Academy of Orthopaedic Surgeons, "Joint motion", 1965, with the active range of young
adults in M. Hume et al., "Functional range of motion of the joints of the hand", J. Hand Surg. 15A, 1990.
The last finger joint follows the one before it by about two thirds (H. Rijpkema, M. Girard, "Computer
animation of knowledge-based human grasping", SIGGRAPH 1991).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .people import People

FINGER_ANGLES = 4  # bend and swing (towards the thumb) at the knuckle, bend at the middle and the last joint
THUMB = 16  # first of the thumb's: lift out of the palm, swing away from the fingers, roll, bend, bend
WRIST = 21  # bend towards the palm, swing towards the thumb
ANGLES = 23
LIMITS_DEG = (
    *([(-20.0, 90.0), (-18.0, 18.0), (0.0, 105.0), (-5.0, 80.0)] * 4),
    *((0.0, 65.0), (0.0, 65.0), (40.0, 105.0), (-5.0, 55.0), (-15.0, 75.0)),
    *((-60.0, 65.0), (-25.0, 20.0)),
)
LAST_JOINT_FOLLOWS = 2 / 3
# The knuckles stand on an arch: how far each finger's palm side turns towards the thumb.
ARCH_DEG = (-6.0, 0.0, 6.0, 13.0)


@dataclass(frozen=True, eq=False)
class Skeleton:
    """``n`` posed hands in the hand's frame, mm.

    Attributes:
        joints: ``(n, 21, 3)`` in FreiHAND's order; the tips are where the fingers end.
        origins: ``(n, 17, 3)`` of the bones: per finger (thumb first) its three beyond the root; the palm; the forearm.
        turns: ``(n, 17, 3, 3)`` bone frame to hand frame.
    """

    joints: Tensor
    origins: Tensor
    turns: Tensor


PALM_BONE, FOREARM_BONE = 15, 16


def limits_rad(device: torch.device) -> tuple[Tensor, Tensor]:
    """``(23,)`` least and greatest angles."""
    low, high = torch.tensor(LIMITS_DEG, device=device).deg2rad().T
    return low, high


def pose_hands(people: People, angles: Tensor) -> Skeleton:
    """Put ``n`` people's hands into poses of ``(n, 23)`` angles in radians."""
    roots = _finger_turns(people, angles)
    bends = torch.stack([_bends(angles, finger) for finger in range(5)], dim=1)
    turns = [roots]
    for bone in (1, 2):
        turns.append(turns[-1] @ about_x(bends[..., bone - 1]))
    turned = torch.stack(turns, dim=2)  # (n, 5, 3, 3, 3)
    steps = turned[..., 1] * people.bones[..., None]
    joints = people.roots[:, :, None] + torch.cat([torch.zeros_like(steps[:, :, :1]), steps.cumsum(2)], dim=2)
    n = len(angles)
    wrist = torch.zeros(n, 1, 3, device=angles.device)
    forearm = about_x(-angles[:, WRIST]) @ about_z(angles[:, WRIST + 1])
    palm = torch.eye(3, device=angles.device).expand(n, 3, 3)
    return Skeleton(
        joints=torch.cat([wrist, joints.flatten(1, 2)], dim=1),
        origins=torch.cat([joints[:, :, :3].flatten(1, 2), wrist, wrist], dim=1),
        turns=torch.cat([turned.flatten(1, 2), palm[:, None], forearm[:, None]], dim=1),
    )


def _finger_turns(people: People, angles: Tensor) -> Tensor:
    """``(n, 5, 3, 3)`` frames of the first bones.

    A finger swings from the line of its metacarpal bone, and less the more it is bent: so bent
    fingers all point at the same spot at the base of the thumb, as real ones do.
    """
    lift, swing, roll = angles[:, THUMB : THUMB + 3].unbind(1)
    thumb = about_z(-swing) @ about_x(lift) @ about_y(-roll)
    line = (people.roots - people.carpus)[:, 1:]
    fan = torch.atan2(line[..., 0], line[..., 1])
    bend, swing = angles[:, 0:THUMB:FINGER_ANGLES], angles[:, 1:THUMB:FINGER_ANGLES]
    arch = torch.tensor(ARCH_DEG, device=angles.device).deg2rad().expand_as(bend)
    fingers = about_z(-fan - swing * bend.clamp(0, math.pi / 2).cos()) @ about_y(arch) @ about_x(bend)
    return torch.cat([thumb[:, None], fingers], dim=1)


def _bends(angles: Tensor, finger: int) -> Tensor:
    """``(n, 2)`` bends of a finger's joints beyond the first."""
    first = THUMB + 3 if finger == 0 else FINGER_ANGLES * (finger - 1) + 2
    return angles[:, first : first + 2]


def about_x(angle: Tensor) -> Tensor:
    """``(..., 3, 3)`` rotations by ``(...)`` radians: y towards z."""
    return _rotation(angle, 1, 2)


def about_y(angle: Tensor) -> Tensor:
    """``(..., 3, 3)`` rotations: z towards x."""
    return _rotation(angle, 2, 0)


def about_z(angle: Tensor) -> Tensor:
    """``(..., 3, 3)`` rotations: x towards y."""
    return _rotation(angle, 0, 1)


def _rotation(angle: Tensor, source: int, target: int) -> Tensor:
    cos, sin = angle.cos(), angle.sin()
    entries = [[torch.zeros_like(cos)] * 3 for _ in range(3)]
    axis = 3 - source - target
    entries[axis][axis] = torch.ones_like(cos)
    entries[source][source] = entries[target][target] = cos
    entries[target][source], entries[source][target] = sin, -sin
    return torch.stack([torch.stack(row, dim=-1) for row in entries], dim=-2)

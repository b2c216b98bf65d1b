"""Forward kinematics of a right hand: joint angles to joint positions.

The hand's frame: origin in the wrist, x towards the thumb's side, y towards the fingertips, z out of
the palm. With the palm towards a viewer and the fingers up that is right, up and towards the viewer.
A bone's frame: origin in its proximal joint, y along it, z out of its palmar side.

Limits: American Academy of Orthopaedic Surgeons, "Joint motion", 1965, with the active range of young
adults in M. Hume et al., "Functional range of motion of the joints of the hand", J. Hand Surg. 15A, 1990.
The distal joint (DIP) flexes by about two thirds of the one before it (PIP) (H. Rijpkema, M. Girard, "Computer
animation of knowledge-based human grasping", SIGGRAPH 1991).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .people import People

ANGLES_PER_FINGER = 4  # knuckle flexion and abduction (towards the thumb), PIP flexion, DIP flexion
THUMB_OFFSET = 16  # palmar abduction, radial abduction, axial rotation, MCP flexion, IP flexion
WRIST_OFFSET = 21  # flexion towards the palm, deviation towards the thumb
ANGLE_COUNT = 23
LIMITS_DEG = (
    *([(-20.0, 90.0), (-18.0, 18.0), (0.0, 105.0), (-5.0, 80.0)] * 4),
    *((0.0, 65.0), (0.0, 65.0), (40.0, 105.0), (-5.0, 55.0), (-15.0, 75.0)),
    *((-60.0, 65.0), (-25.0, 20.0)),
)
DIP_PER_PIP = 2 / 3
# The transverse arch of the palm: how far each finger's palmar side is rotated towards the thumb.
PALM_ARCH_DEG = (-6.0, 0.0, 6.0, 13.0)


@dataclass(frozen=True, eq=False)
class Skeleton:
    """``n`` posed hand skeletons in the hand's frame, mm.

    Attributes:
        joints: ``(n, 21, 3)`` in FreiHAND's order; the tips are the ends of the fingers.
        origins: ``(n, 17, 3)`` of the bones: three per finger from the thumb on, the palm, the forearm.
        rotations: ``(n, 17, 3, 3)`` from the bone's to the hand's frame.
    """

    joints: Tensor
    origins: Tensor
    rotations: Tensor


PALM_BONE, FOREARM_BONE = 15, 16


def joint_limits_rad(device: torch.device) -> tuple[Tensor, Tensor]:
    """Return ``(23,)`` minimum and ``(23,)`` maximum angles."""
    low, high = torch.tensor(LIMITS_DEG, device=device).deg2rad().T
    return low, high


def forward_kinematics(people: People, angles: Tensor) -> Skeleton:
    """Pose ``n`` hands by ``(n, 23)`` joint angles in radians."""
    proximal = _proximal_rotations(people, angles)
    flexions = torch.stack([_flexions(angles, finger) for finger in range(5)], dim=1)
    rotations = [proximal]
    for bone in (1, 2):
        rotations.append(rotations[-1] @ rotation_x(flexions[..., bone - 1]))
    rotated = torch.stack(rotations, dim=2)  # (n, 5, 3, 3, 3)
    steps = rotated[..., 1] * people.bone_lengths[..., None]
    joints = people.base_joints[:, :, None] + torch.cat([torch.zeros_like(steps[:, :, :1]), steps.cumsum(2)], dim=2)
    n = len(angles)
    wrist = torch.zeros(n, 1, 3, device=angles.device)
    forearm = rotation_x(-angles[:, WRIST_OFFSET]) @ rotation_z(angles[:, WRIST_OFFSET + 1])
    palm = torch.eye(3, device=angles.device).expand(n, 3, 3)
    return Skeleton(
        joints=torch.cat([wrist, joints.flatten(1, 2)], dim=1),
        origins=torch.cat([joints[:, :, :3].flatten(1, 2), wrist, wrist], dim=1),
        rotations=torch.cat([rotated.flatten(1, 2), palm[:, None], forearm[:, None]], dim=1),
    )


def _proximal_rotations(people: People, angles: Tensor) -> Tensor:
    """Return ``(n, 5, 3, 3)`` rotations of the first bones.

    A finger's abduction is relative to its metacarpal bone, and decreases with its flexion: flexed fingers
    converge towards the base of the thumb, as real ones do.
    """
    palmar, radial, axial = angles[:, THUMB_OFFSET : THUMB_OFFSET + 3].unbind(1)
    thumb = rotation_z(-radial) @ rotation_x(palmar) @ rotation_y(-axial)
    metacarpals = (people.base_joints - people.metacarpal_bases)[:, 1:]
    fan = torch.atan2(metacarpals[..., 0], metacarpals[..., 1])
    flexion, abduction = angles[:, 0:THUMB_OFFSET:ANGLES_PER_FINGER], angles[:, 1:THUMB_OFFSET:ANGLES_PER_FINGER]
    arch = torch.tensor(PALM_ARCH_DEG, device=angles.device).deg2rad().expand_as(flexion)
    fingers = (
        rotation_z(-fan - abduction * flexion.clamp(0, math.pi / 2).cos()) @ rotation_y(arch) @ rotation_x(flexion)
    )
    return torch.cat([thumb[:, None], fingers], dim=1)


def _flexions(angles: Tensor, finger: int) -> Tensor:
    """Return ``(n, 2)`` flexions of a finger's joints beyond the first."""
    first = THUMB_OFFSET + 3 if finger == 0 else ANGLES_PER_FINGER * (finger - 1) + 2
    return angles[:, first : first + 2]


def rotation_x(angle: Tensor) -> Tensor:
    """Return ``(..., 3, 3)`` rotations about x by ``(...)`` radians: y towards z."""
    return _rotation(angle, 1, 2)


def rotation_y(angle: Tensor) -> Tensor:
    """Return ``(..., 3, 3)`` rotations about y by ``(...)`` radians: z towards x."""
    return _rotation(angle, 2, 0)


def rotation_z(angle: Tensor) -> Tensor:
    """Return ``(..., 3, 3)`` rotations about z by ``(...)`` radians: x towards y."""
    return _rotation(angle, 0, 1)


def _rotation(angle: Tensor, source: int, target: int) -> Tensor:
    cos, sin = angle.cos(), angle.sin()
    entries = [[torch.zeros_like(cos)] * 3 for _ in range(3)]
    axis = 3 - source - target
    entries[axis][axis] = torch.ones_like(cos)
    entries[source][source] = entries[target][target] = cos
    entries[target][source], entries[source][target] = sin, -sin
    return torch.stack([torch.stack(row, dim=-1) for row in entries], dim=-2)

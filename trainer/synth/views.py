"""Pinhole cameras and their poses relative to the hand.

The camera's frame: x right, y down, z forward, mm. With the palm towards the camera and the fingers up,
the hand's axes are the camera's x, minus y and minus z.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..rng import CounterRng
from .kinematics import rotation_x, rotation_y, rotation_z

# The side of the hand that faces the camera: rotation about the hand's long axis, 0 for the palm.
YAW_DEG = {"palm": 0.0, "back": 180.0, "thumb side": -90.0, "little finger side": 90.0}

MIN_BOX_MM = 130.0
MAX_POINTING_AWAY = 0.75  # sine of the maximum angle at which fingers point away from the camera


@dataclass(frozen=True, eq=False)
class Views:
    """``n`` pinhole cameras and their poses relative to a hand.

    Attributes:
        rotation: ``(n, 3, 3)`` from the hand's to the camera's frame.
        translation: ``(n, 3)`` of the wrist in the camera's frame, mm.
        focal_px: ``(n,)`` focal lengths.
        height, width: of the image, px; the principal point is its centre.
    """

    rotation: Tensor
    translation: Tensor
    focal_px: Tensor
    height: int
    width: int

    def to_camera(self, points: Tensor) -> Tensor:
        """Transform ``(n, k, 3)`` points from the hand's to the camera's frame, mm."""
        return points @ self.rotation.mT + self.translation[:, None]

    def project(self, points: Tensor) -> Tensor:
        """Project ``(n, k, 3)`` points in the camera's frame to ``(n, k, 2)`` image px."""
        return points[..., :2] / points[..., 2:] * self.focal_px[:, None, None] + self.principal_point_px(points.device)

    def principal_point_px(self, device: torch.device) -> Tensor:
        """Return ``(2,)`` x and y."""
        return torch.tensor([self.width / 2, self.height / 2], device=device)

    def intrinsics(self) -> Tensor:
        """Return ``(n, 3, 3)`` intrinsic matrices ``K``."""
        intrinsics = torch.zeros(len(self.rotation), 3, 3, device=self.rotation.device)
        intrinsics[:, 0, 0] = intrinsics[:, 1, 1] = self.focal_px
        intrinsics[:, :2, 2] = self.principal_point_px(self.rotation.device)
        intrinsics[:, 2, 2] = 1
        return intrinsics


def sample_rotations(rng: CounterRng, side: str | None = None) -> Tensor:
    """Sample ``(n, 3, 3)`` rotations from hand to camera: uniform, webcam and egocentric views.

    Args:
        rng: of the ``n`` images.
        side: the only side of the hand to show, from ``YAW_DEG``, in webcam views.
    """
    webcam, egocentric = _webcam_rotations(rng, side), _egocentric_rotations(rng)
    uniform = _uniform_rotations(rng)
    hidden = uniform[:, 2, 1] > MAX_POINTING_AWAY  # the forearm would hide the hand
    uniform = torch.where(hidden[:, None, None], webcam, uniform)
    kind = rng.categorical([0.25, 0.25, 0.5])  # real images have many webcam views, few egocentric ones
    if side is not None:
        kind = torch.ones_like(kind)
    return torch.stack([uniform, webcam, egocentric])[kind, torch.arange(len(rng), device=rng.device)]


def rotation_from_angles(yaw: Tensor, pitch: Tensor, roll: Tensor) -> Tensor:
    """Return ``(n, 3, 3)`` rotations from hand to camera.

    Args:
        yaw: ``(n,)`` radians about the hand's long axis, 0 for the palm towards the camera.
        pitch: ``(n,)`` radians, fingertips towards the camera.
        roll: ``(n,)`` radians, clockwise in the image.
    """
    facing = torch.diag(torch.tensor([1.0, -1.0, -1.0], device=yaw.device))
    return rotation_z(roll) @ rotation_x(pitch) @ facing @ rotation_y(yaw)


def box_translation(points: Tensor, rotation: Tensor, focal_px: Tensor, centre_px: Tensor, side_px: Tensor) -> Tensor:
    """Return ``(n, 3)`` translations, mm, that give the points' bounding box its position and size in the image.

    Args:
        points: ``(n, k, 3)`` in the hand's frame.
        rotation: ``(n, 3, 3)`` from the hand's to the camera's frame.
        focal_px: ``(n,)`` focal lengths.
        centre_px: ``(n, 2)`` of the box, from the centre of the image.
        side_px: ``(n,)`` longer side of the box; a hand whose box is under 130 mm is no nearer than one of 130 mm.
    """
    rotated = points @ rotation.mT
    low, high = rotated.amin(1), rotated.amax(1)
    extent = (high - low)[:, :2].amax(1)
    side_px = side_px * (extent / MIN_BOX_MM).clamp(max=1)
    depth = focal_px * extent / side_px
    translation = -(low + high) / 2
    translation[:, 2] += depth
    for _ in range(4):  # perspective shifts and scales the box slightly; this converges fast
        points = rotated + translation[:, None]
        projected = points[..., :2] / points[..., 2:] * focal_px[:, None, None]
        low, high = projected.amin(1), projected.amax(1)
        translation[:, :2] += (centre_px - (low + high) / 2) * (translation[:, 2] / focal_px)[:, None]
        translation[:, 2] *= (high - low).amax(1) / side_px
    return translation


def _uniform_rotations(rng: CounterRng) -> Tensor:
    """Sample uniformly from all rotations (K. Shoemake, "Uniform random rotations", Graphics Gems III, 1992)."""
    fraction, first, second = rng.uniform(0, 1), rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
    a, b = (1 - fraction).sqrt(), fraction.sqrt()
    x, y, z, w = a * first.sin(), a * first.cos(), b * second.sin(), b * second.cos()
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def _webcam_rotations(rng: CounterRng, side: str | None) -> Tensor:
    """Sample views of a raised hand in front of a webcam, mostly upright."""
    yaws = torch.tensor(list(YAW_DEG.values()), device=rng.device)
    yaw = yaws[rng.categorical([0.45, 0.3, 0.15, 0.1])]
    if side is not None:
        yaw = torch.full_like(yaw, YAW_DEG[side])
    angles = [yaw + rng.normal(18, 1)[:, 0], rng.normal(18, 1)[:, 0], rng.normal(30, 1)[:, 0]]
    return rotation_from_angles(*(angle.deg2rad() for angle in angles))


def _egocentric_rotations(rng: CounterRng) -> Tensor:
    """Sample egocentric views: the arm enters from below, back or thumb side visible, fingers pointing away."""
    angles = [rng.uniform(-190, -60), rng.uniform(-50, 5), rng.normal(35, 1)[:, 0]]
    return rotation_from_angles(*(angle.deg2rad() for angle in angles))

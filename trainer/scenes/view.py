"""The camera: where it stands and how it projects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera.

    Attributes:
        width, height: of the image, px.
        focal_px: focal length; the principal point is the middle of the image.
        world_to_camera: ``(4, 4)``; in the camera's frame x is right, y down, z forward, in metres.
    """

    width: int
    height: int
    focal_px: float
    world_to_camera: NDArray[np.float64]

    @classmethod
    def looking_at(
        cls,
        position: NDArray[np.float64],
        target: NDArray[np.float64],
        *,
        width: int,
        height: int,
        focal_px: float,
        roll: float = 0.0,
    ) -> "Camera":
        """Return a camera at a position in the world that looks at a target, ``roll`` radians clockwise."""
        forward = (target - position) / np.linalg.norm(target - position)
        up = np.array([0.0, 0.0, 1.0]) if abs(forward[2]) < 0.999 else np.array([0.0, 1.0, 0.0])
        right = np.cross(forward, up)
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        cos, sin = np.cos(roll), np.sin(roll)
        rotation = np.stack([cos * right + sin * down, cos * down - sin * right, forward])
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = rotation, -rotation @ position
        return cls(width, height, focal_px, matrix)

    def to_camera(self, points: NDArray[np.floating]) -> Floats:
        """Transform ``(..., 3)`` points from the world's to the camera's frame."""
        moved = points @ self.world_to_camera[:3, :3].T + self.world_to_camera[:3, 3]
        return np.asarray(moved, np.float32)

    def project(self, points: NDArray[np.floating]) -> Floats:
        """Project ``(..., 3)`` points of the world to ``(..., 2)`` px, pixel centres at +0.5."""
        moved = self.to_camera(points)
        middle = np.array([self.width / 2, self.height / 2])
        return np.asarray(moved[..., :2] / moved[..., 2:] * self.focal_px + middle, np.float32)

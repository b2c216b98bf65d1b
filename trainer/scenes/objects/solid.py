"""Signed distances to simple solids, by which fingers find the surface of what they grip."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solid:
    """A box with rounded edges; without any size but in one direction a capsule, without any a ball.

    Attributes:
        frame: ``(4, 4)`` of its middle in the object's frame.
        half: ``(3,)`` half of its size without the rounding, metres.
        radius: of the rounding, metres.
    """

    frame: Matrix
    half: Matrix
    radius: float

    def distance(self, points: Matrix) -> Matrix:
        """Return the signed distance of ``(..., 3)`` points, metres; negative inside.

        I. Quilez, "Distance functions", iquilezles.org.
        """
        local = np.abs((points - self.frame[:3, 3]) @ self.frame[:3, :3]) - self.half
        outside = np.linalg.norm(np.maximum(local, 0), axis=-1)
        return np.asarray(outside + np.minimum(local.max(-1), 0) - self.radius)


def rod_solid(radius: float, low: float, high: float) -> Solid:
    """Return a rod along z, rounded at its ends."""
    frame = np.eye(4)
    frame[2, 3] = (low + high) / 2
    return Solid(frame, np.array([0.0, 0.0, max((high - low) / 2 - radius, 0.0)]), radius)


def box_solid(size: Sequence[float]) -> Solid:
    """Return a box around the origin."""
    radius = min(size) * 0.25
    return Solid(np.eye(4), np.asarray(size, np.float64) / 2 - radius, radius)


def capsule(start: Matrix, end: Matrix, radius: float) -> Solid:
    """Return a rod with round ends between two points."""
    return Solid(
        frame_of((start + end) / 2, z=end - start), np.array([0.0, 0.0, np.linalg.norm(end - start) / 2]), radius
    )


def frame_of(origin: ArrayLike, *, z: ArrayLike, x: ArrayLike | None = None) -> Matrix:
    """Return a ``(4, 4)`` frame with the direction of its z axis, and an x axis near another direction or any."""
    up = np.asarray(z, np.float64) / np.linalg.norm(z)
    side = np.asarray(np.eye(3)[np.abs(up).argmin()] if x is None else x, np.float64)
    side = side - up * (side @ up)
    side /= np.linalg.norm(side)
    frame = np.eye(4)
    frame[:3, :3], frame[:3, 3] = np.stack([side, np.cross(up, side), up], 1), origin
    return frame


def nearest(solids: Sequence[Solid], points: Matrix) -> Matrix:
    """Return the signed distance of ``(..., 3)`` points from the nearest of some solids."""
    return np.asarray(np.minimum.reduce([solid.distance(points) for solid in solids]))

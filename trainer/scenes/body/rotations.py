"""Rotation matrices."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]


def rotation_x(angle: ArrayLike) -> Matrix:
    """Return ``(..., 3, 3)`` rotations about x by ``(...)`` radians: y towards z."""
    return _rotation(angle, 1, 2)


def rotation_y(angle: ArrayLike) -> Matrix:
    """Return ``(..., 3, 3)`` rotations about y by ``(...)`` radians: z towards x."""
    return _rotation(angle, 2, 0)


def rotation_z(angle: ArrayLike) -> Matrix:
    """Return ``(..., 3, 3)`` rotations about z by ``(...)`` radians: x towards y."""
    return _rotation(angle, 0, 1)


def _rotation(angle: ArrayLike, source: int, target: int) -> Matrix:
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.zeros((*np.shape(angle), 3, 3))
    matrix[..., 3 - source - target, 3 - source - target] = 1
    matrix[..., source, source] = matrix[..., target, target] = cos
    matrix[..., target, source], matrix[..., source, target] = sin, -sin
    return matrix


def frame(y: Matrix, x_hint: Matrix) -> Matrix:
    """Return ``(..., 3, 3)`` rotations whose columns are axes: y along ``y``, x near ``x_hint``, both ``(..., 3)``."""
    y = y / np.linalg.norm(y, axis=-1, keepdims=True)
    x = x_hint - y * (x_hint * y).sum(-1, keepdims=True)
    x = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def rigid(rotation: Matrix, translation: NDArray[np.floating]) -> Matrix:
    """Return a ``(4, 4)`` transform."""
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation, translation
    return matrix


def rotation_between(source: Matrix, target: Matrix) -> Matrix:
    """Return the smallest rotation that turns one ``(3,)`` direction into another."""
    source, target = source / np.linalg.norm(source), target / np.linalg.norm(target)
    cos, axis = source @ target, np.cross(source, target)
    if cos < -0.9999:
        axis = np.cross(source, np.eye(3)[np.argmin(np.abs(source))])
        return about(axis, np.pi)
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.asarray(np.eye(3) + skew + skew @ skew / (1 + cos))


def about(axis: Matrix, angle: float) -> Matrix:
    """Return the rotation about a ``(3,)`` axis by an angle in radians (O. Rodrigues 1840)."""
    x, y, z = axis / np.linalg.norm(axis)
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew)

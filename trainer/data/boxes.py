"""Boxes of hands: overlap and pairing. A box is ``(4,)`` left, top, right and bottom in px."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop


def joint_box(joints_px: NDArray[Any]) -> Floats:
    """Return the box of ``(..., 2)`` points."""
    points = joints_px.reshape(-1, 2)
    return np.concatenate([points.min(axis=0), points.max(axis=0)]).astype(np.float32)


def hand_square(joints_px: NDArray[Any]) -> Floats:
    """Return the upright square with the centre and size of a hand's crop, without a margin."""
    crop = Crop.around(joints_px, margin=1)
    return square(crop.centre_x, crop.centre_y, crop.size)


def square(centre_x: float, centre_y: float, size: float) -> Floats:
    """Return the box of an upright square."""
    half = size / 2
    return np.array([centre_x - half, centre_y - half, centre_x + half, centre_y + half], np.float32)


def overlaps(first: Sequence[Floats], second: Sequence[Floats]) -> Floats:
    """Return the ``(n, m)`` IoU (intersection over union) of ``n`` and ``m`` boxes."""
    a, b = np.reshape(first, (-1, 1, 4)), np.reshape(second, (1, -1, 4))
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    common = sides.clip(0).prod(axis=2)
    areas = (a[..., 2:] - a[..., :2]).prod(axis=2) + (b[..., 2:] - b[..., :2]).prod(axis=2) - common
    return np.asarray(common / np.maximum(areas, 1e-6), np.float32)


def pair_boxes(first: Sequence[Floats], second: Sequence[Floats]) -> list[tuple[int, int, float]]:
    """Pair boxes that overlap most, each with at most one other, greedily from the highest IoU down.

    Returns:
        Index in ``first``, index in ``second`` and their IoU, which may be 0.
    """
    remaining = overlaps(first, second).astype(np.float64)
    pairs = []
    for _ in range(min(remaining.shape)):
        row, column = np.unravel_index(int(remaining.argmax()), remaining.shape)
        pairs.append((int(row), int(column), float(remaining[row, column])))
        remaining[row], remaining[:, column] = -1, -1
    return pairs


def contains_centre(outer: Floats, inner: Floats) -> bool:
    """Whether the centre of one box lies in another."""
    centre = (inner[:2] + inner[2:]) / 2
    return bool((outer[:2] <= centre).all() and (centre <= outer[2:]).all())

"""What the detector learns of each hand: the centre, size, angle and side of its upright crop."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.hand import Side


class HandTargets(NamedTuple):
    """``n`` hands in an image.

    Attributes:
        centres: ``(n, 2)`` px of the image.
        sizes: ``(n,)`` px.
        angles: ``(n,)`` radians clockwise; NaN if unknown.
        right: ``(n,)`` 1 for right hands, 0 for left ones, NaN if unknown.
        ignored: ``(n,)`` bool: hands too hidden or too small to be asked for, and to be punished.
    """

    centres: Floats
    sizes: Floats
    angles: Floats
    right: Floats
    ignored: NDArray[np.bool_]

    @classmethod
    def none(cls) -> "HandTargets":
        """No hands."""
        empty = np.zeros(0, np.float32)
        return cls(np.zeros((0, 2), np.float32), empty, empty, empty, np.zeros(0, np.bool_))

    @classmethod
    def of_joints(cls, joints_px: Floats, side: Side | None, *, ignored: bool = False) -> "HandTargets":
        """The target of one hand with ``(21, 2)`` joints."""
        crop = Crop.around(joints_px, margin=1)
        return cls.single((crop.centre_x, crop.centre_y), crop.size, crop.angle, side, ignored=ignored)

    @classmethod
    def single(
        cls, centre: tuple[float, float], size: float, angle: float, side: Side | None, *, ignored: bool = False
    ) -> "HandTargets":
        """One hand."""
        right = math.nan if side is None else float(side == "right")
        centres, sizes, angles, rights = (np.array([value], np.float32) for value in (centre, size, angle, right))
        return cls(centres, sizes, angles, rights, np.array([ignored]))

    @classmethod
    def join(cls, parts: Sequence["HandTargets"]) -> "HandTargets":
        """The hands of all parts."""
        return cls(*map(np.concatenate, zip(cls.none(), *parts, strict=True)))

    def moved(self, matrix: NDArray[np.float64]) -> "HandTargets":
        """Transform by a 2x3 similarity, which may flip: a left hand then looks like a right one."""
        scale, flipped, angle = similarity_parts(matrix)
        centres = np.asarray(self.centres @ matrix[:, :2].T + matrix[:, 2], np.float32)
        angles = np.asarray((-self.angles if flipped else self.angles) + angle, np.float32)
        right = 1 - self.right if flipped else self.right
        return HandTargets(centres, np.asarray(self.sizes * scale, np.float32), angles, right, self.ignored)

    def select(self, rows: NDArray[np.bool_]) -> "HandTargets":
        """Some of the hands."""
        centres, sizes, angles, right, ignored = self
        return HandTargets(centres[rows], sizes[rows], angles[rows], right[rows], ignored[rows])


def similarity(
    *, scale: float, angle: float, flipped: bool, centre: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The 2x3 matrix that flips left to right if asked, turns clockwise, scales, and moves ``centre`` to ``target``."""
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]])
    if flipped:
        linear[:, 0] *= -1
    return np.column_stack([linear, target - linear @ centre])


def similarity_parts(matrix: NDArray[np.float64]) -> tuple[float, bool, float]:
    """Scale, whether it flips, and clockwise angle of a 2x3 matrix made by :func:`similarity`."""
    (a, b, _), (c, d, _) = matrix.tolist()
    determinant = a * d - b * c
    return math.sqrt(abs(determinant)), determinant < 0, math.atan2(-b, d)

"""The square crop in which the network sees a hand, as one affine matrix."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import KNUCKLES, WRIST

# Maximum side of a supersampled crop, in samples. More would cost time on large frames, for joints that change by less
# than a fifth of a crop px.
MAX_SAMPLES = 384


@dataclass(frozen=True)
class Crop:
    """A square of the frame, possibly rotated, possibly mirrored.

    Attributes:
        centre_x, centre_y: centre of the square, in frame px.
        size: side of the square, in frame px.
        angle: clockwise rotation of the square on the screen, in radians; the direction that it rotates up to points
            up in the crop.
        mirrored: whether the crop is flipped left to right, so that a left hand looks like a right one.
    """

    centre_x: float
    centre_y: float
    size: float
    angle: float = 0.0
    mirrored: bool = False

    @classmethod
    def around(cls, joints_frame_px: NDArray[Any], *, margin: float, mirrored: bool = False) -> "Crop":
        """Return the upright crop of a hand: wrist below the knuckles, joint box in the centre.

        Args:
            joints_frame_px: ``(21, 2)``.
            margin: side of the crop in units of the longer side of the rotated joint box.
            mirrored: whether it is a left hand.
        """
        up = joints_frame_px[list(KNUCKLES)].mean(axis=0) - joints_frame_px[WRIST]
        angle = math.atan2(float(up[0]), -float(up[1]))
        return cls.at_angle(joints_frame_px, margin=margin, angle=angle, mirrored=mirrored)

    @classmethod
    def at_angle(cls, joints_frame_px: NDArray[Any], *, margin: float, angle: float, mirrored: bool = False) -> "Crop":
        """Return the crop at a given angle with the joint box in its centre; see :meth:`around`."""
        right = np.array([math.cos(angle), math.sin(angle)])
        down = np.array([-math.sin(angle), math.cos(angle)])
        rotated = joints_frame_px @ np.stack([right, down], axis=1)
        low, high = rotated.min(axis=0), rotated.max(axis=0)
        x, y = (low + high) / 2 @ np.stack([right, down])
        size = max(float((high - low).max()), 1.0) * margin
        return cls(float(x), float(y), size, angle, mirrored)

    @property
    def corners(self) -> Floats:
        """``(4, 2)`` corners in frame px, in order around the square."""
        return self.to_frame(np.array([(0, 0), (1, 0), (1, 1), (0, 1)]), 1)

    def flipped(self, width: float) -> "Crop":
        """Return the crop of the same content in a frame of that width flipped left to right."""
        return Crop(width - self.centre_x, self.centre_y, self.size, -self.angle, not self.mirrored)

    def matrix(self, crop_px: int) -> NDArray[np.float64]:
        """Return the 2x3 matrix from frame px to crop px, for a crop of ``crop_px`` a side."""
        scale = crop_px / self.size
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        linear = np.array([[cos, sin], [-sin, cos]])
        if self.mirrored:
            linear[0] = -linear[0]
        shift = crop_px / 2 - linear @ (self.centre_x, self.centre_y)
        return np.column_stack([linear, shift])

    def cut(self, image: NDArray[np.uint8], crop_px: int) -> NDArray[np.uint8]:
        """Resample the crop from a frame; beyond the frame's edge the border pixels are repeated.

        Args:
            image: ``(height, width, 3)``.
            crop_px: side of the result in px.

        Returns:
            ``(crop_px, crop_px, 3)``, channels as in ``image``.
        """
        return warp(image, self.matrix(crop_px), crop_px)

    def to_crop(self, joints_frame_px: NDArray[Any], crop_px: int) -> Floats:
        """Transform ``(..., 2)`` positions from frame px to crop px."""
        matrix = self.matrix(crop_px)
        return np.asarray(joints_frame_px @ matrix[:, :2].T + matrix[:, 2], dtype=np.float32)

    def to_frame(self, joints_crop_px: NDArray[Any], crop_px: int) -> Floats:
        """Transform ``(..., 2)`` positions from crop px to frame px."""
        matrix = self.matrix(crop_px)
        inverse = np.linalg.inv(matrix[:, :2])
        return np.asarray((joints_crop_px - matrix[:, 2]) @ inverse.T, dtype=np.float32)


def supersampling(matrix: NDArray[np.float64], crop_px: int) -> int:
    """Return the samples per crop px along a side that keep a large hand from aliasing under bilinear sampling."""
    area = abs(float(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]))
    return max(1, min(round(1 / math.sqrt(area) / 1.5), MAX_SAMPLES // crop_px))


def warp(image: NDArray[np.uint8], matrix: NDArray[np.float64], crop_px: int) -> NDArray[np.uint8]:
    """Resample an image like :meth:`Crop.cut`, by any 2x3 matrix from frame px to crop px."""
    factor = supersampling(matrix, crop_px)
    matrix = matrix * factor
    # warpAffine has pixel centres at whole numbers, frame px at +0.5.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    side = (crop_px * factor, crop_px * factor)
    cut = cv2.warpAffine(image, matrix, side, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if factor > 1:
        cut = cv2.resize(cut, (crop_px, crop_px), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, dtype=np.uint8)

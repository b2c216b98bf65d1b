"""The square window in which the network sees a hand, as one affine matrix."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import KNUCKLES, WRIST

# A side of a crop, before it is averaged down. More would cost as the frame grows, for joints that move by
# less than a fifth of a crop px.
MAX_SAMPLES = 384


@dataclass(frozen=True)
class Crop:
    """A square of the frame, possibly rotated, possibly mirrored.

    Attributes:
        centre_x, centre_y: middle of the square, in frame px.
        size: side of the square, in frame px.
        angle: clockwise turn of the square on the screen, in radians; what points along the
            square's own up direction in the frame points up in the crop.
        mirrored: the crop is flipped left to right, so that a left hand looks like a right one.
    """

    centre_x: float
    centre_y: float
    size: float
    angle: float = 0.0
    mirrored: bool = False

    @classmethod
    def around(cls, joints_frame_px: NDArray[Any], *, margin: float, mirrored: bool = False) -> "Crop":
        """The upright crop of a hand: wrist below knuckles, its joint box in the middle.

        Args:
            joints_frame_px: ``(21, 2)``.
            margin: the crop's side in units of the longer side of the (turned) joint box.
            mirrored: whether the hand is a left one.
        """
        up = joints_frame_px[list(KNUCKLES)].mean(axis=0) - joints_frame_px[WRIST]
        angle = math.atan2(float(up[0]), -float(up[1]))
        return cls.boxing(joints_frame_px, margin=margin, angle=angle, mirrored=mirrored)

    @classmethod
    def boxing(cls, joints_frame_px: NDArray[Any], *, margin: float, angle: float, mirrored: bool = False) -> "Crop":
        """The crop at a given angle with the joint box in its middle; see :meth:`around`."""
        right = np.array([math.cos(angle), math.sin(angle)])
        down = np.array([-math.sin(angle), math.cos(angle)])
        turned = joints_frame_px @ np.stack([right, down], axis=1)
        low, high = turned.min(axis=0), turned.max(axis=0)
        x, y = (low + high) / 2 @ np.stack([right, down])
        size = max(float((high - low).max()), 1.0) * margin
        return cls(float(x), float(y), size, angle, mirrored)

    @property
    def corners(self) -> Floats:
        """``(4, 2)`` in frame px, around the square."""
        return self.to_frame(np.array([(0, 0), (1, 0), (1, 1), (0, 1)]), 1)

    def flipped(self, width: float) -> "Crop":
        """The same window on a frame of that width flipped left to right."""
        return Crop(width - self.centre_x, self.centre_y, self.size, -self.angle, not self.mirrored)

    def matrix(self, crop_px: int) -> NDArray[np.float64]:
        """The 2x3 matrix from frame px to crop px of a crop resampled to ``crop_px`` a side."""
        scale = crop_px / self.size
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        linear = np.array([[cos, sin], [-sin, cos]])
        if self.mirrored:
            linear[0] = -linear[0]
        shift = crop_px / 2 - linear @ (self.centre_x, self.centre_y)
        return np.column_stack([linear, shift])

    def cut(self, image: NDArray[np.uint8], crop_px: int) -> NDArray[np.uint8]:
        """Resample the window from a frame; beyond the frame's edge its border is repeated.

        Args:
            image: ``(height, width, 3)``.
            crop_px: side of the result in px.

        Returns:
            ``(crop_px, crop_px, 3)``, channels as in ``image``.
        """
        return warp(image, self.matrix(crop_px), crop_px)

    def to_crop(self, joints_frame_px: NDArray[Any], crop_px: int) -> Floats:
        """``(..., 2)`` frame px to crop px."""
        matrix = self.matrix(crop_px)
        return np.asarray(joints_frame_px @ matrix[:, :2].T + matrix[:, 2], dtype=np.float32)

    def to_frame(self, joints_crop_px: NDArray[Any], crop_px: int) -> Floats:
        """``(..., 2)`` crop px to frame px."""
        matrix = self.matrix(crop_px)
        inverse = np.linalg.inv(matrix[:, :2])
        return np.asarray((joints_crop_px - matrix[:, 2]) @ inverse.T, dtype=np.float32)


def supersampling(matrix: NDArray[np.float64], crop_px: int) -> int:
    """How many samples a px of a crop needs a side: far larger hands would alias under bilinear sampling."""
    area = abs(float(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]))
    return max(1, min(round(1 / math.sqrt(area) / 1.5), MAX_SAMPLES // crop_px))


def warp(image: NDArray[np.uint8], matrix: NDArray[np.float64], crop_px: int) -> NDArray[np.uint8]:
    """What :meth:`Crop.cut` does, for any 2x3 matrix from frame px to crop px."""
    fine = supersampling(matrix, crop_px)
    matrix = matrix * fine
    # warpAffine counts pixels by their centres, at whole numbers; frame px has them at +0.5.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    side = (crop_px * fine, crop_px * fine)
    cut = cv2.warpAffine(image, matrix, side, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if fine > 1:
        cut = cv2.resize(cut, (crop_px, crop_px), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, dtype=np.uint8)

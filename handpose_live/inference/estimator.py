"""The interface of the inference engines: crops in, joints out."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.engine import Engine
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats


@dataclass(frozen=True, eq=False)
class Poses:
    """The network's output for ``n`` crops.

    Attributes:
        joints_crop_px: ``(n, 21, 2)``.
        joint_scores: ``(n, 21)``, 0..1: probability that the joint is within 5 % of the hand's size (the longer side of
            its joint box) of the truth; peaks of the heatmaps if the network cannot tell.
        hand_scores: ``(n,)``, 0..1: the mean peak of the heatmaps times the probability that the crop holds a hand.
        right_scores: ``(n,)``, 0..1: probability that it looks like a right hand; 0.5 if the network cannot tell.
        depths_crop_px: ``(n, 21)``: how much farther from the camera than the wrist each joint is, in crop px (a
            scaled orthographic projection); NaN if the network cannot tell.
        visible_scores: ``(n, 21)``, 0..1: probability that nothing covers the joint; 1 if the network cannot tell.
    """

    joints_crop_px: Floats
    joint_scores: Floats
    hand_scores: Floats
    right_scores: Floats
    depths_crop_px: Floats
    visible_scores: Floats


class PoseEstimator(Engine, Protocol):
    """A network on a device that finds joints in crops.

    Attributes:
        info: of the weights; gives the size and margin of the crops.
    """

    info: WeightsInfo

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` uint8 RGB crops; left hands come mirrored."""
        ...

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        """Return the ``(n, 21, h, w)`` heatmaps, not negative, of ``(n, crop_px, crop_px, 3)`` crops."""
        ...

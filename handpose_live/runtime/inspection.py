"""What the inspector shows of a hand, computed outside the interface."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handpose_live.gestures.hand_shape import HandShape, shape_of
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

SHOWN_PX = 256


@dataclass(frozen=True, eq=False)
class Inspection:
    """One hand as the network sees it.

    Attributes:
        hand: as tracked.
        time_s: of the frame.
        shape: its measurements.
        crop: ``(SHOWN_PX, SHOWN_PX, 3)`` RGB, a left hand mirrored to look like a right one.
        joints_crop: ``(21, 2)`` in it, 0..1 from edge to edge.
        heatmaps: ``(21, h, w)`` over it, each scaled to a highest value of 1.
    """

    hand: Hand
    time_s: float
    shape: HandShape
    crop: Image
    joints_crop: Floats
    heatmaps: Floats


def inspect(frame: Frame, hands: Sequence[Hand], estimator: PoseEstimator) -> list[Inspection]:
    """Inspect all hands of a frame; runs the network once more."""
    if not hands:
        return []
    side = estimator.info.crop_px
    heatmaps = estimator.heatmaps(np.stack([hand.crop.cut(frame.image, side) for hand in hands]))
    heatmaps = heatmaps / np.maximum(heatmaps.max(axis=(2, 3), keepdims=True), 1e-6)
    return [
        Inspection(
            hand,
            frame.time_s,
            shape_of(hand),
            hand.crop.cut(frame.image, SHOWN_PX),
            hand.crop.to_crop(hand.joints, 1),
            heatmap,
        )
        for hand, heatmap in zip(hands, heatmaps, strict=True)
    ]


def nearest_joint(joints_crop: Floats, x: float, y: float, reach: float) -> int:
    """The joint nearest to a position in the crop, 0..1 from edge to edge; -1 if none is within ``reach``."""
    distances = np.hypot(joints_crop[:, 0] - x, joints_crop[:, 1] - y)
    nearest = int(distances.argmin())
    return nearest if distances[nearest] <= reach else -1

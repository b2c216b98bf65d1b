"""A hand as it is found in a frame, before smoothing."""

from dataclasses import dataclass, replace

import numpy as np

from handpose_live.pose.lifting import lift
from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Hand


@dataclass(frozen=True, eq=False)
class Observation:
    """A tracked hand in one frame, before smoothing.

    Attributes:
        hand: with the joints as found, without ``joints_3d``.
        joints: ``(21, 3)`` frame px; the third is the depth relative to the wrist, NaN if the network cannot tell.
        size_px: of the hand, the longer side of its joint box.
        time_s: of the frame.
        frame_px: width and height of the frame.
        palm_size: in the unit of ``joints_3d``.
    """

    hand: Hand
    joints: Floats
    size_px: float
    time_s: float
    frame_px: tuple[int, int]
    palm_size: float = 1.0

    def with_joints(self, joints: Floats) -> Hand:
        """Return the hand with these joints, ``(21, 3)`` like :attr:`joints`, and lift them if they have depths."""
        in_frame, depths = joints[:, :2], joints[:, 2]
        if not np.isfinite(depths).all():
            return replace(self.hand, joints=in_frame)
        joints_3d = np.asarray(self.palm_size * lift(in_frame, depths, self.frame_px), np.float32)
        return replace(self.hand, joints=in_frame, joints_3d=joints_3d)

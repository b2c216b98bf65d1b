"""One hand in one frame: what tracking gives and everything after it takes."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.gesture import Gesture

Side = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand in one frame.

    Attributes:
        track_id: from 1; stays with the hand for as long as it is followed.
        side: the person's own hand, seen on the unflipped picture.
        score: confidence that this is a hand, 0..1.
        joints: ``(21, 2)`` x right, y down, in px of the unflipped frame.
        joint_scores: ``(21,)`` confidence of each joint, 0..1.
        crop: the window in which the network saw the hand.
        gesture: what it shows; None when unsure.
    """

    track_id: int
    side: Side
    score: float
    joints: Floats
    joint_scores: Floats
    crop: Crop
    gesture: Gesture | None = None

    def flipped(self, width: int) -> "Hand":
        """The same hand in a picture of that width flipped left to right; it stays the person's left or right one."""
        joints = self.joints * (-1, 1) + (width, 0)
        return replace(self, joints=np.asarray(joints, np.float32), crop=self.crop.flipped(width))

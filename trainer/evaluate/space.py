"""The accuracy of hands in three dimensions, on frames whose joints are known in space."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handpose_live.gestures.joint_angles import joint_angles
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.lifting import lift
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import FINGERS

from ..data.frames import MarkedFrame, MarkedHand
from ..data.labels import depths_in_px

MIN_SIZE_PX, MIN_VISIBLE_SHARE = 40.0, 0.5  # of the hands that are measured
# Joints of its finger that each angle depends on, besides the palm.
ANGLE_JOINTS = {
    f"{finger.name}_{angle}": finger.joints[:count]
    for finger in FINGERS
    for angle, count in (
        (("cmc", 2), ("abduction", 2), ("mcp", 3), ("ip", 4))
        if finger.name == "thumb"
        else (("mcp", 2), ("abduction", 2), ("pip", 3), ("dip", 4))
    )
}


@dataclass(frozen=True, eq=False)
class HandInSpace:
    """A hand of a frame with its joints in space.

    Attributes:
        image: ``(h, w, 3)`` uint8 RGB, the whole frame.
        hand: the marked hand.
        joints: ``(21, 3)``, true ones, in hand lengths.
    """

    image: Image
    hand: MarkedHand
    joints: Floats

    @property
    def joints_px(self) -> Floats:
        """``(21, 2)`` in px of the frame."""
        assert self.hand.joints_px is not None
        return self.hand.joints_px

    def crop(self, margin: float) -> Crop:
        """The crop of the live program, around the true joints."""
        return Crop.around(self.joints_px, margin=margin, mirrored=self.hand.side == "left")


def hands_in_space(frames: Sequence[MarkedFrame]) -> list[HandInSpace]:
    """The hands with joints in space that are large enough and mostly seen."""
    found = []
    for frame in frames:
        hands = [hand for hand in frame.hands if _is_measured(hand)]
        image = frame.read() if hands else None
        for hand in hands:
            assert hand.joints_m is not None
            assert image is not None
            joints = hand.joints_m / hand_length(hand.joints_m)
            found.append(HandInSpace(image, hand, np.asarray(joints, np.float32)))
    return found


def estimate(estimator: PoseEstimator, hand: HandInSpace) -> Floats:
    """``(21, 3)`` joints as the live program finds them in a crop around the true ones."""
    info, crop = estimator.info, hand.crop(estimator.info.crop_margin)
    poses = estimator(crop.cut(hand.image, info.crop_px)[None])
    joints_px = crop.to_frame(poses.joints_crop_px[0], info.crop_px)
    depths_px = poses.depths_crop_px[0] * np.float32(crop.size / info.crop_px)
    return lift(joints_px, depths_px, hand.image.shape[1::-1])


def lifted_truth(hand: HandInSpace) -> Floats:
    """``(21, 3)`` joints from the true ones in the image and their true depths: what the typical camera costs."""
    assert hand.hand.joints_m is not None
    depths_px = depths_in_px(hand.joints_px, hand.hand.joints_m)
    return lift(hand.joints_px, depths_px, hand.image.shape[1::-1])


def align(joints: Floats, target: Floats) -> Floats:
    """Move, turn and scale ``(21, 3)`` joints to fit a target by least squares (Umeyama 1991), without mirroring."""
    middle, target_middle = joints.mean(axis=0), target.mean(axis=0)
    centred, target_centred = joints - middle, target - target_middle
    left, sizes, right = np.linalg.svd(target_centred.T @ centred)
    signs = np.array([1, 1, np.sign(np.linalg.det(left @ right))])
    scale = (sizes * signs).sum() / (centred**2).sum()
    return np.asarray(scale * centred @ (left @ np.diag(signs) @ right).T + target_middle, np.float32)


def error_percent(joints: Floats, true: Floats) -> float:
    """Mean distance of aligned joints from the true ones, in % of the hand length, in which the true ones are given."""
    return 100 * float(np.linalg.norm(align(joints, true) - true, axis=1).mean())


def angle_errors_deg(joints: Floats, hand: HandInSpace) -> dict[str, float]:
    """Errors of the joint angles of ``(21, 3)`` joints, by name, where all joints that an angle depends on are seen."""
    left, visible = hand.hand.side == "left", hand.hand.visible
    found, true = joint_angles(joints, left=left), joint_angles(hand.joints, left=left)
    return {
        name: abs(math.remainder(found[name] - true[name], 360))
        for name, ends in ANGLE_JOINTS.items()
        if visible is None or visible[list(ends)].all()
    }


def hand_length(joints: Floats) -> float:
    """Length of the bones from the wrist to the tip of the middle finger, in the unit of the joints."""
    return float(np.linalg.norm(np.diff(joints[list(FINGERS[2].chain)], axis=0), axis=1).sum())


def _is_measured(hand: MarkedHand) -> bool:
    if hand.joints_px is None or hand.joints_m is None or hand.visible_share < MIN_VISIBLE_SHARE:
        return False
    return bool(np.ptp(hand.joints_px, axis=0).max() >= MIN_SIZE_PX)

"""Hands for tests of drawing and writing, without a network."""

import math
from dataclasses import replace

import numpy as np

from handpose_live.gestures.joint_angles import ANGLE_NAMES
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.hand import Hand, Side


def spread_hand(
    *, wrist: tuple[float, float], length_px: float, side: Side = "left", track: int = 1, joint_score: float = 0.9
) -> Hand:
    """Create an open hand with spread fingers pointing up, so that no joints overlap."""
    angles = [math.radians(degrees) for degrees in (-50, -22, -4, 13, 30)]
    reaches = [length_px * share for share in (0.4, 0.6, 0.8, 1.0)]
    fingers = [(reach * math.sin(angle), -reach * math.cos(angle)) for angle in angles for reach in reaches]
    joints_frame_px: Floats = np.array([(0, 0), *fingers], np.float32) + np.array(wrist, np.float32)
    scores = np.full(21, joint_score, np.float32)
    return Hand(track, side, 0.97, joints_frame_px, scores, Crop.around(joints_frame_px, margin=2.1))


def with_depths(hand: Hand) -> Hand:
    """Return a hand as a network with depths gives it, with other numbers in every place."""
    numbers = np.arange(63, dtype=np.float32).reshape(21, 3)
    joints_3d, visible = np.asarray(numbers / 8, np.float32), np.asarray(numbers[:, 0] / 100, np.float32)
    angles = {name: number + 0.25 for number, name in enumerate(ANGLE_NAMES)}
    return replace(hand, joints_3d=joints_3d, visible_scores=visible, angles_deg=angles)

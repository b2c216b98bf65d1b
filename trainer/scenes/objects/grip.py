"""Fingers close until they touch what is gripped.

As a robot's hand closes in planning (A. Miller, P. Allen, "GraspIt!", IEEE Robotics & Automation Magazine 11, 2004): all
joints of a finger flex together; the bone that touches first stops the joints before it, and those behind it go on.
"""

from collections.abc import Sequence

import numpy as np

from ..body.gestures import gesture_angles
from .hand import GripHand
from .solid import Matrix, Solid, nearest

STEPS = 48
SOFTNESS = 0.0015  # metres by which the flesh gives way
ALONG = np.array([0.15, 0.4, 0.7, 1.0])  # where a bone is tested
# Angles that each bone's proximal joint is turned by: of the thumb, then of the four fingers.
THUMB_ANGLES = ((16, 17, 18), (19,), (20,))
FINGER_ANGLES = tuple(((4 * f, 4 * f + 1), (4 * f + 2,), (4 * f + 3,)) for f in range(4))
CHAINS = (THUMB_ANGLES, *FINGER_ANGLES)
OPEN, CLOSED = gesture_angles("open"), gesture_angles("fist")
THUMB = slice(16, 21)


def grip(hand: GripHand, solids: Sequence[Solid], opened: Matrix = OPEN, closed: Matrix = CLOSED) -> Matrix:
    """Close a hand around solids.

    Args:
        hand: that grips.
        solids: in the hand's frame.
        opened, closed: ``(21,)`` angles in radians to begin with and to end at where nothing is in the way.

    Returns:
        ``(21,)`` angles in radians.
    """
    fingers = close(hand, solids, opened, closed, (1, 2, 3, 4))
    joints, _ = hand.posed(fingers)
    neighbours = [
        capsule(joints[finger, bone], joints[finger, bone + 1], hand.radii[finger, bone])
        for finger in (1, 2)
        for bone in range(3)
    ]
    return close(hand, [*solids, *neighbours], fingers, closed, (0,))


def close(hand: GripHand, solids: Sequence[Solid], opened: Matrix, closed: Matrix, fingers: Sequence[int]) -> Matrix:
    """Close some fingers, 0 being the thumb; the others stay."""
    angles, free = opened.copy(), np.ones((5, 3), bool)
    step = (closed - opened) / STEPS
    for _ in range(STEPS):
        trial = angles.copy()
        for finger in fingers:
            for bone in np.flatnonzero(free[finger]):
                trial[list(CHAINS[finger][bone])] += step[list(CHAINS[finger][bone])]
        touching = _touching(hand, solids, trial)
        for finger in fingers:
            if not touching[finger].any():
                chosen = [index for bone in CHAINS[finger] for index in bone]
                angles[chosen] = trial[chosen]
            else:
                free[finger, : touching[finger].argmax() + 1] = False
        if not free[list(fingers)].any():
            break
    return angles


def _touching(hand: GripHand, solids: Sequence[Solid], angles: Matrix) -> np.ndarray:
    """Return ``(5, 3)`` bool: which bones are in a solid."""
    joints, _ = hand.posed(angles)
    points = joints[:, :3, None] + (joints[:, 1:] - joints[:, :3])[:, :, None] * ALONG[:, None]
    return np.asarray((nearest(solids, points).min(-1) - hand.radii) < -SOFTNESS)


def capsule(start: Matrix, end: Matrix, radius: float) -> Solid:
    """Return a rod with round ends between two points."""
    axis = end - start
    length = float(np.linalg.norm(axis))
    first = np.cross(axis, np.eye(3)[np.abs(axis).argmin()])
    first /= np.linalg.norm(first)
    frame = np.eye(4)
    frame[:3, :3] = np.stack([first, np.cross(axis / length, first), axis / length], 1)
    frame[:3, 3] = (start + end) / 2
    return Solid(frame, np.array([0.0, 0.0, length / 2]), radius)

"""Fingers close until they touch what is gripped.

As a robot's hand closes in planning (A. Miller, P. Allen, "GraspIt!", IEEE Robotics & Automation Magazine 11, 2004):
all joints of a finger flex together; the bone that touches first stops the joints before it, those behind it go on.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..body.fingers import HIGH, LOW, finger_orientations
from ..body.hand_shape import HandShape
from .solid import Matrix, Solid, capsule, nearest

STEPS = 32
ITERATIONS, DAMPING = 12, 1e-4
THUMB = slice(16, 21)
THUMB_RAISED = np.deg2rad(np.array([0] * 16 + [-10, -15, 0, 20, 25]))
SOFTNESS = 0.001  # metres by which the flesh gives way
ALONG = np.array([0.15, 0.4, 0.7, 1.0])  # where a bone is tested
THUMB_BONE = 0.012  # metres: most of the flesh around the thumb's first bone is the ball of the thumb
# Which bone each angle turns: three of the thumb, three of the index finger, and so on.
BONES = np.array([*(3 * finger + bone for finger in range(1, 5) for bone in (0, 0, 1, 2)), 0, 0, 0, 1, 2])


def grip(hand: HandShape, solids: Sequence[Solid], opened: Matrix, closed: Matrix) -> Matrix:
    """Close a hand around solids: the fingers, and then the thumb, on them too.

    Args:
        hand: that grips.
        solids: in the hand's frame.
        opened, closed: ``(21,)`` angles in radians to begin with, and to end at where nothing is in the way.

    Returns:
        ``(21,)`` angles in radians.
    """
    fingers = close(hand, solids, opened, closed, (1, 2, 3, 4))
    joints = hand.joints(fingers)
    others = [
        capsule(joints[finger, bone], joints[finger, bone + 1], hand.radii[finger, bone])
        for finger in (1, 2)
        for bone in range(3)
    ]
    return close(hand, [*solids, *others], fingers, closed, (0,))


def close(hand: HandShape, solids: Sequence[Solid], opened: Matrix, closed: Matrix, fingers: Sequence[int]) -> Matrix:
    """Close some fingers, 0 being the thumb; the others stay."""
    moving = np.zeros((5, 3), bool)  # by the bone behind the joint
    moving[list(fingers)] = True
    angles = opened.copy()
    for _ in range(3):  # each time at least one bone of each finger stops
        turns = np.where(moving.ravel()[BONES], closed - angles, 0) / STEPS
        path = angles + np.arange(STEPS + 1)[:, None] * turns
        touching = _touching(hand, solids, path) & moving.any(1, keepdims=True)
        touching[0] = False
        first = np.where(touching.any((0, 2)), touching.any(2).argmax(0), STEPS + 1)
        angles = angles + turns * (first - 1)[BONES // 3]
        for finger in fingers:
            if first[finger] > STEPS:
                moving[finger] = False
            else:
                moving[finger, : touching[first[finger], finger].argmax() + 1] = False
    return angles


def pads_of(hand: HandShape, angles: Matrix) -> tuple[Matrix, Matrix]:
    """Return ``(..., 5, 3)`` middles of the fingertips' palmar sides, and ``(..., 5, 3, 3)`` orientations there."""
    joints, orientations = hand.joints(angles), finger_orientations(angles, hand.metacarpals)[..., 2, :, :]
    middles = 0.35 * joints[..., 2, :] + 0.65 * joints[..., 3, :]
    return middles + orientations[..., 2] * hand.radii[:, 2:], orientations


def press_thumb(hand: HandShape, solids: Sequence[Solid], angles: Matrix, target: Matrix) -> Matrix:
    """Bring the middle of the thumb's last bone to a ``(3,)`` point, until it meets a solid."""
    reached = _reach_with_thumb(hand, angles, target)
    raised = np.clip(reached - THUMB_RAISED, LOW, HIGH)
    return close(hand, solids, raised, reached, (0,))


def _reach_with_thumb(hand: HandShape, angles: Matrix, target: Matrix) -> Matrix:
    """Bring the middle of the thumb's last bone to a point (damped least squares)."""
    angles, changed = angles.copy(), 1e-3 * np.concatenate([np.zeros((1, 21)), np.eye(21)[THUMB]])
    for _ in range(ITERATIONS):
        middles = hand.joints(angles + changed)[:, 0, 2:].mean(1)
        slopes, error = (middles[1:] - middles[0]).T / 1e-3, target - middles[0]
        turn = slopes.T @ np.linalg.solve(slopes @ slopes.T + DAMPING * np.eye(3), error)
        angles[THUMB] = np.clip(angles[THUMB] + np.clip(turn, -0.3, 0.3), LOW[THUMB], HIGH[THUMB])
    return angles


def _touching(hand: HandShape, solids: Sequence[Solid], angles: Matrix) -> NDArray[np.bool_]:
    """Return ``(n, 5, 3)``: which bones are in a solid, for ``(n, 21)`` angles."""
    joints = hand.joints(angles)
    starts, ends = joints[:, :, :3, None], joints[:, :, 1:, None]
    radii = hand.radii.copy()
    radii[0, 0] = min(radii[0, 0], THUMB_BONE)
    distances = nearest(solids, starts + (ends - starts) * ALONG[:, None])
    return np.asarray(distances.min(-1) - radii < -SOFTNESS)

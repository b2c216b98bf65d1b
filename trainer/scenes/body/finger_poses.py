"""Random poses of the fingers: gestures, poses between them, and others within the limits of the joints."""

from dataclasses import dataclass

import numpy as np

from .collision import resolve_self_collisions
from .fingers import HIGH, LOW
from .gestures import ANGLE_COUNT, ANGLES_PER_FINGER, DIP_PER_PIP, GESTURES, PINCHES, THUMB_OFFSET, gesture_angles
from .hand_shape import HandShape
from .rotations import Matrix

NOISE = np.deg2rad(6.0)


@dataclass(frozen=True, eq=False)
class FingerPose:
    """How the fingers of a hand are bent.

    Attributes:
        name: of the gesture; "" between gestures and of random poses.
        angles: ``(21,)`` radians, see :mod:`.fingers`.
    """

    name: str
    angles: Matrix


def sample_finger_pose(rng: np.random.Generator, hand: HandShape, *, gesture: str | None = None) -> FingerPose:
    """Sample a pose: a gesture, one between two gestures, an extended index finger, or uniform within the limits.

    Args:
        rng: source of randomness.
        hand: size of the hand.
        gesture: the gesture to vary, from ``GESTURES``; None for any pose.
    """
    first, second = (str(name) for name in rng.choice(list(GESTURES), 2))
    kind = (
        "gesture"
        if gesture
        else rng.choice(["gesture", "between", "index finger", "uniform"], p=[0.4, 0.2, 0.25, 0.15])
    )
    name = (gesture or first) if kind == "gesture" else ""
    if name:
        target = gesture_angles(name)
    elif kind == "between":
        target = _between(first, second, rng.uniform())
    elif kind == "index finger":
        target = _index_finger_pose(rng, thumb=gesture_angles(second)[THUMB_OFFSET:])
    else:
        target = _uniform_pose(rng)
    return FingerPose(name, resolve_self_collisions(hand, target + _noise(rng), pinch=name in PINCHES))


def _between(first: str, second: str, fraction: float) -> Matrix:
    return (1 - fraction) * gesture_angles(first) + fraction * gesture_angles(second)


def _noise(rng: np.random.Generator) -> Matrix:
    """Sample ``(21,)`` deviations; those of the knuckles are correlated."""
    noise = rng.normal(0, NOISE, ANGLE_COUNT)
    noise[1:THUMB_OFFSET:ANGLES_PER_FINGER] /= 2
    noise[0:THUMB_OFFSET:ANGLES_PER_FINGER] += rng.normal(0, NOISE / 2)
    return noise


def _index_finger_pose(rng: np.random.Generator, thumb: Matrix) -> Matrix:
    """Sample a pose of pointing or touching: a random index finger, the others between relaxed and closed."""
    angles = _between("relaxed", "fist", rng.uniform(0.2, 1))
    angles[:ANGLES_PER_FINGER] = _uniform_pose(rng)[:ANGLES_PER_FINGER] * rng.uniform()
    angles[THUMB_OFFSET:] = thumb
    return angles


def _uniform_pose(rng: np.random.Generator) -> Matrix:
    """Sample each joint uniformly within its limits; the DIP joints follow the PIP joints."""
    angles = rng.uniform(LOW, HIGH)
    angles[3:THUMB_OFFSET:ANGLES_PER_FINGER] = angles[2:THUMB_OFFSET:ANGLES_PER_FINGER] * DIP_PER_PIP
    return angles

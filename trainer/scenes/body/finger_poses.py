"""Random poses of the fingers: gestures, poses between them, and others within the limits of the joints."""

import numpy as np

from .fingers import HIGH, LOW
from .gestures import ANGLE_COUNT, ANGLES_PER_FINGER, DIP_PER_PIP, GESTURES, THUMB_OFFSET, gesture_angles
from .rotations import Matrix

NOISE = np.deg2rad(6.0)
KINDS = {"gesture": 0.4, "between": 0.2, "index finger": 0.25, "uniform": 0.15}


def sample_finger_pose(rng: np.random.Generator, *, gesture: str | None = None) -> tuple[str, Matrix]:
    """Sample a pose: a gesture, one between two gestures, an extended index finger, or uniform within the limits.

    Fingers may pass through one another: see :func:`.collision.resolve_self_collisions`.

    Args:
        rng: source of randomness.
        gesture: the gesture to vary, from ``GESTURES``; None for any pose.

    Returns:
        The name of the gesture, "" if it is none, and ``(21,)`` angles in radians within the joints' limits.
    """
    first, second = (str(name) for name in rng.choice(list(GESTURES), 2))
    kind = "gesture" if gesture else str(rng.choice(list(KINDS), p=list(KINDS.values())))
    name = (gesture or first) if kind == "gesture" else ""
    match kind:
        case "gesture":
            angles = gesture_angles(name)
        case "between":
            angles = _between(first, second, rng.uniform())
        case "index finger":
            angles = _index_finger_pose(rng, thumb=gesture_angles(second)[THUMB_OFFSET:])
        case _:
            angles = _uniform_pose(rng)
    return name, np.clip(angles + _noise(rng), LOW, HIGH)


def _between(first: str, second: str, fraction: float) -> Matrix:
    return np.asarray((1 - fraction) * gesture_angles(first) + fraction * gesture_angles(second))


def _noise(rng: np.random.Generator) -> Matrix:
    """Sample ``(21,)`` deviations; those of the knuckles are correlated."""
    noise = np.asarray(rng.normal(0, NOISE, ANGLE_COUNT))
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
    angles = np.asarray(rng.uniform(LOW, HIGH))
    angles[3:THUMB_OFFSET:ANGLES_PER_FINGER] = angles[2:THUMB_OFFSET:ANGLES_PER_FINGER] * DIP_PER_PIP
    return angles

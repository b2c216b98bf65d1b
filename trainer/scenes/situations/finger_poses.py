"""What fingers do in situations: gestures, and poses that belong to a situation."""

import numpy as np

from ..body.finger_poses import sample_finger_pose
from ..body.fingers import HIGH, LOW
from ..body.gestures import GESTURES, gesture_angles
from ..body.rotations import Matrix

# Gestures that people show on purpose, rather than what their hands do anyhow.
SHOWN = tuple(name for name in GESTURES if name not in {"relaxed", "grasp", "curled", "round"})
JITTER = 0.09  # radians
# Poses that are no gestures: flexion of the knuckles, PIP and DIP joints, degrees, from and to.
BENT = {"typing": ((20, 50), (20, 50), (10, 30)), "interlocked": ((55, 80), (35, 65), (10, 25))}


def sample_fingers(rng: np.random.Generator, pose: str) -> tuple[str, Matrix]:
    """Sample angles of the fingers.

    Args:
        rng: source of random numbers.
        pose: name of a gesture; "gesture" for one that is shown on purpose; one of ``BENT``; or "any".

    Returns:
        The name of the gesture, "" if it is none, and the ``(21,)`` angles, within the joints' limits.
    """
    if pose in BENT:
        return "", _varied(rng, _flexed(rng, BENT[pose]))
    gesture = str(rng.choice(SHOWN)) if pose == "gesture" else pose
    return sample_finger_pose(rng, gesture=None if gesture == "any" else gesture)


def _varied(rng: np.random.Generator, angles: Matrix) -> Matrix:
    return np.clip(angles + rng.normal(0, JITTER, len(angles)), LOW, HIGH)


def _flexed(rng: np.random.Generator, ranges: tuple[tuple[int, int], ...]) -> Matrix:
    """Flex all fingers about alike, the thumb relaxed."""
    angles = gesture_angles("relaxed")
    for finger in range(4):
        bends = [np.deg2rad(rng.uniform(*limits)) for limits in ranges]
        angles[4 * finger : 4 * finger + 4] = bends[0], rng.normal(0, 0.08), bends[1], bends[2]
    return angles

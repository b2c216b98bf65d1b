"""What fingers do in situations: gestures, and poses that belong to a situation, as typing."""

import numpy as np

from ..body.collision import resolve_self_collisions
from ..body.finger_poses import FingerPose, sample_finger_pose
from ..body.gestures import GESTURES, gesture_angles
from ..body.hand_shape import HandShape

# Gestures that people show on purpose, rather than what their hands do anyhow.
SHOWN = tuple(name for name in GESTURES if name not in {"relaxed", "grasp", "curled", "round"})
# Flexion of the knuckles, PIP and DIP joints in degrees, from and to.
BENT = {"typing": ((20, 50), (20, 50), (10, 30)), "interlocked": ((55, 80), (35, 65), (10, 25))}


def sample_fingers(rng: np.random.Generator, hand: HandShape, pose: str) -> FingerPose:
    """Sample what the fingers do.

    Args:
        rng: source of random numbers.
        hand: size of the hand.
        pose: name of a gesture; "gesture" for one that is shown on purpose; one of ``BENT``; or "any".
    """
    if pose in BENT:
        return FingerPose("", resolve_self_collisions(hand, _bent(rng, BENT[pose])))
    gesture = str(rng.choice(SHOWN)) if pose == "gesture" else pose
    return sample_finger_pose(rng, hand, gesture=None if gesture == "any" else gesture)


def _bent(rng: np.random.Generator, ranges: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Return ``(21,)`` angles with all fingers bent about alike, the thumb relaxed."""
    angles = gesture_angles("relaxed")
    for finger in range(4):
        bends = [np.deg2rad(rng.uniform(*limits)) for limits in ranges]
        angles[4 * finger : 4 * finger + 4] = bends[0], rng.normal(0, 0.08), bends[1], bends[2]
    return angles

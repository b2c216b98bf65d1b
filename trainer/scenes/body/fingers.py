"""From the angles of a hand's joints to the orientations of its bones.

The hand's frame: origin in the wrist, y towards the knuckle of the middle finger, z out of the palm, and x towards the
thumb's side of a right hand, away from it of a left one. A bone's frame: origin in its proximal joint, y along it, z
out of its palmar side. A left hand is the mirror image in x of a right one.

Limits: American Academy of Orthopaedic Surgeons, "Joint motion", 1965, with the active range of young adults in M. Hume
et al., "Functional range of motion of the joints of the hand", J. Hand Surg. 15A, 1990.
"""

import numpy as np

from .gestures import ANGLES_PER_FINGER, THUMB_OFFSET
from .rotations import Matrix, rotation_x, rotation_y, rotation_z

LIMITS = np.deg2rad(
    [
        *([(-20, 95), (-18, 18), (0, 110), (-5, 80)] * 4),
        *((0, 65), (0, 65), (40, 105), (-5, 55), (-15, 75)),
    ]
)
LOW, HIGH = LIMITS.T
# The transverse arch of the palm: how far each finger's palmar side is rotated towards the thumb.
PALM_ARCH = np.deg2rad([-6.0, 0.0, 6.0, 13.0])
MIRROR = np.diag([-1.0, 1.0, 1.0])


def finger_orientations(angles: Matrix, metacarpals: Matrix) -> Matrix:
    """Return ``(..., 5, 3, 3, 3)`` orientations of the bones of the five fingers in a right hand's frame.

    A finger's abduction is relative to its metacarpal bone, and decreases with its flexion: flexed fingers converge
    towards the base of the thumb, as real ones do.

    Args:
        angles: ``(..., 21)`` radians.
        metacarpals: ``(4, 3)`` directions of the metacarpal bones of the fingers in the hand's frame.
    """
    palmar, radial, axial, *bends = np.moveaxis(angles[..., THUMB_OFFSET:], -1, 0)
    fingers = angles[..., :THUMB_OFFSET].reshape(*angles.shape[:-1], 4, ANGLES_PER_FINGER)
    flexion, abduction, *flexions = np.moveaxis(fingers, -1, 0)
    fan = np.arctan2(metacarpals[:, 0], metacarpals[:, 1])
    towards_thumb = fan + abduction * np.cos(np.clip(flexion, 0, np.pi / 2))
    thumb = rotation_z(-radial) @ rotation_x(palmar) @ rotation_y(-axial)
    others = rotation_z(-towards_thumb) @ rotation_y(PALM_ARCH) @ rotation_x(flexion)
    orientations = [np.concatenate([thumb[..., None, :, :], others], axis=-3)]
    for bend, rest in zip(bends, flexions, strict=True):
        orientations.append(orientations[-1] @ rotation_x(np.concatenate([bend[..., None], rest], axis=-1)))
    return np.stack(orientations, axis=-3)

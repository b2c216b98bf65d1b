"""The clinical joint angles of a hand in three dimensions.

Names and signs follow G. Wu et al., "ISB recommendation on definitions of joint coordinate systems of various joints
for the reporting of human joint motion, part II: shoulder, elbow, wrist and hand", J. Biomech. 38:981-992, 2005: a
joint flexes about an axis fixed to its proximal bone, flexion is positive and hyperextension negative, and abduction is
the angle between the distal bone and the plane in which the joint flexes. The 21 joint centres replace the bony
landmarks: the axes of the knuckles follow from the palm, and each further joint of a finger flexes about the same axis.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.skeleton import FINGERS, KNUCKLES, WRIST

Vectors = NDArray[np.float64]

AXES = "xyz"
ANGLE_NAMES = (
    *("thumb_cmc", "thumb_abduction", "thumb_mcp", "thumb_ip"),
    *(f"{finger.name}_{angle}" for finger in FINGERS[1:] for angle in ("mcp", "abduction", "pip", "dip")),
    *(f"palm_{vector}_{axis}" for vector in ("direction", "normal") for axis in AXES),
)
# The pronation of the thumb: the angle about its metacarpal bone between the axis that it flexes about and the palm. It
# changes with opposition, by some 20 degrees to both sides in the poses of trainer/scenes/body/gestures.py.
PRONATION = np.radians(68)
_MIRROR = np.array([-1.0, 1.0, 1.0])
_CHAINS = np.array([finger.joints for finger in FINGERS])
_KNUCKLES = list(KNUCKLES)
_NEXT, _AFTER = [1, 2, 0], [2, 0, 1]  # axes
# Of the angles of the fingers' proximal bones towards the thumb, which make the abduction of each.
_ABDUCTION = np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 1.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]])


def palm_axes(joints: Vectors) -> Vectors:
    """Return the axes of a right hand's palm.

    Args:
        joints: ``(21, 3)`` of any unit, x right, y down, z away from the camera; those of a left hand mirrored in x.

    Returns:
        ``(3, 3)`` unit vectors in rows: radial (towards the thumb), distal (from wrist to middle knuckle) and palmar
        (out of the palm); 0 where the joints that they depend on coincide.
    """
    distal = unit(joints[KNUCKLES[1]] - joints[WRIST])
    radial = unit(_across(joints[KNUCKLES[0]] - joints[KNUCKLES[-1]], distal))
    return np.stack([radial, distal, cross(radial, distal)])


def joint_angles(joints_3d: NDArray[Any], *, left: bool) -> dict[str, float]:
    """Measure the joint angles of a hand.

    Args:
        joints_3d: ``(21, 3)`` of any unit, x right, y down, z away from the camera.
        left: whether it is a left hand; its angles are those of its mirror image.

    Returns:
        Degrees by the names of :data:`ANGLE_NAMES`, finite wherever the joints are:

        - ``index_mcp``, ``index_pip``, ``index_dip``, and so for each finger, ``thumb_mcp``, ``thumb_ip``: flexion.
        - ``index_abduction``, and so for each finger: in the plane of the palm, away from the middle finger; that of
          the middle finger itself from the direction of the palm towards the thumb.
        - ``thumb_cmc``: flexion of the thumb's metacarpal bone in the plane of the palm, from the direction of the palm
          towards the little finger; extension, which is radial abduction, is negative. ``thumb_abduction``: palmar
          abduction, out of that plane.
        - ``palm_direction_x``, ``palm_direction_y``, ``palm_direction_z``: of the direction from wrist to middle
          knuckle to the axes of the camera, 0 to 180; ``palm_normal_x`` and so on: of the normal out of the palm.
    """
    mirror = _MIRROR if left else np.ones(3)
    joints = np.asarray(joints_3d, np.float64) * mirror
    radial, distal, palmar = palm = palm_axes(joints)
    bones = unit(np.diff(joints[_CHAINS], axis=1))
    thumb, proximal = bones[0, 0], bones[1:, 0]
    metacarpals = unit(_across(joints[_KNUCKLES] - joints[WRIST], palmar))
    flexion_axes = np.concatenate([_thumb_axis(thumb, palmar)[None], cross(metacarpals, palmar)])
    towards_thumb = np.arcsin(np.clip(proximal @ radial, -1, 1))
    abduction = _ABDUCTION @ towards_thumb
    mcp = _flexion(metacarpals, proximal, flexion_axes[1:])
    middle, last = (_flexion(bones[:, bone], bones[:, bone + 1], flexion_axes) for bone in (0, 1))
    thumb_base = -np.arctan2(thumb @ radial, thumb @ distal), np.arcsin(np.clip(thumb @ palmar, -1, 1))
    fingers = np.stack([mcp, abduction, middle[1:], last[1:]], axis=1)
    to_camera = np.arccos(np.clip(palm[1:] * mirror, -1, 1))
    angles = np.degrees([*thumb_base, middle[0], last[0], *fingers.ravel(), *to_camera.ravel()])
    return dict(zip(ANGLE_NAMES, angles.tolist(), strict=True))


def unit(vectors: Vectors) -> Vectors:
    """Return ``(..., 3)`` vectors scaled to length 1; 0 where they have none."""
    return np.asarray(vectors / np.maximum(np.sqrt((vectors * vectors).sum(-1, keepdims=True)), 1e-9))


def cross(one: Vectors, other: Vectors) -> Vectors:
    """Return the ``(..., 3)`` cross products; numpy's own take several times as long for a few vectors."""
    return np.asarray(one[..., _NEXT] * other[..., _AFTER] - one[..., _AFTER] * other[..., _NEXT])


def _thumb_axis(metacarpal: Vectors, palmar: Vectors) -> Vectors:
    in_palm = unit(cross(metacarpal, palmar))
    return np.asarray(np.cos(PRONATION) * in_palm + np.sin(PRONATION) * cross(in_palm, metacarpal))


def _flexion(proximal: Vectors, distal: Vectors, axes: Vectors) -> Vectors:
    """Return ``(n,)`` angles from ``(n, 3)`` directions of proximal bones to distal ones about the flexion axes.

    The axes are made perpendicular to the proximal bones, as those of hinges.
    """
    palmar = cross(unit(_across(axes, proximal)), proximal)
    return np.asarray(np.arctan2((distal * palmar).sum(-1), (distal * proximal).sum(-1)))


def _across(vectors: Vectors, direction: Vectors) -> Vectors:
    """Return the parts of ``(..., 3)`` vectors that are perpendicular to unit vectors."""
    return np.asarray(vectors - (vectors * direction).sum(-1, keepdims=True) * direction)

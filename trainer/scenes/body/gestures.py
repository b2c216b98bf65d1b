"""Named hand poses, as angles of the joints of the fingers."""

import numpy as np

from .rotations import Matrix

ANGLES_PER_FINGER = 4  # knuckle flexion and abduction (towards the thumb), PIP flexion, DIP flexion
THUMB_OFFSET = 16  # palmar abduction, radial abduction, axial rotation, MCP flexion, IP flexion
ANGLE_COUNT = 21
DIP_PER_PIP = 2 / 3  # H. Rijpkema, M. Girard, "Computer animation of knowledge-based human grasping", SIGGRAPH 1991

# A finger in degrees: knuckle flexion and abduction, PIP flexion.
_EXTENDED, _RELAXED, _CURLED = (2, 0, 5), (22, 0, 28), (86, 0, 106)
# A thumb in degrees: palmar abduction, radial abduction, axial rotation, MCP flexion, IP flexion.
_T_ABDUCTED, _T_RELAXED, _T_EXTENDED = (20, 48, 62, 2, 0), (30, 30, 68, 12, 14), (4, 62, 58, 0, -6)
_T_OPPOSED, _T_FOLDED = (48, 18, 88, 16, 26), (46, 8, 84, 36, 42)
_T_IN_PALM, _T_ADDUCTED = (44, 0, 82, 40, 50), (10, 14, 66, 4, 2)

# Thumb, index, middle, ring, little finger.
GESTURES: dict[str, tuple[tuple[int, ...], ...]] = {
    "open": (_T_ABDUCTED, (2, 3, 4), _EXTENDED, (2, -2, 4), (2, -3, 5)),
    "spread": (_T_EXTENDED, (-4, 15, 3), (-6, 2, 2), (-5, -10, 3), (-4, -16, 4)),
    "flat": (_T_RELAXED, (4, -8, 6), (3, -2, 6), (4, 7, 6), (5, 14, 6)),
    "relaxed": (_T_RELAXED, (16, 0, 22), _RELAXED, (27, 0, 32), (30, 0, 34)),
    "fist": (_T_FOLDED, _CURLED, (89, 0, 108), (91, 0, 108), (91, 0, 104)),
    "pointing": (_T_FOLDED, (4, 0, 5), (87, 0, 108), (89, 0, 106), (89, 0, 103)),
    "victory": (_T_IN_PALM, (2, 10, 4), (2, -9, 4), (87, 0, 106), (87, 0, 103)),
    "three": (_T_IN_PALM, (2, 10, 4), _EXTENDED, (2, -9, 5), (78, 0, 92)),
    "four": (_T_IN_PALM, (2, 8, 4), _EXTENDED, (2, -5, 4), (2, -9, 5)),
    "call": (_T_EXTENDED, _CURLED, (89, 0, 108), (87, 0, 106), (4, -12, 8)),
    "rock": (_T_IN_PALM, (2, 6, 5), (87, 0, 108), (87, 0, 106), (4, -8, 6)),
    "thumb up": (_T_EXTENDED, _CURLED, (89, 0, 110), (91, 0, 108), (91, 0, 104)),
    "gun": (_T_EXTENDED, (4, 0, 4), (87, 0, 108), (89, 0, 106), (89, 0, 103)),
    "pinch": (_T_OPPOSED, (48, 0, 48), (58, 0, 66), (64, 0, 70), (66, 0, 68)),
    "ok": (_T_OPPOSED, (50, 0, 52), (18, 0, 14), (8, 0, 9), (2, -6, 6)),
    "grasp": (_T_OPPOSED, (38, 0, 46), (42, 0, 50), (44, 0, 50), (46, 0, 48)),
    "claw": (_T_ABDUCTED, (0, 6, 58), (0, 0, 60), (0, -5, 60), (2, -9, 56)),
    # From finger alphabets: the thumb beside, before or among the fingers, hooks, and fingers side by side.
    "thumb beside": (_T_ADDUCTED, _CURLED, (87, 0, 106), (89, 0, 106), (89, 0, 103)),
    "thumb within": (_T_IN_PALM, (70, 0, 88), (70, 0, 92), (72, 0, 92), (74, 0, 90)),
    "curled": (_T_IN_PALM, (30, 0, 100), (30, 0, 102), (32, 0, 102), (34, 0, 98)),
    "hook": (_T_FOLDED, (12, 0, 84), (87, 0, 108), (89, 0, 106), (89, 0, 103)),
    "little finger": (_T_FOLDED, _CURLED, (89, 0, 108), (89, 0, 106), (4, -6, 6)),
    "two together": (_T_IN_PALM, (4, -6, 5), (4, 5, 5), (87, 0, 106), (87, 0, 103)),
    "two forward": (_T_OPPOSED, (12, 6, 8), (46, -4, 10), (87, 0, 106), (87, 0, 103)),
    "round": (_T_OPPOSED, (44, -4, 62), (46, 0, 64), (48, 4, 64), (50, 8, 60)),
    "duck": (_T_OPPOSED, (58, -8, 14), (60, -2, 14), (60, 5, 14), (60, 12, 14)),
}
# The bone that the last one of the thumb touches: finger (0 is the thumb) and number from the knuckle on, from 0.
TOUCHED_BONES = {
    **dict.fromkeys(("pinch", "ok", "round"), (1, 2)),
    **dict.fromkeys(("fist", "pointing", "hook", "little finger", "rock"), (2, 1)),
    **dict.fromkeys(("victory", "two together", "two forward"), (3, 1)),
    "thumb beside": (1, 1),
}


def gesture_angles(name: str) -> Matrix:
    """Return the ``(21,)`` angles of a named hand pose in radians."""
    thumb, *fingers = GESTURES[name]
    angles = [angle for flexion, abduction, pip in fingers for angle in (flexion, abduction, pip, pip * DIP_PER_PIP)]
    return np.deg2rad([*angles, *thumb])

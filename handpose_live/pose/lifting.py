"""From joints in the image and their depths to a hand in three dimensions."""

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import KNUCKLES, WRIST

# Focal length in longer sides of a frame: of a horizontal field of view of 61 degrees, between those of webcams and
# phones. Only the perspective within the hand depends on it.
FOCAL_LENGTH = 0.85
# Length of a hand, from wrist crease to the tip of the middle finger, in palm sizes: the mean of 300 MakeHuman bodies
# (trainer/scenes/body) at rest, from the head of the wrist's bone along the bones of the middle finger to its end. It
# is 2.28 with a standard deviation of 0.01 over age, sex and build; longer and shorter fingers change it by 6 %.
HAND_LENGTH = 2.28


def lift(joints_frame_px: Floats, depths_frame_px: Floats, frame_px: tuple[int, int]) -> Floats:
    """Place the joints of a hand in space.

    A pinhole camera shows a joint at depth ``Z`` at ``u = f X / Z``. In units of a px at the wrist's distance its depth
    relative to the wrist is ``d = (Z - Zw) f / Zw``, and so ``X = u (1 + d / f)``: the distance of the hand
    is not needed.

    Args:
        joints_frame_px: ``(21, 2)``.
        depths_frame_px: ``(21,)``, growing away from the camera; 0 at the wrist.
        frame_px: width and height of the frame.

    Returns:
        ``(21, 3)`` float32, relative to the wrist, in palm sizes (the distance from wrist to middle knuckle): x right
        and y down as in the frame, z away from the camera.
    """
    focal_px = FOCAL_LENGTH * max(frame_px)
    from_middle = joints_frame_px - np.array(frame_px) / 2
    nearness = np.maximum(1 + depths_frame_px / focal_px, 0.1)  # at most ten times as near as the wrist
    joints = np.column_stack([from_middle * nearness[:, None], depths_frame_px])
    joints -= joints[WRIST]
    palm = float(np.linalg.norm(joints[KNUCKLES[1]]))
    return np.asarray(joints / max(palm, 1e-6), np.float32)

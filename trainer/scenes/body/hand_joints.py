"""The 21 joints of a hand of the body model, in the meaning that they have in annotated images of real hands.

Most are heads of the bones. The others were compared with annotated frontal hands, by the relative lengths of the
bones, and with what the pose network finds in rendered hands: the wrist is marked nearer to the fingers than where it
turns, the thumb's base at the visible end of its metacarpal bone, the fingertips in the middle of the pad.
"""

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS, WRIST

from .model import BodyModel
from .pose import bone_of
from .rotations import Matrix

# Shares of the way to the middle finger's knuckle, along the thumb's first bone, and along the last bones.
WRIST_SHIFT, THUMB_BASE_SHIFT, TIP_SHARE = 0.105, 0.2, 0.82


def joint_bones(side: Side) -> list[str]:
    """Return the bones that carry the 21 joints; the tips are carried by the last bones."""
    fingers = [f"finger{finger}-{min(joint, 3)}" for finger in range(1, 6) for joint in (1, 2, 3, 4)]
    return [bone_of(side, name) for name in ["wrist", *fingers]]


def bone_ends(model: BodyModel, vertices: Floats, heads: Floats, side: Side) -> Matrix:
    """Return ``(21, 3)`` heads of a hand's bones at rest in the order of the joints, and the ends of the fingers."""
    names = joint_bones(side)
    ends = np.array([heads[model.bones.index(name)] for name in names], np.float64)
    for finger in FINGERS:
        _, before, last, tip = finger.joints
        own = vertices[model.weights[:, model.bones.index(names[tip])] > 0.5] - ends[last]
        along = (ends[last] - ends[before]) / np.linalg.norm(ends[last] - ends[before])
        heights = own @ along
        pad = own[heights > 0.6 * heights.max()].mean(axis=0)
        ends[tip] = ends[last] + pad + (heights.max() - pad @ along) * along
    return ends


def marked_joints(ends: Matrix) -> Matrix:
    """Return the ``(21, 3)`` joints as they are marked in images, of a hand at rest with these ``bone_ends``."""
    joints = ends.copy()
    joints[WRIST] += WRIST_SHIFT * (ends[FINGERS[2].joints[0]] - ends[WRIST])
    base, second, *_ = FINGERS[0].joints
    joints[base] += THUMB_BASE_SHIFT * (ends[second] - ends[base])
    for finger in FINGERS:
        *_, last, tip = finger.joints
        joints[tip] = ends[last] + TIP_SHARE * (ends[tip] - ends[last])
    return joints

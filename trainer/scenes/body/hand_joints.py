"""The 21 joints of a hand of the body model, in FreiHAND's meaning."""

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from .model import BodyModel
from .pose import bone_of
from .rotations import Matrix

TIP_DEPTH = 0.002  # metres: how far below the end of the finger its last joint is


def joint_bones(side: Side) -> list[str]:
    """Return the bones that carry the 21 joints; the tips are carried by the last bones."""
    fingers = [f"finger{finger}-{min(joint, 3)}" for finger in range(1, 6) for joint in (1, 2, 3, 4)]
    return [bone_of(side, name) for name in ["wrist", *fingers]]


def rest_joints(model: BodyModel, vertices: Floats, heads: Floats, side: Side) -> Matrix:
    """Return the ``(21, 3)`` joints of a hand at rest: heads of the bones, and the ends of the fingers."""
    names = joint_bones(side)
    joints = np.array([heads[model.bones.index(name)] for name in names], np.float64)
    for tip in (4, 8, 12, 16, 20):
        last = model.bones.index(names[tip])
        own = vertices[model.weights[:, last] > 0.5]
        along = joints[tip - 1] - joints[tip - 2]
        along /= np.linalg.norm(along)
        end = own[np.argmax(own @ along)]
        joints[tip] = end - TIP_DEPTH * along
    return joints

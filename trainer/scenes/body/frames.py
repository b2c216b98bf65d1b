"""The axes of bones at rest."""

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS, KNUCKLES, WRIST

from .fingers import MIRROR
from .pose import SIDES, bone_of
from .rotations import Matrix, frame

# The axis that the bones of each finger flex about, from the thumb on, in a right hand's frame. They are the x axes of
# anny's bones, which hardly depend on the shape.
FLEXION_AXES = np.array(
    [(0.12, -0.63, 0.77), (0.945, -0.22, 0.24), (0.985, 0.03, 0.15), (0.965, 0.21, 0.14), (0.91, 0.41, -0.01)]
)


def rest_frames(bones: tuple[str, ...], heads: Floats, ends: dict[Side, Matrix]) -> dict[str, Matrix]:
    """Return the ``(3, 3)`` axes of each bone at rest, in columns.

    Args:
        bones: names.
        heads: ``(b, 3)`` of the bones.
        ends: ``(21, 3)`` of both hands, see :func:`.hand_joints.bone_ends`.
    """
    frames = {name: np.eye(3) for name in bones}
    for side in SIDES:
        frames |= _hand_frames(side, ends[side])
        frames |= _arm_frames(side, {name: heads[bones.index(bone_of(side, name))] for name in ARM})
    return frames


ARM = ("upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")


def _hand_frames(side: Side, ends: Matrix) -> dict[str, Matrix]:
    mirror = MIRROR if side == "left" else np.eye(3)
    across = (ends[KNUCKLES[0]] - ends[KNUCKLES[-1]]) * (-1 if side == "left" else 1)
    hand = frame(ends[KNUCKLES[1]] - ends[WRIST], across)
    frames = {bone_of(side, "wrist"): hand}
    for number, (finger, axis) in enumerate(zip(FINGERS, FLEXION_AXES, strict=True), start=1):
        # Axes of rotations are mirrored like this: their own direction stays, the others flip.
        hint = hand @ mirror @ axis * np.linalg.det(mirror)
        for bone in range(3):
            start, end = ends[finger.joints[bone]], ends[finger.joints[bone + 1]]
            frames[bone_of(side, f"finger{number}-{bone + 1}")] = frame(end - start, hint)
    return frames


def _arm_frames(side: Side, heads: dict[str, Floats]) -> dict[str, Matrix]:
    """Return frames with y along the bone, and x the axis that flexes the elbow: at rest it is slightly flexed."""
    upper = heads["lowerarm01"] - heads["upperarm01"]
    lower = heads["wrist"] - heads["lowerarm01"]
    axis = np.cross(upper, lower)
    frames = {}
    for name in ARM[:4]:
        along = upper if name.startswith("upper") else lower
        frames[bone_of(side, name)] = frame(np.asarray(along, np.float64), np.asarray(axis, np.float64))
    return frames

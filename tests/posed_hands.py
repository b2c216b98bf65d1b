"""Joints of hands in a gesture, in front view, from bodies of rendered people."""

from functools import cache

import numpy as np

from handpose_live.types.arrays import Floats
from tests.trainer.scenes.bodies import sample_body
from trainer.scenes.body.collision import resolve_self_collisions
from trainer.scenes.body.finger_poses import sample_finger_pose
from trainer.scenes.body.gestures import TOUCHED_BONES
from trainer.scenes.body.pose import BodyPose, bone_of


def posed_hands(gesture: str, count: int, *, roll_deg: float = 0.0, left: bool = False) -> Floats:
    """Return joints ``(count, 21, 2)``, palms towards the viewer, x right, y down, in mm, rotated clockwise."""
    joints = 1000 * posed_hands_3d(gesture, count, left=left)[..., :2]
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.asarray(joints @ np.array([[cos, sin], [-sin, cos]]), np.float32)


def posed_hand_3d(gesture: str, number: int = 0, *, left: bool = False) -> Floats:
    """Return joints ``(21, 3)``, palm towards the viewer, from the wrist as in :class:`Hand`, in palm sizes."""
    joints = posed_hands_3d(gesture, number + 1, left=left)[number]
    return np.asarray((joints - joints[0]) / np.linalg.norm(joints[9] - joints[0]), np.float32)


def posed_hands_3d(gesture: str, count: int, *, left: bool = False) -> Floats:
    """Return joints ``(count, 21, 3)``, palms towards the viewer, x right, y down, z away from it, in metres."""
    hands = np.stack([_right_hand(gesture, number) for number in range(count)])
    return np.asarray(hands * np.array([-1 if left else 1, -1, -1]), np.float32)


@cache
def _right_hand(gesture: str, number: int) -> Floats:
    """Return the ``(21, 3)`` joints of a person's right hand in its own frame, metres."""
    body = sample_body(number)
    _, angles = sample_finger_pose(np.random.default_rng(number), gesture=gesture)
    angles = resolve_self_collisions(body.hands["right"], angles, TOUCHED_BONES.get(gesture))
    posed = body.posed(BodyPose().with_hand("right", angles))
    to_hand = np.linalg.inv(posed.bone(bone_of("right", "wrist")))
    return np.asarray(posed.joints["right"] @ to_hand[:3, :3].T + to_hand[:3, 3], np.float32)

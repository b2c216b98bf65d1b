"""Joints of hands in a gesture, in front view, from the kinematic model of the renderer."""

import numpy as np

from handpose_live.types.arrays import Floats
from trainer.rng import CounterRng
from trainer.synth.kinematics import forward_kinematics
from trainer.synth.people import sample_people
from trainer.synth.poses import sample_poses


def posed_hands(gesture: str, count: int, *, roll_deg: float = 0.0, left: bool = False) -> Floats:
    """Return joints ``(count, 21, 2)``, palms towards the viewer, x right, y down, in mm, rotated clockwise."""
    people = sample_people(CounterRng(1, range(count)))
    angles, _ = sample_poses(CounterRng(2, range(count)), people, gesture=gesture)
    joints = forward_kinematics(people, angles).joints[..., :2].numpy() * np.array([-1 if left else 1, -1], np.float32)
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.asarray(joints @ np.array([[cos, sin], [-sin, cos]]), np.float32)

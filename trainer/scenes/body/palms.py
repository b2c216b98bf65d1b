"""Palms, whose skin is lighter than the back of the hand, the more so the darker it is."""

import numpy as np

from handpose_live.types.arrays import Floats

from .anatomy import HAND_BONES
from .frames import rest_frames
from .hand_joints import bone_ends
from .model import BodyModel
from .pose import SIDES

# Linear RGB of palms relative to the backs of the darkest and the lightest hands.
DARKEST_RATIO, LIGHTEST_RATIO = np.array([2.5, 2.7, 2.8]), np.array([1.05, 0.95, 0.95])
EDGE, WIDTH = -0.1, 0.5  # cosine of the angle to the palmar side at which palms begin, and over which they fade in


def palm_shares(model: BodyModel, normals: Floats) -> Floats:
    """Return how much each of the ``(v,)`` vertices belongs to a palm or the palmar side of a finger, 0..1.

    Args:
        model: of the body.
        normals: ``(v, 3)`` of the template.
    """
    count = len(model.weights)
    vertices, heads = model.template[:count], model.template[count:]
    ends = {side: bone_ends(model, vertices, heads, side) for side in SIDES}
    frames = rest_frames(model.bones, heads, ends)
    palmar, share = np.zeros((count, 3)), np.zeros(count)
    for bone, name in enumerate(model.bones):
        if name.startswith(HAND_BONES):
            wrist = "wrist" + name[-2:]
            axes = frames[name if name.startswith("finger") else wrist]
            palmar += model.weights[:, bone, None] * axes[:, 2]
            share += model.weights[:, bone]
    cos = (normals * palmar).sum(1) / (np.linalg.norm(palmar, axis=1) + 1e-9)
    return np.asarray(np.clip((cos - EDGE) / WIDTH, 0, 1) * np.clip(2 * share - 1, 0, 1), np.float32)


def palm_ratio(tone: float) -> Floats:
    """Return the ``(3,)`` linear RGB of a palm relative to the back of its hand, of a tone from 0 (dark) to 1."""
    mixed = (1 - tone) * np.log(DARKEST_RATIO) + tone * np.log(LIGHTEST_RATIO)
    return np.asarray(np.exp(mixed), np.float32)

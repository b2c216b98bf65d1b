"""What torso, head, legs and idle arms do."""

from collections.abc import Callable

import numpy as np

from handpose_live.types.hand import Side

from .body import Body
from .pose import SIDES, BodyPose, bone_of
from .reach import reach
from .rotations import Matrix, frame, rotation_x, rotation_y, rotation_z

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
LEG_SPREAD = 0.12  # of legs at rest, radians: standing people hold them closer


def sample_stance(rng: np.random.Generator, *, sitting: bool) -> BodyPose:
    """Sample torso, head and legs; the arms stay as they are at rest.

    Args:
        rng: source of randomness.
        sitting: whether thighs point forwards, else the person stands.
    """
    lean, bend, turn = rng.normal(0.08 if sitting else 0.02, 0.1), rng.normal(0, 0.05), rng.normal(0, 0.1)
    spine = rotation_x(lean / len(SPINE)) @ rotation_y(bend / len(SPINE)) @ rotation_z(turn / len(SPINE))
    nod, tilt, look = rng.normal(0.05, 0.15), rng.normal(0, 0.1), rng.normal(0, 0.3)
    neck = rotation_x(nod / len(NECK)) @ rotation_y(tilt / len(NECK)) @ rotation_z(look / len(NECK))
    rotations = dict.fromkeys(SPINE, spine) | dict.fromkeys(NECK, neck)
    for side in SIDES:
        rotations |= _leg(rng, side, sitting=sitting)
    return BodyPose(rotations)


def _leg(rng: np.random.Generator, side: Side, *, sitting: bool) -> dict[str, Matrix]:
    """Sample a leg: its thigh is turned forwards and outwards."""
    outwards = 1 if side == "left" else -1
    hip, knee = (rng.normal(1.45, 0.08), rng.normal(1.4, 0.15)) if sitting else (rng.normal(0.03, 0.05), 0.05)
    spread = rng.normal(0.05, 0.08) if sitting else rng.normal(-LEG_SPREAD, 0.04)
    thigh = rotation_z(outwards * spread) if sitting else rotation_y(-outwards * spread)
    return {
        bone_of(side, "upperleg01"): thigh @ rotation_x(-hip),
        bone_of(side, "lowerleg01"): rotation_x(knee),
    }

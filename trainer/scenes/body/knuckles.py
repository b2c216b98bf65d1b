"""The volume of bent fingers.

Linear blend skinning moves the skin of a joint bent by an angle towards its axis, by ``1 - cos(angle / 2)`` of the
distance where both bones have the same weight. On the back and the sides of fingers this is undone, by moving the skin
at rest (as in J. Lewis et al., "Pose space deformation", SIGGRAPH 2000).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from .model import BodyModel
from .rotations import Matrix

THUMB_BASE = "finger1-1"  # bends in all directions
MAX_GROWTH = 0.75  # of the distance from the axis
MIN_BLEND = 0.05


@dataclass(frozen=True, eq=False)
class Knuckle:
    """A joint of a finger.

    Attributes:
        bone: that it turns, by name.
        vertices: ``(n,)`` whose skin it moves.
        outwards: ``(n, 3)`` from the axis at rest, 0 on the palmar side.
    """

    bone: str
    vertices: NDArray[np.int64]
    outwards: Floats

    def offsets(self, angle: float) -> Floats:
        """Return ``(n, 3)`` offsets at rest that keep the thickness of the joint bent by an angle in radians."""
        growth = min(1 / max(np.cos(angle / 2), 0.1) - 1, MAX_GROWTH)
        return np.asarray(growth * self.outwards)


def find_knuckles(model: BodyModel, vertices: Floats, heads: Floats, frames: dict[str, Matrix]) -> list[Knuckle]:
    """Find the joints of the fingers of both hands.

    Args:
        model: of the body.
        vertices, heads: of the body at rest.
        frames: ``(3, 3)`` axes of the bones at rest.
    """
    knuckles = []
    for bone, name in enumerate(model.bones):
        if not name.startswith("finger") or name.startswith(THUMB_BASE):
            continue
        blend = 4 * model.weights[:, bone] * model.weights[:, model.parents[bone]]
        chosen = np.flatnonzero(blend > MIN_BLEND)
        offset = (vertices[chosen] - heads[bone]) @ frames[name]
        offset[:, 1] = 0
        height = -offset[:, 2] / (np.linalg.norm(offset, axis=1) + 1e-9)  # 1 on the back, -1 on the palmar side
        share = blend[chosen] * np.clip(0.5 + height, 0, 1)
        knuckles.append(Knuckle(name, chosen, np.asarray((share[:, None] * offset) @ frames[name].T, np.float32)))
    return knuckles

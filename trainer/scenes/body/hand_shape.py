"""The size of a hand: what the joints' positions and the fingers' thickness follow from."""

from dataclasses import dataclass

import numpy as np

from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS

from .fingers import finger_orientations
from .model import BodyModel
from .pose import bone_of
from .rotations import Matrix


@dataclass(frozen=True, eq=False)
class HandShape:
    """A hand at rest as capsules, metres, in a right hand's frame (see :mod:`.fingers`).

    Attributes:
        bases: ``(5, 3)`` first joint of each finger, from the thumb on.
        lengths: ``(5, 3)`` of the fingers' bones; the last ones reach to the ends of the fingers.
        radii: ``(5, 3)`` of the flesh around them.
        metacarpal_bases: ``(4, 3)`` proximal ends of the metacarpal bones, from the index finger on.
        palm_radius: of the flesh around the metacarpal bones.
    """

    bases: Matrix
    lengths: Matrix
    radii: Matrix
    metacarpal_bases: Matrix
    palm_radius: float

    @property
    def metacarpals(self) -> Matrix:
        """``(4, 3)`` from end to end of the metacarpal bones."""
        return self.bases[1:] - self.metacarpal_bases

    def joints(self, angles: Matrix) -> Matrix:
        """Return ``(..., 5, 4, 3)`` positions of the fingers' joints and ends for ``(..., 21)`` angles."""
        steps = finger_orientations(angles, self.metacarpals)[..., 1] * self.lengths[..., None]
        bases = np.broadcast_to(self.bases[:, None], (*steps.shape[:-2], 1, 3))
        return np.concatenate([bases, bases + steps.cumsum(axis=-2)], axis=-2)


def measure_hand(model: BodyModel, side: Side, vertices: Matrix, ends: Matrix, bases: Matrix) -> HandShape:
    """Measure a hand at rest.

    Args:
        model: of the body.
        side: which hand.
        vertices: ``(v, 3)`` of the body in a right hand's frame, as the following.
        ends: ``(21, 3)``, see :func:`.hand_joints.bone_ends`.
        bases: ``(4, 3)`` proximal ends of the metacarpal bones.
    """
    chains = ends[[finger.joints for finger in FINGERS]]
    radii = np.empty((5, 3))
    for finger, bone in np.ndindex(radii.shape):
        name = bone_of(side, f"finger{finger + 1}-{bone + 1}")
        own = vertices[model.weights[:, model.bones.index(name)] > 0.6]
        radii[finger, bone] = _radius(own, *chains[finger, bone : bone + 2])
    lengths = np.linalg.norm(np.diff(chains, axis=1), axis=2)
    return HandShape(chains[:, 0], lengths, radii, bases, 0.12 * float(np.linalg.norm(chains[2, 0])))


def _radius(vertices: Matrix, start: Matrix, end: Matrix) -> float:
    """Return the median distance of vertices from an axis."""
    along = (end - start) / np.linalg.norm(end - start)
    offset = vertices - start
    return float(np.median(np.linalg.norm(offset - (offset @ along)[:, None] * along, axis=1)))

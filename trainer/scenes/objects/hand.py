"""A hand that grips: its bones in the hand's frame as capsules."""

from dataclasses import dataclass

import numpy as np

from handpose_live.types.hand import Side

from ..body.body import Body
from ..body.fingers import MIRROR, finger_orientations
from ..body.pose import bone_of
from .solid import Matrix

REFLECTION = np.diag([*MIRROR.diagonal(), 1.0])  # from a left hand's frame to that of a right one
BASES = (1, 5, 9, 13, 17)  # joints where the fingers begin


@dataclass(frozen=True, eq=False)
class GripHand:
    """A hand in the frame of a right hand (see :mod:`..body.fingers`), metres; a left hand is mirrored.

    Attributes:
        joints: ``(21, 3)`` at rest.
        metacarpals: ``(4, 3)`` directions of the metacarpal bones of the fingers.
        radii: ``(5, 3)`` of the bones of the fingers.
        palm: height of the palm's surface.
    """

    joints: Matrix
    metacarpals: Matrix
    radii: Matrix
    palm: float

    @classmethod
    def of(cls, body: Body, side: Side) -> "GripHand":
        """Measure a hand of a body."""
        frame = body.frame(bone_of(side, "wrist")) @ (MIRROR if side == "left" else np.eye(3))
        wrist = body.head(bone_of(side, "wrist"))
        joints = (body.bone_ends[side] - wrist) @ frame
        heads = np.array([body.head(bone_of(side, f"metacarpal{number}")) for number in range(1, 5)])
        vertices, weights = (body.vertices - wrist) @ frame, body.model.weights
        radii = np.empty((5, 3))
        for finger, base in enumerate(BASES):
            for bone in range(3):
                own = vertices[
                    weights[:, body.model.bones.index(bone_of(side, f"finger{finger + 1}-{bone + 1}"))] > 0.6
                ]
                radii[finger, bone] = _mean_distance(own, joints[base + bone], joints[base + bone + 1])
        radii[0, 0] = min(radii[0, 0], 0.012)  # the rest is the ball of the thumb
        palm = vertices[weights[:, body.model.bones.index(bone_of(side, "metacarpal2"))] > 0.5]
        metacarpals = joints[[5, 9, 13, 17]] - (heads - wrist) @ frame
        return cls(joints, metacarpals, radii, float(np.quantile(palm[:, 2], 0.9)))

    def posed(self, angles: Matrix) -> tuple[Matrix, Matrix]:
        """Return ``(5, 4, 3)`` joints of the fingers and ``(5, 3, 3, 3)`` orientations of their bones."""
        orientations = finger_orientations(angles, self.metacarpals)
        starts = self.joints[list(BASES)]
        lengths = np.linalg.norm(
            [self.joints[base + 1 : base + 4] - self.joints[base : base + 3] for base in BASES], axis=-1
        )
        steps = orientations[..., 1] * lengths[..., None]
        return np.concatenate([starts[:, None], starts[:, None] + np.cumsum(steps, 1)], 1), orientations

    def pads(self, angles: Matrix) -> Matrix:
        """Return ``(5, 3)`` middles of the fingertips' palmar sides."""
        joints, orientations = self.posed(angles)
        middle = 0.35 * joints[:, 2] + 0.65 * joints[:, 3]
        return np.asarray(middle + orientations[:, 2, :, 2] * self.radii[:, 2:])


def _mean_distance(points: Matrix, start: Matrix, end: Matrix) -> float:
    axis = (end - start) / np.linalg.norm(end - start)
    offset = points - start
    return float(np.linalg.norm(offset - (offset @ axis)[:, None] * axis, axis=1).mean())

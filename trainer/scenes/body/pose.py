"""Poses of a body, and forward kinematics."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

import numpy as np

from handpose_live.types.hand import Side

from .gestures import gesture_angles
from .rotations import Matrix

SIDES: tuple[Side, ...] = get_args(Side)
LETTERS: dict[Side, str] = {"left": "L", "right": "R"}  # that end the names of a side's bones


def bone_of(side: Side, name: str) -> str:
    """Return the full name of a bone of one side, as "wrist.R" of "wrist"."""
    return f"{name}.{LETTERS[side]}"


@dataclass(frozen=True, eq=False)
class BodyPose:
    """How the bones of a body are turned.

    Attributes:
        rotations: ``(3, 3)`` of bones by name, relative to the bone's parent, in the axes of the bone at rest (see
            :meth:`.body.Body.frame`); bones that are missing stay as they are at rest. Bones of the fingers are not
            among them.
        fingers: ``(21,)`` angles of each hand in radians, see :mod:`.fingers`.
        root: ``(4, 4)`` from the body's frame at rest (z up, looking to -y, the pelvis near the origin) to the world.
    """

    rotations: Mapping[str, Matrix] = field(default_factory=dict)
    fingers: Mapping[Side, Matrix] = field(default_factory=lambda: {side: gesture_angles("relaxed") for side in SIDES})
    root: Matrix = field(default_factory=lambda: np.eye(4))

    def turned(self, rotations: Mapping[str, Matrix]) -> "BodyPose":
        """Return the pose with other rotations of some bones."""
        return replace(self, rotations={**self.rotations, **rotations})

    def with_hand(self, side: Side, angles: Matrix) -> "BodyPose":
        """Return the pose with other ``(21,)`` angles of one hand's fingers."""
        return replace(self, fingers={**self.fingers, side: angles})

    def moved(self, root: Matrix) -> "BodyPose":
        """Return the pose at another place, ``(4, 4)``."""
        return replace(self, root=root)

"""Where the parts of a posed person are: what hands and cameras are placed by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.hand import Side

Vector = NDArray[np.float64]
SIDES: tuple[Side, Side] = ("left", "right")


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Points of one person, in metres in the world, before the arms are posed.

    Attributes:
        left, forward, up: ``(3,)`` unit axes of the chest; ``left`` is the person's own.
        face: ``(3,)`` unit, where the face looks.
        shoulders: centre of each shoulder joint.
        ears: by side.
        eyes: point between them.
        knees: by side.
        mouth, chin, crown, chest, pelvis: points on the middle of the body.
        arm_m: from the shoulder's joint to the wrist's.
        hand_m: from the wrist's joint to the tip of the middle finger.
    """

    left: Vector
    forward: Vector
    up: Vector
    face: Vector
    shoulders: Mapping[Side, Vector]
    ears: Mapping[Side, Vector]
    knees: Mapping[Side, Vector]
    eyes: Vector
    mouth: Vector
    chin: Vector
    crown: Vector
    chest: Vector
    pelvis: Vector
    arm_m: float
    hand_m: float

    def outward(self, side: Side) -> Vector:
        """Return the unit vector from the middle of the body to a side."""
        return self.left if side == "left" else -self.left

    def direction(self, side: Side, out: float, forward: float, up: float) -> Vector:
        """Return a unit vector given by its parts outward, forward and up."""
        vector = out * self.outward(side) + forward * self.forward + up * self.up
        return unit(vector)

    def point(self, start: Vector, side: Side, out: float, forward: float, up: float) -> Vector:
        """Return a point away from another; the parts outward, forward and up are in lengths of the arm."""
        return start + self.arm_m * (out * self.outward(side) + forward * self.forward + up * self.up)


def other(side: Side) -> Side:
    """Return the opposite side."""
    return "right" if side == "left" else "left"


def unit(vector: Vector) -> Vector:
    """Return a vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def across(vector: Vector, axis: Vector) -> Vector:
    """Return the unit part of a vector that is perpendicular to a unit axis."""
    rest = vector - np.dot(vector, axis) * axis
    if np.linalg.norm(rest) < 1e-6:
        rest = np.cross(axis, np.roll(axis, 1) + np.array([0.3, 0.1, 0.2]))
    return unit(rest)


def turned(vector: Vector, axis: Vector, angle: float) -> Vector:
    """Turn a vector about a unit axis, radians, by O. Rodrigues' formula."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(vector * cos + np.cross(axis, vector) * sin + axis * np.dot(axis, vector) * (1 - cos))

"""Where the parts of a posed person are: what hands and cameras are placed by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.hand import Side

from ..body.body import PosedBody
from ..body.pose import bone_of

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


# Of an adult's face from the point between the eyes, in metres: outward, forward and up.
MOUTH, CHIN, EARS = (0.0, 0.015, -0.068), (0.0, 0.005, -0.108), (0.075, -0.09, -0.015)
ADULT_EYES_M = 0.064  # between the pupils


def find_landmarks(posed: PosedBody) -> Landmarks:
    """Return the landmarks of a body."""

    def origin(bone: str) -> Vector:
        return posed.bone(bone)[:3, 3]

    def pair(bone: str) -> dict[Side, Vector]:
        return {side: origin(bone_of(side, bone)) for side in SIDES}

    chest, head = posed.bone("spine01")[:3, :3], posed.bone("head")[:3, :3]
    shoulders, eyes = pair("upperarm01"), pair("eye")
    eye, size = (eyes["left"] + eyes["right"]) / 2, np.linalg.norm(eyes["left"] - eyes["right"]) / ADULT_EYES_M

    def face(out: float, forward: float, up: float) -> Vector:
        return np.asarray(eye + size * head @ (out, -forward, up))

    elbow, wrist = origin("lowerarm01.L"), origin("wrist.L")
    arm_m = float(np.linalg.norm(elbow - shoulders["left"]) + np.linalg.norm(wrist - elbow))
    breast = (shoulders["left"] + shoulders["right"]) / 2 - 0.3 * arm_m * chest[:, 2]
    depth = ((posed.vertices[_chest_vertices(posed)] - breast) @ -chest[:, 1]).max()
    return Landmarks(
        *(chest[:, 0], -chest[:, 1], chest[:, 2], -head[:, 1]),
        shoulders=shoulders,
        ears={"left": face(*EARS), "right": face(-EARS[0], *EARS[1:])},
        knees=pair("lowerleg01"),
        eyes=eye,
        mouth=face(*MOUTH),
        chin=face(*CHIN),
        crown=face(0.0, -0.08, 0.12),
        chest=breast - depth * chest[:, 1],
        pelvis=(origin("upperleg01.L") + origin("upperleg01.R")) / 2,
        arm_m=arm_m,
        hand_m=float(np.linalg.norm(posed.joints["left"][12] - posed.joints["left"][0])),
    )


def _chest_vertices(posed: PosedBody) -> NDArray[np.int64]:
    bones = posed.body.model.bones
    spine = [bones.index(name) for name in ("spine01", "spine02", "spine03")]
    return np.flatnonzero(posed.body.model.weights[:, spine].sum(1) > 0.5)


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

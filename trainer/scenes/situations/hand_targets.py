"""Where a hand is wanted, how it is turned and what its fingers do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.hand import Side

from .landmarks import Landmarks, Vector, across, turned, unit

# Of the wrist, radians (D. Boone, S. Azen, J. Bone Joint Surg. 61, 1979): what people use without effort.
BENT_IN, BENT_BACK, DEVIATION, PRONATION = 1.0, 0.9, 0.35, 1.4
# Shares of the arm's length that a wrist can be away from the shoulder.
NEAREST_REACH, FARTHEST_REACH = 0.3, 0.97


@dataclass(frozen=True, eq=False)
class HandTarget:
    """One hand of a person.

    Attributes:
        wrist: ``(3,)`` metres, in the world.
        fingers: ``(3,)`` unit, from the wrist to the knuckle of the middle finger.
        palm: ``(3,)`` unit, out of the palm, perpendicular to ``fingers``.
        pose: name of the pose of the fingers.
        holds: kind of the held object; "" for none. An object brings its own pose of the fingers.
    """

    wrist: Vector
    fingers: Vector
    palm: Vector
    pose: str = "any"
    holds: str = ""

    @property
    def rotation(self) -> NDArray[np.float64]:
        """``(3, 3)`` from the hand's frame (see :mod:`trainer.scenes.body.fingers`) to the world."""
        return np.stack([np.cross(self.fingers, self.palm), self.fingers, self.palm], axis=1)

    def moved(self, offset: Vector, turn: Vector) -> "HandTarget":
        """Return the target moved, metres, and turned by a rotation vector, radians."""
        angle = float(np.linalg.norm(turn))
        fingers, palm = (turned(axis, unit(turn), angle) for axis in (self.fingers, self.palm))
        return replace(self, wrist=self.wrist + offset, fingers=fingers, palm=palm)

    def palm_centre(self, hand_m: float) -> Vector:
        """Return the middle of the palm, on its skin."""
        return self.wrist + hand_m * (0.32 * self.fingers + 0.07 * self.palm)


Arms: TypeAlias = Mapping[Side, HandTarget]


def target(wrist: Vector, fingers: Vector, palm: Vector, pose: str = "any", holds: str = "") -> HandTarget:
    """Make a target from directions that need be neither unit nor perpendicular; the fingers' is kept."""
    fingers = unit(fingers)
    return HandTarget(wrist, fingers, across(palm, fingers), pose, holds)


def centred(centre: Vector, fingers: Vector, palm: Vector, hand_m: float, pose: str = "any") -> HandTarget:
    """Make a target whose palm touches a point."""
    placed = target(np.zeros(3), fingers, palm, pose)
    return replace(placed, wrist=centre - placed.palm_centre(hand_m))


def natural(
    rng: np.random.Generator,
    person: Landmarks,
    side: Side,
    wrist: Vector,
    *,
    palm: Vector | None = None,
    bend: tuple[float, float] = (-0.4, 0.4),
    pose: str = "any",
    holds: str = "",
) -> HandTarget:
    """Make a target whose wrist is turned as the forearm allows.

    Args:
        rng: source of random numbers.
        person: whose hand it is.
        side: of the hand.
        wrist: wanted; moved to where the arm reaches.
        palm: where the palm shall face as far as the forearm turns; None for anywhere.
        bend: limits of the wrist's bend towards the palm, radians.
        pose: of the fingers.
        holds: kind of the held object.
    """
    wrist = reachable(person, side, wrist)
    forearm, hinge = _forearm(rng, person, side, wrist)
    if palm is None:
        pronation = rng.uniform(-PRONATION, PRONATION)
    else:
        wished = across(palm, forearm)
        angle = np.arctan2(np.dot(np.cross(hinge, wished), forearm), np.dot(hinge, wished))
        pronation = np.clip(angle + rng.normal(0, 0.15), -PRONATION, PRONATION)
    facing = turned(hinge, forearm, float(pronation))
    thumb = np.cross(forearm, facing)
    low, high = max(bend[0], -BENT_BACK), min(bend[1], BENT_IN)
    angle = rng.uniform(low, high)
    fingers, facing = turned(forearm, thumb, angle), turned(facing, thumb, angle)
    fingers = turned(fingers, facing, rng.normal(0, DEVIATION / 2))
    return target(wrist, fingers, facing, pose, holds)


def reachable(person: Landmarks, side: Side, wrist: Vector) -> Vector:
    """Move a wrist along the line to the shoulder to where the arm reaches."""
    shoulder = person.shoulders[side]
    away = wrist - shoulder
    distance = float(np.linalg.norm(away))
    limits = NEAREST_REACH * person.arm_m, FARTHEST_REACH * person.arm_m
    return np.asarray(shoulder + unit(away) * np.clip(distance, *limits))


def _forearm(rng: np.random.Generator, person: Landmarks, side: Side, wrist: Vector) -> tuple[Vector, Vector]:
    """Return the forearm's direction and, towards the body's middle, the axis of the elbow, with a hanging elbow."""
    shoulder = person.shoulders[side]
    along = unit(wrist - shoulder)
    hanging = person.direction(side, rng.uniform(0.0, 0.8), -0.15, -1.0)
    half = person.arm_m / 2
    reach = float(np.linalg.norm(wrist - shoulder))
    height = max(half**2 - reach**2 / 4, 0.0) ** 0.5
    elbow = (shoulder + wrist) / 2 + height * across(hanging, along)
    forearm = unit(wrist - elbow)
    hinge = np.cross(elbow - shoulder, wrist - elbow)
    if np.linalg.norm(hinge) < 1e-4:
        hinge = -person.outward(side)
    hinge = across(hinge, forearm)
    return forearm, hinge if np.dot(hinge, person.outward(side)) < 0 else -hinge

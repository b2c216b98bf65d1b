"""Things, and things in the grip of hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from handpose_live.types.hand import Side

from ..body.fingers import MIRROR
from ..body.hand_shape import HandShape
from ..mesh import Mesh
from .shapes import joined, moved
from .solid import Matrix, Solid

REFLECTION = np.diag([*MIRROR.diagonal(), 1.0])  # from a left hand's frame to that of a right one


@dataclass(frozen=True, eq=False)
class Thing:
    """An object in its own frame: metres, the long axis along z where it has one.

    Attributes:
        name: of the kind.
        meshes: that are seen.
        solids: that fingers feel.
    """

    name: str
    meshes: list[Mesh]
    solids: list[Solid]

    def placed(self, frame: Matrix) -> list[Mesh]:
        """Return the meshes moved by a ``(4, 4)`` transform."""
        return [moved(mesh, frame) for mesh in self.meshes]

    def joined(self) -> "Thing":
        """Return the thing with one mesh for each material."""
        return replace(self, meshes=joined(self.meshes))

    def moved(self, frame: Matrix) -> "Thing":
        """Return the thing moved in its own frame."""
        solids = [replace(solid, frame=frame @ solid.frame) for solid in self.solids]
        return replace(self, meshes=self.placed(frame), solids=solids)


@dataclass(frozen=True, eq=False)
class Grip:
    """How a hand holds an object.

    Attributes:
        frame: ``(4, 4)`` from the object's frame to that of the hand, which is the frame of its wrist bone.
        angles: ``(21,)`` of the fingers' joints, radians, see :mod:`..body.fingers`.
    """

    frame: Matrix
    angles: Matrix


class Hold(Protocol):
    """A way of holding."""

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand, taken for a right one, holds solids in the object's frame."""
        ...


Held = tuple[Thing, Hold]


@dataclass(frozen=True, eq=False)
class HeldObject:
    """An object that one or two hands hold.

    Attributes:
        thing: that is held.
        grips: of each hand that holds it.
    """

    thing: Thing
    grips: Mapping[Side, Grip]

    @property
    def name(self) -> str:
        """The name of the kind of object."""
        return self.thing.name

    def meshes(self, object_to_world: Matrix) -> list[Mesh]:
        """Return the meshes in the world."""
        return self.thing.placed(object_to_world)

    def from_hand(self, side: Side, hand_to_world: Matrix) -> Matrix:
        """Return the ``(4, 4)`` of the object to the world for a hand whose wrist bone is there."""
        return np.asarray(hand_to_world @ self.grips[side].frame)

    def hand_from(self, side: Side, object_to_world: Matrix) -> Matrix:
        """Return the ``(4, 4)`` of a hand's wrist bone to the world for an object that is there."""
        return np.asarray(object_to_world @ np.linalg.inv(self.grips[side].frame))

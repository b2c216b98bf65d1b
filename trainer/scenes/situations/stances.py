"""How people stand and sit, and where in the room."""

from dataclasses import dataclass

import numpy as np

from ..body.body import Body
from ..body.pose import SIDES, BodyPose, bone_of
from ..body.rotations import Matrix, rigid, rotation_x, rotation_y, rotation_z

SPINE = ("spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")


@dataclass(frozen=True)
class Place:
    """Where on the floor a person is, metres, and where they look: radians anticlockwise from -y."""

    x: float
    y: float
    turn: float


def sample_stance(rng: np.random.Generator, body: Body, place: Place, *, sits: bool) -> BodyPose:
    """Sample a pose of trunk, head and legs, the feet on the floor at z = 0, the arms as they are at rest."""
    rotations = _spine(rng, sits=sits) | _head(rng) | (_sitting(rng) if sits else _standing(rng))
    pose = BodyPose(rotations=rotations)
    lowest = float(body.posed(pose).vertices[:, 2].min())
    return pose.moved(rigid(rotation_z(place.turn), np.array([place.x, place.y, -lowest])))


def sample_places(rng: np.random.Generator, count: int, *, meet: bool) -> list[Place]:
    """Sample the places of people: side by side, one behind another, or two face to face at arm's length."""
    if meet:
        gap = rng.uniform(0.75, 1.1)
        return [Place(0.0, 0.0, 0.0), Place(rng.normal(0, 0.08), -gap, np.pi + rng.normal(0, 0.15))]
    places = [Place(0.0, 0.0, rng.normal(0, 0.1))]
    side = rng.choice((-1, 1))
    for number in range(1, count):
        side = -side
        across = side * (0.6 + 0.5 * (number - 1)) * rng.uniform(1.0, 2.2)
        places.append(Place(across, rng.uniform(-0.9, 0.9), rng.normal(0, 0.6) + 0.3 * side))
    return places


def _spine(rng: np.random.Generator, *, sits: bool) -> dict[str, Matrix]:
    lean = rng.normal(0.12 if sits else 0.03, 0.12)
    turn, tilt = rng.normal(0, 0.12), rng.normal(0, 0.06)
    each = rotation_z(turn / 4) @ rotation_x(lean / 4) @ rotation_y(tilt / 4)
    return dict.fromkeys(SPINE, each)


def _head(rng: np.random.Generator) -> dict[str, Matrix]:
    nod, turn, tilt = rng.normal(0.05, 0.18), rng.normal(0, 0.25), rng.normal(0, 0.1)
    each = rotation_z(turn / 4) @ rotation_x(nod / 4) @ rotation_y(tilt / 4)
    return dict.fromkeys(NECK, each)


def _standing(rng: np.random.Generator) -> dict[str, Matrix]:
    rotations = {}
    for side, sign in zip(SIDES, (1, -1), strict=True):
        stride = rng.normal(0, 0.1)
        inward = sign * rng.uniform(-0.02, 0.1)
        rotations[bone_of(side, "upperleg01")] = rotation_x(stride - 0.05) @ rotation_y(inward)
        rotations[bone_of(side, "lowerleg01")] = rotation_x(rng.uniform(0.0, 0.15))
    return rotations


def _sitting(rng: np.random.Generator) -> dict[str, Matrix]:
    rotations = {}
    for side, sign in zip(SIDES, (1, -1), strict=True):
        spread = sign * rng.uniform(-0.05, 0.25)
        rotations[bone_of(side, "upperleg01")] = rotation_z(spread) @ rotation_x(rng.normal(-1.5, 0.08))
        rotations[bone_of(side, "lowerleg01")] = rotation_x(rng.normal(1.5, 0.2))
    return rotations

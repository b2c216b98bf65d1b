"""People in a situation before a camera, not yet lit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .actors import Actor, Person, act, place_actor
from .labelling import SceneHand
from .mesh import Mesh
from .situations.cameras import sample_view
from .situations.catalogue import Situation, sample_situation
from .situations.furniture import sample_seat, sample_table
from .situations.stances import sample_places
from .view import Camera

MAX_PEOPLE = 3
ZOOM = 2.0
MOVING_SHARE, MOMENTS = 0.04, 5  # scenes with motion blur, and images that are averaged for it


@dataclass(frozen=True, eq=False)
class Staged:
    """What a camera looks at.

    Attributes:
        moments: meshes of people and the things they hold at moments while the shutter is open.
        furniture: meshes of what they sit on and at.
        hands: by index in the meshes, in the middle of that time.
        camera: that looks at them.
        people: ``(n, 3)`` metres, the chest of each.
        attributes: what it is, for tables.
    """

    moments: list[list[Mesh]]
    furniture: list[Mesh]
    hands: list[SceneHand]
    camera: Camera
    people: NDArray[np.float64]
    attributes: dict[str, str]


def stage(
    rng: np.random.Generator, persons: Sequence[Callable[[], Person]], sizes_px: tuple[float, float], shots: int
) -> list[Staged]:
    """Sample a situation and some cameras that look at it one after another.

    Args:
        rng: source of random numbers.
        persons: who can be in the scene, ``MAX_PEOPLE``; made when they are.
        sizes_px: smallest and largest box of the hand that a camera is placed by, evenly in log scale.
        shots: number of cameras.
    """
    size_px = _sample_size(rng, *sizes_px)
    situation = sample_situation(rng, size_px)
    actors = _place(rng, situation, persons)
    people = [actor.landmarks for actor in actors]
    arms = situation.sample_arms(rng, people)
    sizes = [size_px] + [_sample_near(rng, size_px, situation.sizes_px, sizes_px) for _ in range(shots - 1)]
    placed = list(zip(people, arms, strict=True))
    cameras = [situation.shot(rng, placed, sample_view(rng, size)) for size in sizes]
    furniture = furnish(rng, actors, desk=situation.desk)
    count = MOMENTS if rng.random() < MOVING_SHARE else 1
    moments, hands = [list[Mesh]() for _ in range(count)], list[SceneHand]()
    for actor, each in zip(actors, arms, strict=True):
        posed = act(rng, actor, each, len(hands), count)
        moments = [before + meshes for before, meshes in zip(moments, posed.moments, strict=True)]
        hands += posed.hands
    chests = np.array([person.chest for person in people])
    attributes = describe(situation.name, actors)
    return [Staged(moments, furniture, hands, camera, chests, attributes) for camera in cameras]


def _sample_size(rng: np.random.Generator, smallest: float, largest: float) -> float:
    return float(np.exp(rng.uniform(np.log(smallest), np.log(largest))))


def _sample_near(rng: np.random.Generator, size: float, *ranges: tuple[float, float]) -> float:
    """Sample a size at most ``ZOOM`` times smaller or larger than another, in all of some ranges."""
    low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
    near = _sample_size(rng, size / ZOOM, size * ZOOM)
    # Reflected, so that sizes near the ends of the range stay as frequent as the others.
    near = max(near, low * low / near)
    near = min(near, high * high / near)
    return float(np.clip(near, low, high))


def furnish(rng: np.random.Generator, actors: Sequence[Actor], *, desk: bool) -> list[Mesh]:
    """Sample seats, and a table before the first person."""
    meshes = sample_table(rng, actors[0].landmarks) if desk else []
    for actor in actors:
        meshes += sample_seat(rng, actor.landmarks) if actor.sits else []
    return meshes


def describe(situation: str, actors: Sequence[Actor]) -> dict[str, str]:
    """Return the attributes of a scene."""
    skins = " ".join(actor.person.body.skin.name for actor in actors)
    return {"situation": situation, "skin": skins, "people": str(len(actors))}


def _place(rng: np.random.Generator, situation: Situation, persons: Sequence[Callable[[], Person]]) -> list[Actor]:
    fewest, most = situation.people
    places = sample_places(rng, int(rng.integers(fewest, most + 1)), meet=not situation.actions)
    return [
        place_actor(rng, person(), place, sits=bool(rng.random() < situation.sitting))
        for person, place in zip(persons, places, strict=False)
    ]

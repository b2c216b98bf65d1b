"""What is around people: a room, a place outdoors, or a flat background; and its light."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image

from ..mesh import Mesh
from ..raster.lighting import Lighting
from ..view import Camera
from .backgrounds import read_image, sample_background
from .lights import light_on, sample_lighting
from .outdoors import sample_outdoors, sample_sky
from .room import sample_room

Vector = NDArray[np.float64]
# Shares of the kinds, without and with images for backgrounds.
WITHOUT_IMAGES = {"room": 0.7, "outdoors": 0.15, "flat": 0.15}
WITH_IMAGES = {"room": 0.45, "outdoors": 0.1, "flat": 0.45}
MOST_IMAGES = 4  # read for a scene


@dataclass(frozen=True, eq=False)
class Place:
    """Where people are, not yet lit.

    Attributes:
        name: "room", "outdoors" or "flat".
        meshes: of the room or the place.
        pictures: for flat backgrounds.
    """

    name: str
    meshes: list[Mesh]
    pictures: list[Image]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """All of a scene but its people.

    Attributes:
        meshes: of the room or the place.
        background: ``(h, w, 3)`` linear RGB, seen where no mesh is; None in a room.
        lighting: of all.
        name: "room", "outdoors" or "flat".
    """

    meshes: list[Mesh]
    background: Floats | None
    lighting: Lighting
    name: str


def sample_surroundings(
    rng: np.random.Generator, camera: Camera, people: Vector, *, floor_m: float = 0.0, images: tuple[Path, ...] = ()
) -> Surroundings:
    """Sample a place and its light, for one camera; see :func:`sample_place`."""
    return light_place(rng, sample_place(rng, [camera], people, floor_m=floor_m, images=images), camera, people)


def sample_place(
    rng: np.random.Generator,
    cameras: Sequence[Camera],
    people: Vector,
    *,
    floor_m: float = 0.0,
    images: tuple[Path, ...] = (),
) -> Place:
    """Sample where people are.

    Args:
        rng: random numbers.
        cameras: that see them.
        people: ``(n, 3)`` metres, the middle of each.
        floor_m: height of the floor in the world.
        images: files for backgrounds, posters and screens.

    Raises:
        HandPoseError: an image cannot be read.
    """
    kinds = WITH_IMAGES if images else WITHOUT_IMAGES
    name = str(rng.choice(list(kinds), p=list(kinds.values())))
    count = 0 if name == "outdoors" or not images else 1 if name == "flat" else MOST_IMAGES
    pictures = [read_image(images[rng.integers(len(images))]) for _ in range(count)]
    meshes: list[Mesh] = []
    if name == "room":
        meshes = sample_room(rng, cameras, people, floor_m=floor_m, images=pictures)
    if name == "outdoors":
        meshes = sample_outdoors(rng, people.mean(0), floor_m=floor_m)
    return Place(name, meshes, pictures)


def light_place(rng: np.random.Generator, place: Place, camera: Camera, people: Vector) -> Surroundings:
    """Sample the light of a place, and what a camera sees where no mesh is.

    Args:
        rng: random numbers.
        place: that is lit.
        camera: that sees it.
        people: ``(n, 3)`` metres, the middle of each.
    """
    target, name = people.mean(0), place.name
    lighting = sample_lighting(rng, camera, target, indoors=name == "room" or (name == "flat" and rng.random() < 0.7))
    background = None
    if name == "outdoors":
        background = sample_sky(rng, camera, lighting)
    if name == "flat":
        background = sample_background(rng, camera, float(light_on(lighting, target).mean()), place.pictures)
    return Surroundings(place.meshes, background, lighting, name)

"""What is around people: a room, a place outdoors, or a flat background; and its light."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

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
    """Sample the surroundings of people.

    Args:
        rng: random numbers.
        camera: that sees the scene.
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
    target = people.mean(0)
    lighting = sample_lighting(rng, camera, target, indoors=name == "room" or (name == "flat" and rng.random() < 0.7))
    if name == "room":
        return Surroundings(sample_room(rng, camera, people, floor_m=floor_m, images=pictures), None, lighting, name)
    if name == "outdoors":
        sky = sample_sky(rng, camera, lighting)
        return Surroundings(sample_outdoors(rng, target, floor_m=floor_m), sky, lighting, name)
    return Surroundings(
        [], sample_background(rng, camera, float(light_on(lighting, target).mean()), pictures), lighting, name
    )

"""Rooms of flats, offices and halls around a camera and a person."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Image

from ..mesh import Material, Mesh
from ..view import Camera
from .blocks import boxes, inside_out, moved
from .furniture import FABRICS, FURNITURE, SURFACES, WALLPAPERS, pale_colour, sample_material

Vector = NDArray[np.float64]
CLEAR_M = 0.55  # around the line of sight and the person
MOST_THINGS = 20
PALE_WALLS = 0.7


def sample_room(
    rng: np.random.Generator, cameras: Sequence[Camera], people: Vector, *, floor_m: float, images: list[Image]
) -> list[Mesh]:
    """Sample a room with furniture along its walls.

    Args:
        rng: random numbers.
        cameras: inside the room.
        people: ``(n, 3)`` metres, the middle of each.
        floor_m: height of the floor in the world.
        images: for posters, screens and views through windows; made ones if empty.
    """
    eyes = np.array([-each.world_to_camera[:3, :3].T @ each.world_to_camera[:3, 3] for each in cameras])
    inside = np.concatenate([eyes, people])
    low = inside.min(0)[:2] - rng.uniform(0.4, 3.0, 2)
    high = inside.max(0)[:2] + rng.uniform(0.4, 3.0, 2)
    ceiling = max(floor_m + rng.uniform(2.2, 3.4), eyes[:, 2].max() + 0.2, people[:, 2].max() + 0.5)
    centre, size = np.array([*(low + high) / 2, (floor_m + ceiling) / 2]), np.array([*(high - low), ceiling - floor_m])
    wallpaper = sample_material(rng, *WALLPAPERS)
    if rng.random() < PALE_WALLS:
        wallpaper = replace(wallpaper, colour=pale_colour(rng))
    shell = inside_out(boxes([centre], [size], wallpaper, texture_size=float(rng.uniform(0.5, 3))))
    ground = _slab(centre, size, floor_m, sample_material(rng, *SURFACES, "carpet", "tiles", *FABRICS))
    top = _slab(centre, size, ceiling, replace(sample_material(rng, "plaster"), colour=pale_colour(rng)))
    return [*_furnish(rng, low, high, (eyes, people.mean(0)), floor_m, images), shell, ground, top]


def _slab(centre: Vector, size: Vector, height: float, material: Material) -> Mesh:
    """Return a floor or a ceiling."""
    middle = np.array([centre[0], centre[1], height])
    return boxes([middle], [np.array([size[0], size[1], 0.02])], material, texture_size=1.2)


def _furnish(  # noqa: PLR0917
    rng: np.random.Generator,
    low: Vector,
    high: Vector,
    sight: tuple[Vector, Vector],
    floor_m: float,
    images: list[Image],
) -> list[Mesh]:
    """Put things along the walls, where they are not between a camera and the person."""
    meshes: list[Mesh] = []
    for _ in range(int(rng.integers(2, MOST_THINGS))):
        wall = int(rng.integers(4))  # its outward direction: +y, -x, -y, +x
        turn = wall * np.pi / 2
        across, outward = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        middle, half = (low + high) / 2, (high - low) / 2
        place = middle + outward * np.abs(outward @ half) + across * np.abs(across @ half) * rng.uniform(-0.9, 0.9)
        if min(_distance(place - 0.3 * outward, eye[:2], sight[1][:2]) for eye in sight[0]) < CLEAR_M:
            continue
        kind = FURNITURE[rng.integers(len(FURNITURE))]
        meshes += [moved(mesh, turn, np.array([*place, floor_m])) for mesh in kind(rng, images)]
    return meshes


def _distance(point: Vector, start: Vector, end: Vector) -> float:
    """Return the distance of a point from a line segment."""
    along = end - start
    share = np.clip((point - start) @ along / np.maximum(along @ along, 1e-9), 0, 1)
    return float(np.linalg.norm(point - start - share * along))

"""Places outdoors: ground, buildings and trees under a sky."""

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Material, Mesh
from ..raster.lighting import Lighting
from ..view import Camera
from .blocks import ball, boxes
from .furniture import sample_colour
from .textures import noise, sample_texture

Vector = NDArray[np.float64]
NEAREST_M, FARTHEST_M = 4.0, 30.0
SKY_SCALE = 8  # the sky is computed for one px in so many along each side


def sample_outdoors(rng: np.random.Generator, target: Vector, *, floor_m: float) -> list[Mesh]:
    """Sample ground, with buildings and trees around a person, but not near."""
    ground = Material(texture=sample_texture(rng, "ground", "tiles", "bricks"), roughness=0.9, colour=(0.9, 0.9, 0.9))
    middle = np.array([target[0], target[1], floor_m - 0.01])
    meshes = [boxes([middle], [np.array([90.0, 90.0, 0.02])], ground, texture_size=float(rng.uniform(1, 4)))]
    for _ in range(int(rng.integers(0, 16))):
        angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(NEAREST_M, FARTHEST_M)
        place = np.array([target[0] + distance * np.cos(angle), target[1] + distance * np.sin(angle), floor_m])
        meshes += _tree(rng, place) if rng.random() < 0.6 else _building(rng, place)
    return meshes


def _tree(rng: np.random.Generator, place: Vector) -> list[Mesh]:
    height = rng.uniform(0.5, 6)
    leaves = Material(texture=sample_texture(rng, "foliage"), roughness=0.8, bump=0.8)
    trunk = Material(colour=(0.12, 0.08, 0.05), texture=sample_texture(rng, "clouds"))
    crowns = [
        ball(
            place + np.array([0, 0, height]) + rng.normal(0, 0.25 * height, 3),
            rng.uniform(0.15, 0.5, 3) * height,
            leaves,
        )
        for _ in range(int(rng.integers(2, 6)))
    ]
    return [*crowns, boxes([place + np.array([0, 0, height / 2])], [np.array([0.08, 0.08, 1]) * height], trunk)]


def _building(rng: np.random.Generator, place: Vector) -> list[Mesh]:
    """Sample a house, a wall or a car, roughly."""
    size = rng.uniform([1, 1, 1], [12, 6, 10])
    walls = Material(colour=sample_colour(rng), texture=sample_texture(rng, "bricks", "plaster", "tiles", "stripes"))
    turn = float(rng.uniform(0, np.pi))
    return [
        boxes(
            [place + np.array([0, 0, size[2] / 2])], [size], walls, turns=[turn], texture_size=float(rng.uniform(1, 5))
        )
    ]


def sample_sky(rng: np.random.Generator, camera: Camera, lighting: Lighting) -> Floats:
    """Sample a sky ``(h, w, 3)`` linear RGB, brighter towards the sun, with clouds, and a hazy horizon."""
    height, width = camera.height // SKY_SCALE, camera.width // SKY_SCALE
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    rays = np.stack([x, y, np.full(x.shape, camera.focal_px / SKY_SCALE)], axis=-1)
    rays = rays @ camera.world_to_camera[:3, :3] / np.linalg.norm(rays, axis=-1, keepdims=True)
    level = np.maximum(lighting.environment[0] + lighting.environment[3], 1e-4)
    up = np.clip(rays[..., 2:], 0, 1)
    zenith = level * rng.uniform([0.4, 0.6, 0.9], [1, 1.05, 1.4])
    haze = level.mean() * rng.uniform(0.9, 1.8)
    sky = haze + (zenith - haze) * up ** rng.uniform(0.3, 0.8)
    clouds = np.clip(noise(rng, 1.5, 0.5)[:height, :width, None] * 0.5 + rng.uniform(-0.8, 0.6), 0, 1) * (up > 0)
    sky = sky + clouds * (1.3 * haze - sky)
    if lighting.lights and lighting.lights[0].distant:
        sun = lighting.lights[0]
        facing = np.clip(rays @ (sun.position / np.linalg.norm(sun.position)), 0, 1)[..., None]
        sky = sky + (1 - 0.7 * clouds) * np.array(sun.colour) * (0.3 * facing**8 + 4 * facing**400)
    return np.asarray(cv2.resize(sky.astype(np.float32), (camera.width, camera.height)), np.float32)

"""Eyes: white, iris and pupil."""

from functools import lru_cache

import numpy as np

from handpose_live.types.arrays import Image

from ..mesh import Material

# sRGB, from the most frequent colour on.
IRISES = ((66, 40, 22), (48, 28, 16), (96, 68, 36), (88, 100, 74), (92, 116, 136))
WHITE, PUPIL = (214, 206, 200), (8, 6, 6)
SIDE = 128  # px of the texture
IRIS_RADIUS, PUPIL_RADIUS = 0.47, 0.19  # relative to the eyeball's


def sample_eyes(rng: np.random.Generator, *, brown: bool) -> Material:
    """Sample the material of a person's eyes."""
    iris = int(rng.integers(2 if brown else len(IRISES)))
    return Material(texture=_texture(iris), roughness=0.12, specular=0.6)


@lru_cache(maxsize=len(IRISES))
def _texture(iris: int) -> Image:
    steps = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    radius = np.hypot(*np.meshgrid(steps, steps))[..., None]
    colour = np.array(IRISES[iris]) * np.where(radius > 0.85 * IRIS_RADIUS, 0.55, 1.0)
    image = np.where(radius < IRIS_RADIUS, colour, np.array(WHITE) - 30 * radius)
    return np.where(radius < PUPIL_RADIUS, PUPIL, image).astype(np.uint8)

"""A look at meshes, for those who make them."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from handpose_live.types.arrays import Image

from ..mesh import Mesh
from ..view import Camera
from .lighting import Lighting
from .rasteriser import Rasteriser

BACKGROUND = (0.3, 0.32, 0.35)

_rasteriser = cache(Rasteriser)


def preview(
    meshes: Sequence[Mesh],
    position: tuple[float, float, float],
    target: tuple[float, float, float],
    *,
    size: tuple[int, int] = (640, 480),
    field_of_view: float = 0.7,
    lighting: Lighting | None = None,
) -> Image:
    """Render meshes from a position in the world that looks at a target.

    Args:
        meshes: in world coordinates.
        position, target: metres.
        size: width and height of the image, px.
        field_of_view: across the image's width, radians.
        lighting: None for daylight.

    Returns:
        ``(h, w, 3)`` sRGB.
    """
    width, height = size
    focal = width / 2 / np.tan(field_of_view / 2)
    camera = Camera.looking_at(np.array(position), np.array(target), width=width, height=height, focal_px=focal)
    background = np.full((height, width, 3), BACKGROUND, np.float32)
    raster = _rasteriser(width, height).render(meshes, camera, lighting or Lighting(), background)
    return np.asarray(np.clip(raster.colour, 0, 1) ** (1 / 2.2) * 255, np.uint8)

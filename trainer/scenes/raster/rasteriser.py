"""The rasteriser: meshes, a camera and lights to an image in linear colours, with depth and hands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Mesh
from ..view import Camera
from .geometry import GeometryCache
from .lighting import Lighting
from .shading import ReachingPass, ShadingPass
from .shadow import ShadowMap
from .surfaces import Surfaces


@dataclass(frozen=True, eq=False)
class Raster:
    """A rendered image.

    Attributes:
        colour: ``(h, w, 3)`` linear RGB.
        depth: ``(h, w)`` metres along the camera's axis, infinite where nothing is.
        hands: ``(h, w)`` index of the hand that is seen, or ``NO_HAND``.
    """

    colour: Floats
    depth: Floats
    hands: NDArray[np.int32]


class Rasteriser:
    """Renders meshes; what does not change between images stays on the GPU."""

    def __init__(self, width: int, height: int) -> None:
        """Open OpenGL.

        Args:
            width, height: of the images, px.

        Raises:
            HandPoseError: OpenGL cannot start.
        """
        self._geometry, self._surfaces = GeometryCache(), Surfaces(width, height)
        self._shadow, self._reaching = ShadowMap(), ReachingPass(width, height)
        self._shading = ShadingPass(width, height)

    def render(
        self, meshes: Sequence[Mesh], camera: Camera, lighting: Lighting, background: Floats | None = None
    ) -> Raster:
        """Render an image.

        Args:
            meshes: in world coordinates; quickest with the nearest first.
            camera: of the rasteriser's size.
            lighting: of the scene.
            background: ``(h, w, 3)`` linear RGB, seen where no mesh is; None for black.
        """
        instances = self._geometry.upload(meshes)
        self._surfaces.draw(instances, camera)
        self._shadow.draw(instances, meshes, camera, lighting)
        self._reaching.draw(self._surfaces, self._shadow, camera, lighting)
        self._shading.draw(self._surfaces, self._reaching, camera, lighting, background)
        return Raster(*self._shading.read())

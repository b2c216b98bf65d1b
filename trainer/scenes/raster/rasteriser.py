"""The rasteriser: meshes, a camera and lights to an image in linear colours, with depth and hands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Mesh
from ..view import Camera
from .colour import ColourPass
from .depth import DepthPass, OcclusionPass
from .geometry import GeometryCache
from .lighting import Lighting
from .shadow import ShadowMap


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

    def __init__(self, width: int, height: int, samples: int = 4) -> None:
        """Open OpenGL.

        Args:
            width, height: of the images, px.
            samples: in each px, for smooth edges.

        Raises:
            HandPoseError: OpenGL cannot start.
        """
        self._geometry = GeometryCache()
        self._depth, self._occlusion = DepthPass(width, height), OcclusionPass(width, height)
        self._shadow, self._colour = ShadowMap(), ColourPass(width, height, samples)

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
        self._depth.draw(instances, camera)
        self._occlusion.draw(self._depth, camera)
        self._shadow.draw(instances, meshes, camera, lighting)
        self._colour.draw(instances, camera, lighting, self._occlusion, self._shadow, background)
        return Raster(self._colour.read(), *self._depth.read())

    def render_hands(self, meshes: Sequence[Mesh], camera: Camera) -> NDArray[np.int32]:
        """Render ``(h, w)`` which hand is seen in each px, or ``NO_HAND``, and nothing else."""
        self._depth.draw(self._geometry.upload(meshes), camera)
        return self._depth.read()[1]

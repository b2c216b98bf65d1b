"""The rasteriser: meshes, a camera and lights to an image in linear colours, with depth and hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import NO_HAND, Material, Mesh
from ..view import Camera
from .context import open_context, read_shader, set_uniform
from .geometry import GeometryCache, Instance
from .lighting import MAX_LIGHTS, Lighting
from .textures import TextureCache

if TYPE_CHECKING:
    import moderngl

NEAR_M, FAR_M = 0.02, 100.0


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
    """Renders meshes; keeps what does not change between images on the GPU."""

    def __init__(self, width: int, height: int, samples: int = 4) -> None:
        """Open OpenGL.

        Args:
            width, height: of the images, px.
            samples: in each px, for smooth edges.

        Raises:
            HandPoseError: OpenGL cannot start.
        """
        self._context = context = open_context()
        self._size = size = (width, height)
        self._geometry, self._textures = GeometryCache(context), TextureCache(context)
        self._colour_program = context.program(read_shader("mesh.vert"), read_shader("colour.frag"))
        self._geometry_program = context.program(read_shader("geometry.vert"), read_shader("geometry.frag"))
        program = context.program(read_shader("background.vert"), read_shader("background.frag"))
        self._background_image = context.texture(size, 3, dtype="f4")
        self._background = context.vertex_array(program, [])
        self._samples = context.framebuffer(
            context.renderbuffer(size, 4, samples=samples, dtype="f2"),
            context.depth_renderbuffer(size, samples=samples),
        )
        self._colour = context.framebuffer(context.texture(size, 4, dtype="f2"))
        self._depth = context.framebuffer(context.texture(size, 2, dtype="f4"), context.depth_renderbuffer(size))

    def render(
        self, meshes: Sequence[Mesh], camera: Camera, lighting: Lighting, background: Floats | None = None
    ) -> Raster:
        """Render an image.

        Args:
            meshes: in world coordinates.
            camera: of the rasteriser's size.
            lighting: of the scene.
            background: ``(h, w, 3)`` linear RGB, seen where no mesh is; None for black.
        """
        instances = self._geometry.upload(meshes)
        drawn = list(zip(instances, meshes, strict=True))
        self._context.front_face = "cw"  # the image's first row is OpenGL's lowest
        world_to_clip = _clip_matrix(camera) @ camera.world_to_camera
        self._draw_geometry(drawn, world_to_clip)
        self._draw_colour(drawn, world_to_clip, camera, lighting)
        if background is not None:
            self._draw_background(background)
        self._context.copy_framebuffer(self._colour, self._samples)
        return self._read()

    def _draw_geometry(self, drawn: list[tuple[Instance, Mesh]], world_to_clip: NDArray[np.float64]) -> None:
        self._depth.use()
        self._context.enable_only(self._context.DEPTH_TEST)
        self._depth.clear(np.inf, NO_HAND)
        set_uniform(self._geometry_program, "world_to_clip", world_to_clip.T)
        for instance, mesh in drawn:
            self._cull(mesh)
            instance.draw(self._geometry_program)

    def _draw_colour(
        self, drawn: list[tuple[Instance, Mesh]], world_to_clip: NDArray[np.float64], camera: Camera, lighting: Lighting
    ) -> None:
        program = self._colour_program
        self._samples.use()
        self._samples.clear()
        set_uniform(program, "world_to_clip", world_to_clip.T)
        matrix = camera.world_to_camera
        set_uniform(program, "eye", -matrix[:3, :3].T @ matrix[:3, 3])
        _set_lighting(program, lighting)
        for instance, mesh in drawn:
            self._cull(mesh)
            self._textures.get(mesh.material.texture).use(0)
            _set_material(program, mesh.material)
            instance.draw(program)

    def _draw_background(self, background: Floats) -> None:
        self._background_image.write(np.ascontiguousarray(background, np.float32))
        self._background_image.use(0)
        self._context.disable(self._context.CULL_FACE)
        self._context.depth_func = "<="
        self._background.render(vertices=3)
        self._context.depth_func = "<"

    def _cull(self, mesh: Mesh) -> None:
        switch = self._context.disable if mesh.two_sided else self._context.enable
        switch(self._context.CULL_FACE)

    def _read(self) -> Raster:
        width, height = self._size
        colour = np.frombuffer(self._colour.read(components=3, dtype="f4"), np.float32).reshape(height, width, 3)
        depth, hands = np.frombuffer(self._depth.read(components=2, dtype="f4"), np.float32).reshape(-1, 2).T
        return Raster(colour, depth.reshape(height, width).copy(), hands.reshape(height, width).astype(np.int32))


def _set_lighting(program: "moderngl.Program", lighting: Lighting) -> None:
    positions, colours = np.zeros((MAX_LIGHTS, 4)), np.zeros((MAX_LIGHTS, 3))
    for index, light in enumerate(lighting.lights):
        position = light.position / np.linalg.norm(light.position) if light.distant else light.position
        positions[index], colours[index] = (*position, not light.distant), light.colour
    program["lights"] = len(lighting.lights)
    set_uniform(program, "light_positions", positions)
    set_uniform(program, "light_colours", colours)
    set_uniform(program, "environment", lighting.environment)


def _set_material(program: "moderngl.Program", material: Material) -> None:
    program["material_colour"] = material.colour
    program["gloss"] = (material.roughness, material.specular, material.subsurface, material.bump)
    program["emission"] = material.emission


def _clip_matrix(camera: Camera) -> NDArray[np.float64]:
    """Return the projection from the camera's frame to OpenGL's clip space, y down."""
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = 2 * camera.focal_px / camera.width, 2 * camera.focal_px / camera.height
    matrix[2, 2:] = (FAR_M + NEAR_M) / (FAR_M - NEAR_M), -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    matrix[3, 2] = 1
    return matrix

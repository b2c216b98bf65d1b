"""Light on surfaces: from what is seen in each px to its colour."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..view import Camera
from .context import open_context, read_shader, set_uniform
from .lighting import MAX_LIGHTS, Lighting
from .shadow import ShadowMap
from .surfaces import Surfaces, set_view

if TYPE_CHECKING:
    import moderngl

# Texture units
DEPTH, NORMAL, ALBEDO, GLOSS, REACHING, BACKGROUND, SHADOW_DEPTH, SHADOW_MAP = range(8)
OCCLUSION_STRENGTH = 2.2


class ReachingPass:
    """The shares of the environment's and of the first light that reach each px, at half the resolution."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._program = context.program(read_shader("image.vert"), read_shader("reaching.frag"))
        self._program["strength"] = OCCLUSION_STRENGTH
        self._program["depth_texture"], self._program["normal_texture"] = DEPTH, NORMAL
        self._triangle = context.vertex_array(self._program, [])
        smoothing = context.program(read_shader("image.vert"), read_shader("smoothing.frag"))
        self._smoothing_triangle = context.vertex_array(smoothing, [])
        self._noisy, self.texture = (context.texture((width // 2, height // 2), 4, dtype="f2") for _ in range(2))
        self._noisy_framebuffer, self._framebuffer = (context.framebuffer(each) for each in (self._noisy, self.texture))

    def draw(self, surfaces: Surfaces, shadow: ShadowMap, camera: Camera, lighting: Lighting) -> None:
        """Compute them from the surfaces and the shadow map."""
        self._noisy_framebuffer.use()
        self._context.enable_only(self._context.NOTHING)
        surfaces.depth.use(DEPTH)
        surfaces.normals.use(NORMAL)
        set_view(self._program, camera)
        set_uniform(self._program, "key_position", _places(lighting)[0])
        shadow.use(self._program, SHADOW_DEPTH, SHADOW_MAP)
        self._triangle.render(vertices=3)
        shadow.release(SHADOW_DEPTH, SHADOW_MAP)
        self._framebuffer.use()
        self._noisy.use(0)
        self._smoothing_triangle.render(vertices=3)


class ShadingPass:
    """Colours, depth and hands of an image."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        programs = [_shading_program(context, lights) for lights in range(MAX_LIGHTS + 1)]
        self._triangles = [context.vertex_array(program, []) for program in programs]  # by the number of lights
        self._background = context.texture((width, height), 3, dtype="f4")
        self._black = np.zeros((height, width, 3), np.float32)
        self._colour = context.texture((width, height), 4, dtype="f2")
        self._colour.repeat_x = self._colour.repeat_y = False
        self._depth = context.texture((width, height), 2, dtype="f4")
        self._framebuffer = context.framebuffer([self._colour, self._depth])
        edges = context.program(read_shader("image.vert"), read_shader("edges.frag"))
        self._edges_triangle = context.vertex_array(edges, [])
        self._smooth = context.framebuffer(context.texture((width, height), 4, dtype="f2"))

    def draw(
        self,
        surfaces: Surfaces,
        reaching: ReachingPass,
        camera: Camera,
        lighting: Lighting,
        background: Floats | None,
    ) -> None:
        """Shade the surfaces, and smooth their edges."""
        self._framebuffer.use()
        self._context.enable_only(self._context.NOTHING)
        self._background.write(np.ascontiguousarray(self._black if background is None else background, np.float32))
        textures = (surfaces.depth, surfaces.normals, surfaces.albedo, surfaces.gloss)
        for unit, texture in enumerate((*textures, reaching.texture, self._background)):
            texture.use(unit)
        triangle = self._triangles[len(lighting.lights)]
        set_view(triangle.program, camera)
        _set_lighting(triangle.program, lighting)
        triangle.render(vertices=3)
        self._smooth.use()
        self._colour.use(0)
        self._edges_triangle.render(vertices=3)

    def read(self) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Return linear RGB ``(h, w, 3)``, depth and hands ``(h, w)``."""
        width, height = self._colour.size
        colour = np.frombuffer(self._smooth.read(components=4, dtype="f4"), np.float32).reshape(height, width, 4)
        content = np.frombuffer(self._framebuffer.read(components=2, attachment=1, dtype="f4"), np.float32)
        depth, hands = content.reshape(height, width, 2).transpose(2, 0, 1)
        return colour[..., :3], np.ascontiguousarray(depth), hands.astype(np.int32)


def _shading_program(context: "moderngl.Context", lights: int) -> "moderngl.Program":
    """Compile the shader for a number of lights: Mesa's software is quicker when it knows the number."""
    program = context.program(read_shader("image.vert"), read_shader("shading.frag", f"LIGHTS {lights}"))
    units = {"depth": DEPTH, "albedo": ALBEDO, "normal": NORMAL, "gloss": GLOSS, "reaching": REACHING}
    for name, unit in (units | {"background": BACKGROUND}).items():
        program[f"{name}_texture"] = unit
    return program


def _set_lighting(program: "moderngl.Program", lighting: Lighting) -> None:
    set_uniform(program, "environment", lighting.environment)
    if lighting.lights:
        set_uniform(program, "light_positions", _places(lighting)[: len(lighting.lights)])
        set_uniform(program, "light_colours", np.array([light.colour for light in lighting.lights]))


def _places(lighting: Lighting) -> NDArray[np.float64]:
    """Return the positions of the lights ``(MAX_LIGHTS, 4)``, homogeneous: the last is 0 for distant ones."""
    places = np.zeros((MAX_LIGHTS, 4))
    for index, light in enumerate(lighting.lights):
        position = light.position / np.linalg.norm(light.position) if light.distant else light.position
        places[index] = (*position, not light.distant)
    return places

"""Light on surfaces: from what is seen in each sample to the colour of each px."""

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..view import Camera
from .context import open_context, read_shader, set_uniform
from .lighting import MAX_LIGHTS, Lighting
from .shadow import ShadowMap
from .surfaces import Surfaces, set_view

# Texture units
DEPTH, ALBEDO, NORMAL, GLOSS, OCCLUSION, BACKGROUND, SHADOW_DEPTH, SHADOW_MAP = range(8)
OCCLUSION_STRENGTH = 1.8


class OcclusionPass:
    """Ambient occlusion, at half the resolution."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._program = context.program(read_shader("image.vert"), read_shader("occlusion.frag"))
        self._program["strength"], self._program["depth_texture"] = OCCLUSION_STRENGTH, DEPTH
        self._triangle = context.vertex_array(self._program, [])
        self.texture = context.texture((width // 2, height // 2), 1)
        self.texture.repeat_x = self.texture.repeat_y = False
        self._framebuffer = context.framebuffer(self.texture)

    def draw(self, surfaces: Surfaces, camera: Camera) -> None:
        """Compute it from the depth of the surfaces."""
        self._framebuffer.use()
        self._context.enable_only(self._context.NOTHING)
        surfaces.depth.use(DEPTH)
        set_view(self._program, camera)
        self._triangle.render(vertices=3)


class ShadingPass:
    """Colours, depth and hands of an image."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._program = program = context.program(read_shader("image.vert"), read_shader("shading.frag"))
        units = {"depth": DEPTH, "albedo": ALBEDO, "normal": NORMAL, "gloss": GLOSS, "occlusion": OCCLUSION}
        for name, unit in (units | {"background": BACKGROUND}).items():
            program[f"{name}_texture"] = unit
        self._triangle = context.vertex_array(program, [])
        self._background = context.texture((width, height), 3, dtype="f4")
        self._black = np.zeros((height, width, 3), np.float32)
        self._colour = context.texture((width, height), 4, dtype="f2")
        self._depth = context.texture((width, height), 2, dtype="f4")
        self._framebuffer = context.framebuffer([self._colour, self._depth])

    def draw(  # noqa: PLR0917
        self,
        surfaces: Surfaces,
        occlusion: OcclusionPass,
        shadow: ShadowMap,
        camera: Camera,
        lighting: Lighting,
        background: Floats | None,
    ) -> None:
        """Shade the surfaces."""
        self._framebuffer.use()
        self._context.enable_only(self._context.NOTHING)
        self._background.write(np.ascontiguousarray(self._black if background is None else background, np.float32))
        textures = (surfaces.depth, surfaces.albedo, surfaces.normals, surfaces.gloss)
        for unit, texture in enumerate((*textures, occlusion.texture, self._background)):
            texture.use(unit)
        set_view(self._program, camera)
        set_uniform(self._program, "camera_to_world", np.linalg.inv(camera.world_to_camera).T)
        self._set_lighting(lighting)
        shadow.use(self._program, SHADOW_DEPTH, SHADOW_MAP)
        self._triangle.render(vertices=3)
        shadow.release(SHADOW_DEPTH, SHADOW_MAP)

    def read(self) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Return linear RGB ``(h, w, 3)``, depth and hands ``(h, w)``."""
        width, height = self._colour.size
        colour = np.frombuffer(self._framebuffer.read(components=4, dtype="f4"), np.float32).reshape(height, width, 4)
        content = np.frombuffer(self._framebuffer.read(components=2, attachment=1, dtype="f4"), np.float32)
        depth, hands = content.reshape(height, width, 2).transpose(2, 0, 1)
        return colour[..., :3], np.ascontiguousarray(depth), hands.astype(np.int32)

    def _set_lighting(self, lighting: Lighting) -> None:
        positions, colours = np.zeros((MAX_LIGHTS, 4)), np.zeros((MAX_LIGHTS, 3))
        for index, light in enumerate(lighting.lights):
            position = light.position / np.linalg.norm(light.position) if light.distant else light.position
            positions[index], colours[index] = (*position, not light.distant), light.colour
        self._program["lights"] = len(lighting.lights)
        set_uniform(self._program, "light_positions", positions)
        set_uniform(self._program, "light_colours", colours)
        set_uniform(self._program, "environment", lighting.environment)

"""The colours of an image: meshes in their materials under all lights, in front of a background."""

from collections.abc import Sequence

import numpy as np

from handpose_live.types.arrays import Floats

from ..mesh import Material
from ..view import Camera
from .bumps import bump_texture
from .context import open_context, read_shader, set_uniform
from .depth import OcclusionPass
from .geometry import Instance
from .lighting import MAX_LIGHTS, Lighting
from .projection import world_to_clip
from .shadow import ShadowMap
from .textures import TextureCache

# Texture units
ALBEDO, BUMP, OCCLUSION, SHADOW_DEPTH, SHADOW_MAP = range(5)


class ColourPass:
    """Colours, several samples in each px."""

    def __init__(self, width: int, height: int, samples: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        size = (width, height)
        self._textures, self._bumps = TextureCache(context), bump_texture(context)
        self._program = program = context.program(read_shader("mesh.vert"), read_shader("colour.frag"))
        program["albedo_texture"], program["bump_texture"], program["occlusion_texture"] = ALBEDO, BUMP, OCCLUSION
        program["image_size"] = size
        background = context.program(read_shader("background.vert"), read_shader("background.frag"))
        self._triangle = context.vertex_array(background, [])
        self._background = context.texture(size, 3, dtype="f4")
        self._samples = context.framebuffer(
            context.renderbuffer(size, 4, samples=samples, dtype="f2"),
            context.depth_renderbuffer(size, samples=samples),
        )
        self._resolved = context.framebuffer(context.texture(size, 4, dtype="f2"))

    def draw(  # noqa: PLR0917
        self,
        instances: Sequence[Instance],
        camera: Camera,
        lighting: Lighting,
        occlusion: OcclusionPass,
        shadow: ShadowMap,
        background: Floats | None,
    ) -> None:
        """Draw meshes, whose occlusion and shadow have been drawn, in front of a background."""
        self._samples.use()
        self._samples.clear()
        self._context.enable_only(self._context.DEPTH_TEST)
        self._context.front_face = "cw"  # as y points down
        self._set_view(camera, lighting)
        self._bumps.use(BUMP)
        occlusion.texture.use(OCCLUSION)
        shadow.use(self._program, SHADOW_DEPTH, SHADOW_MAP)
        for instance in instances:
            self._textures.get(instance.material.texture).use(ALBEDO)
            self._set_material(instance.material)
            instance.draw(self._program)
        shadow.release(SHADOW_DEPTH, SHADOW_MAP)
        if background is not None:
            self._draw_background(background)
        self._context.copy_framebuffer(self._resolved, self._samples)

    def read(self) -> Floats:
        """Return ``(h, w, 3)`` linear RGB."""
        width, height = self._resolved.size
        content = np.frombuffer(self._resolved.read(components=4, dtype="f4"), np.float32)
        return content.reshape(height, width, 4)[..., :3]

    def _set_view(self, camera: Camera, lighting: Lighting) -> None:
        positions, colours = np.zeros((MAX_LIGHTS, 4)), np.zeros((MAX_LIGHTS, 3))
        for index, light in enumerate(lighting.lights):
            position = light.position / np.linalg.norm(light.position) if light.distant else light.position
            positions[index], colours[index] = (*position, not light.distant), light.colour
        matrix = camera.world_to_camera
        set_uniform(self._program, "world_to_clip", world_to_clip(camera).T)
        set_uniform(self._program, "eye", -matrix[:3, :3].T @ matrix[:3, 3])
        self._program["lights"] = len(lighting.lights)
        set_uniform(self._program, "light_positions", positions)
        set_uniform(self._program, "light_colours", colours)
        set_uniform(self._program, "environment", lighting.environment)

    def _set_material(self, material: Material) -> None:
        self._program["material_colour"] = material.colour
        self._program["gloss"] = (max(material.roughness, 0.08), material.specular, material.subsurface, material.bump)
        self._program["emission"] = material.emission

    def _draw_background(self, background: Floats) -> None:
        self._background.write(np.ascontiguousarray(background, np.float32))
        self._background.use(ALBEDO)
        self._context.disable(self._context.CULL_FACE)
        self._context.depth_func = "<="
        self._triangle.render(vertices=3)
        self._context.depth_func = "<"

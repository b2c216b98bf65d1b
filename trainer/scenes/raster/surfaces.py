"""What is seen in each sample of an image: colour, normal, gloss, depth and hand (a G-buffer)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..mesh import NO_HAND, Material
from ..view import Camera
from .bumps import bump_texture
from .context import open_context, read_shader, set_uniform
from .geometry import Instance
from .projection import FAR_M, NEAR_M, world_to_clip
from .textures import TextureCache

if TYPE_CHECKING:
    import moderngl

SAMPLES = 4  # as in shading.frag
ALBEDO, BUMP = range(2)  # texture units
SMOOTHEST = 0.08  # roughness: highlights would be smaller than a px


class Surfaces:
    """The surfaces that a camera sees, ``SAMPLES`` in each px."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._textures, self._bumps = TextureCache(), bump_texture()
        self._program = context.program(read_shader("surface.vert"), read_shader("surface.frag"))
        self._program["albedo_texture"], self._program["bump_texture"] = ALBEDO, BUMP
        size = (width, height)
        self.albedo, self.normals = (context.texture(size, 4, samples=SAMPLES, dtype="f2") for _ in range(2))
        self.gloss = context.texture(size, 4, samples=SAMPLES)
        self.depth = context.depth_texture(size, samples=SAMPLES)
        self._framebuffer = context.framebuffer([self.albedo, self.normals, self.gloss], self.depth)

    def draw(self, instances: Sequence[Instance], camera: Camera) -> None:
        """Draw meshes as a camera sees them."""
        # All first: an upload in between would make Mesa's software finish what has been drawn.
        textures = [self._textures.get(instance.material.texture) for instance in instances]
        self._framebuffer.use()
        self._framebuffer.clear(alpha=NO_HAND)
        self._context.enable_only(self._context.DEPTH_TEST)
        self._context.front_face = "cw"  # as y points down
        set_uniform(self._program, "world_to_clip", world_to_clip(camera).T)
        self._bumps.use(BUMP)
        for instance, texture in zip(instances, textures, strict=True):
            texture.use(ALBEDO)
            self._set_material(instance.material)
            instance.draw(self._program)

    def _set_material(self, material: Material) -> None:
        roughness = max(material.roughness, SMOOTHEST)
        self._program["material_colour"], self._program["bump"] = material.colour, material.bump
        self._program["gloss"] = (roughness, material.specular, material.subsurface, material.emission)


def set_view(program: "moderngl.Program", camera: Camera) -> None:
    """Set the uniforms of view.glsl."""
    set_uniform(program, "depth_range", np.array([NEAR_M, FAR_M]))
    set_uniform(program, "middle_and_focal", np.array([camera.width / 2, camera.height / 2, camera.focal_px]))
    set_uniform(program, "camera_to_world", np.linalg.inv(camera.world_to_camera).T)

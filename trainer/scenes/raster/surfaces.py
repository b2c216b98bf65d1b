"""What is seen in each px of an image: colour, normal, gloss, depth and hand (a G-buffer)."""

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

ALBEDO, BUMP = range(2)  # texture units
SMOOTHEST = 0.08  # roughness: highlights would be smaller than a px


class Surfaces:
    """The surfaces that a camera sees."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._textures, self._bumps = TextureCache(), bump_texture()
        self._even, self._bumpy = (
            context.program(read_shader("surface.vert"), read_shader("surface.frag", *defines))
            for defines in ((), ("BUMPS",))
        )
        self._even["albedo_texture"] = self._bumpy["albedo_texture"] = ALBEDO
        self._bumpy["bump_texture"] = BUMP
        size = (width, height)
        self.albedo, self.normals = (context.texture(size, 4, dtype="f2") for _ in range(2))
        self.gloss = context.texture(size, 4)
        self.depth = context.depth_texture(size)
        self._framebuffer = context.framebuffer([self.albedo, self.normals, self.gloss], self.depth)

    def draw(self, instances: Sequence[Instance], camera: Camera) -> None:
        """Draw meshes as a camera sees them."""
        # All first: an upload in between would make Mesa's software finish what has been drawn.
        textures = [self._textures.get(instance.material.texture) for instance in instances]
        self._framebuffer.use()
        self._framebuffer.clear(alpha=NO_HAND)
        self._context.enable_only(self._context.DEPTH_TEST)
        self._context.front_face = "cw"  # as y points down
        for program in (self._even, self._bumpy):
            set_uniform(program, "world_to_clip", world_to_clip(camera).T)
        self._bumps.use(BUMP)
        for instance, texture in zip(instances, textures, strict=True):
            texture.use(ALBEDO)
            instance.draw(self._program_for(instance.material))

    def _program_for(self, material: Material) -> "moderngl.Program":
        program = self._bumpy if material.bump else self._even
        if material.bump:
            program["bump"] = material.bump
        program["material_colour"] = material.colour
        roughness = max(material.roughness, SMOOTHEST)
        program["gloss"] = (roughness, material.specular, material.subsurface, material.emission)
        return program


def set_view(program: "moderngl.Program", camera: Camera) -> None:
    """Set the uniforms of view.glsl."""
    set_uniform(program, "depth_range", np.array([NEAR_M, FAR_M]))
    set_uniform(program, "middle_and_focal", np.array([camera.width / 2, camera.height / 2, camera.focal_px]))
    set_uniform(program, "camera_to_world", np.linalg.inv(camera.world_to_camera).T)

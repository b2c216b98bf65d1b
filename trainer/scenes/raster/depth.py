"""The depth of an image, the hand in each px, and how much of the environment each px sees."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import NO_HAND
from ..view import Camera
from .context import open_context, read_shader, set_uniform
from .geometry import Instance
from .projection import world_to_clip

OCCLUSION_STRENGTH = 1.8


class DepthPass:
    """Depth and hands, one sample in each px."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._program = context.program(read_shader("depth.vert"), read_shader("depth.frag"))
        self.texture = context.texture((width, height), 2, dtype="f4")
        self.texture.filter = (context.NEAREST, context.NEAREST)
        self.texture.repeat_x = self.texture.repeat_y = False
        self._framebuffer = context.framebuffer(self.texture, context.depth_renderbuffer((width, height)))

    def draw(self, instances: Sequence[Instance], camera: Camera) -> None:
        """Draw meshes as a camera sees them."""
        self._framebuffer.use()
        self._framebuffer.clear(np.inf, NO_HAND)
        self._context.enable_only(self._context.DEPTH_TEST)
        self._context.front_face = "cw"  # as y points down
        set_uniform(self._program, "world_to_clip", world_to_clip(camera).T)
        for instance in instances:
            instance.draw(self._program)

    def read(self) -> tuple[Floats, NDArray[np.int32]]:
        """Return depth and hands, both ``(h, w)``."""
        width, height = self.texture.size
        content = np.frombuffer(self._framebuffer.read(components=2, dtype="f4"), np.float32)
        depth, hands = content.reshape(height, width, 2).transpose(2, 0, 1)
        return np.ascontiguousarray(depth), hands.astype(np.int32)


class OcclusionPass:
    """Ambient occlusion, at half the resolution."""

    def __init__(self, width: int, height: int) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._program = context.program(read_shader("background.vert"), read_shader("occlusion.frag"))
        self._program["strength"] = OCCLUSION_STRENGTH
        self._triangle = context.vertex_array(self._program, [])
        self.texture = context.texture((width // 2, height // 2), 1)
        self.texture.repeat_x = self.texture.repeat_y = False
        self._framebuffer = context.framebuffer(self.texture)

    def draw(self, depth: DepthPass, camera: Camera) -> None:
        """Compute it from the depth."""
        self._framebuffer.use()
        self._context.enable_only(self._context.NOTHING)
        depth.texture.use(0)
        self._program["depth_texture"] = 0
        tangents = np.array([camera.width, camera.height]) / (2 * camera.focal_px)
        set_uniform(self._program, "half_tangents", tangents)
        self._triangle.render(vertices=3)

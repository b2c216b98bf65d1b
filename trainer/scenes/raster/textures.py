"""Textures on the GPU, uploaded once for each array."""

import weakref
from typing import TYPE_CHECKING

import cv2
import numpy as np

from handpose_live.types.arrays import Image

from .context import open_context

if TYPE_CHECKING:
    import moderngl

GL_SRGB8_ALPHA8 = 0x8C43


class TextureCache:
    """Textures by identity of their images; one is released with its image."""

    def __init__(self) -> None:
        """Start empty."""
        self._context = open_context()
        self._textures: dict[int, moderngl.Texture] = {}
        self._white = np.full((1, 1, 3), 255, np.uint8)

    def get(self, image: Image | None) -> "moderngl.Texture":
        """Return the texture of an ``(h, w, 3)`` sRGB image, or a white one."""
        image = self._white if image is None else image
        if id(image) not in self._textures:
            self._textures[id(image)] = self._upload(image)
            weakref.finalize(image, self._textures.pop, id(image))
        return self._textures[id(image)]

    def _upload(self, image: Image) -> "moderngl.Texture":
        height, width = image.shape[:2]
        # OpenGL's first row is at v = 0. Mesa's software is twice as quick with four channels.
        pixels = np.ascontiguousarray(cv2.cvtColor(image[::-1], cv2.COLOR_RGB2RGBA))
        texture = self._context.texture((width, height), 4, pixels, internal_format=GL_SRGB8_ALPHA8)
        texture.build_mipmaps()
        texture.filter = (self._context.LINEAR_MIPMAP_NEAREST, self._context.LINEAR)
        return texture

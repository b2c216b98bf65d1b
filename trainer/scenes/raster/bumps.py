"""A tile of fine bumps, as of skin and cloth, that all materials share."""

from typing import TYPE_CHECKING

import numpy as np

from handpose_live.types.arrays import Image

from .context import open_context

if TYPE_CHECKING:
    import moderngl

SIZE = 256
WAVES = (5, 70)  # lowest and highest frequency, waves in a tile
SPECTRUM = -1.2  # exponent of the frequency


def bump_slopes() -> Image:
    """Return ``(256, 256, 2)``, the slopes of the bumps along u and v, 128 for none; the tile repeats without seams."""
    noise = np.fft.fft2(np.random.default_rng(0).standard_normal((SIZE, SIZE)))
    u, v = np.meshgrid(np.fft.fftfreq(SIZE) * SIZE, np.fft.fftfreq(SIZE) * SIZE)
    frequency = np.hypot(u, v)
    spectrum = np.where((frequency > WAVES[0]) & (frequency < WAVES[1]), np.maximum(frequency, 1) ** SPECTRUM, 0)
    # Furrows rather than hills: skin is flat between its lines.
    height = np.abs(np.fft.ifft2(noise * spectrum).real)
    slopes = np.stack([np.roll(height, -1, axis) - np.roll(height, 1, axis) for axis in (1, 0)], axis=-1)
    return np.asarray(np.clip(128 + 50 * slopes / slopes.std(), 0, 255), np.uint8)


def bump_texture() -> "moderngl.Texture":
    """Upload the slopes."""
    context = open_context()
    texture = context.texture((SIZE, SIZE), 2, bump_slopes().tobytes())
    texture.build_mipmaps()
    texture.filter = (context.LINEAR_MIPMAP_NEAREST, context.LINEAR)
    return texture

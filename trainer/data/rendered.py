"""Hands that are rendered during training, without files in between."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from handpose_live.types.skeleton import JOINT_COUNT

from ..synth.scene import RenderConfig, render_images
from ..synth.write import CPU_BATCH, GPU_BATCH
from .image_cache import ImageCache, reference_crop
from .warp import Crops

SIDE_PX = 160
# The sliding window holds so many blocks. An image is used about so many times before it leaves the window: drawing a
# crop is far cheaper than rendering an image, and each crop is perturbed anew.
BLOCKS, USES = 8, 8


class RenderedHands:
    """A sliding window over a seed's sequence of rendered images.

    Its position depends on nothing but the number of uses, so that a resumed run sees the same images.
    """

    def __init__(self, seed: int, backgrounds: Sequence[Path], *, margin: float | None, device: torch.device) -> None:
        """Args:
        seed: of the sequence.
        backgrounds: images to use behind hands, besides procedural ones.
        margin: of the crops around hands; None for whole images.
        device: where images are rendered and kept.
        """
        self._seed, self._margin = seed, margin
        self._config = RenderConfig(SIDE_PX, SIDE_PX, backgrounds=backgrounds)
        self._block_size = GPU_BATCH if device.type == "cuda" else CPU_BATCH
        self._rendered_blocks = [-1] * BLOCKS
        count = BLOCKS * self._block_size
        self._cache = ImageCache(
            pixels=torch.zeros((count, SIDE_PX, SIDE_PX, 3), dtype=torch.uint8, device=device),
            sizes_px=np.full((count, 2), SIDE_PX),
            joints_px=np.zeros((count, JOINT_COUNT, 2), np.float32),
            hand=np.ones(count, np.bool_),
            green_screen=np.zeros(count, np.bool_),
            crops=Crops.stack([reference_crop(SIDE_PX, SIDE_PX, None, None)] * count),
        )

    def window(self, uses: int) -> ImageCache:
        """The images in the window after ``uses`` uses. The next call may replace some of them."""
        first = uses // (USES * self._block_size)
        for block in range(first, first + BLOCKS):
            if self._rendered_blocks[block % BLOCKS] != block:
                self._render(block)
        return self._cache

    def _render(self, block: int) -> None:
        slot = block % BLOCKS
        rows = slice(slot * self._block_size, (slot + 1) * self._block_size)
        numbers = range(block * self._block_size, (block + 1) * self._block_size)
        made = render_images(self._seed, numbers, self._config, self._cache.pixels.device)
        joints_px = made.joints_px.cpu().numpy()
        self._cache.pixels[rows] = made.pixels
        self._cache.joints_px[rows] = joints_px
        crops = Crops.stack([reference_crop(SIDE_PX, SIDE_PX, joints, self._margin) for joints in joints_px])
        for values, new in zip(self._cache.crops, crops, strict=True):
            values[rows] = new
        self._rendered_blocks[slot] = block

"""Hands that are rendered as training goes: an endless row, with no file in between."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from handpose_live.types.skeleton import JOINT_COUNT

from ..synth.scene import RenderConfig, render_images
from ..synth.write import CPU_BATCH, GPU_BATCH
from .image_cache import ImageCache, unperturbed
from .warp import Crops

SIDE_PX = 160
# A window of so many blocks lies over the row. A picture is used about so many times before the window leaves it:
# drawing a crop is far cheaper than rendering one, and each is perturbed anew.
BLOCKS, USES = 8, 8


class RenderedHands:
    """A window that moves along a seed's row of pictures; where it lies depends on the number of uses alone."""

    def __init__(self, seed: int, backgrounds: Sequence[Path], *, margin: float | None, device: torch.device) -> None:
        """Args:
        seed: of the row.
        backgrounds: pictures to put hands before, besides made ones.
        margin: of the crops around hands; None for whole pictures.
        device: where they are rendered and kept.
        """
        self._seed, self._margin = seed, margin
        self._wishes = RenderConfig(SIDE_PX, SIDE_PX, backgrounds=backgrounds)
        self._block = GPU_BATCH if device.type == "cuda" else CPU_BATCH
        self._held = [-1] * BLOCKS
        count = BLOCKS * self._block
        pixels = torch.zeros((count, SIDE_PX, SIDE_PX, 3), dtype=torch.uint8, device=device)
        crops = Crops.of([unperturbed(SIDE_PX, SIDE_PX, None, None)] * count)
        self._album = ImageCache(
            pixels,
            sizes_px=np.full((count, 2), SIDE_PX),
            joints_px=np.zeros((count, JOINT_COUNT, 2), np.float32),
            hand=np.ones(count, np.bool_),
            green_screen=np.zeros(count, np.bool_),
            crops=crops,
        )

    def album(self, used: int) -> ImageCache:
        """The pictures in the window after so many uses. The next call may exchange some of them."""
        first = used // (USES * self._block)
        for block in range(first, first + BLOCKS):
            if self._held[block % BLOCKS] != block:
                self._render(block)
        return self._album

    def _render(self, block: int) -> None:
        start = block % BLOCKS * self._block
        numbers = range(block * self._block, (block + 1) * self._block)
        made = render_images(self._seed, numbers, self._wishes, self._album.pixels.device)
        joints_px = made.joints_px.cpu().numpy()
        self._album.pixels[start : start + self._block] = made.pixels
        self._album.joints_px[start : start + self._block] = joints_px
        crops = Crops.of([unperturbed(SIDE_PX, SIDE_PX, joints, self._margin) for joints in joints_px])
        for kept, new in zip(self._album.crops, crops, strict=True):
            kept[start : start + self._block] = new
        self._held[block % BLOCKS] = block

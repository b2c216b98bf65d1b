"""A model of JPEG compression that runs in batches on any device."""

import math
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

# ITU-T T.81 (JPEG), annex K: the quantisation of luminance at quality 50.
LUMINANCE_TABLE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56),
    *(14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMINANCE_FACTOR = 1.6  # chrominance is quantised about so much more coarsely than luminance
BLOCK = 8
# ITU-R BT.601: red, green, blue to luminance and two chrominances.
RGB_TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


class _Constants(NamedTuple):
    """What :func:`jpeg` needs on a device, copied there once: a copy makes the processor wait for a GPU."""

    to_ycc: Tensor
    to_rgb: Tensor
    cosines: Tensor
    table: Tensor


def jpeg(images: Tensor, quality: Tensor) -> Tensor:
    """Compress and decompress: quantised cosine transforms of 8x8 blocks, chrominance at half the resolution (4:2:0).

    Args:
        images: ``(n, 3, h, w)`` sRGB, 0..1.
        quality: ``(n,)`` 1..100, on the scale of libjpeg.

    Returns:
        ``(n, 3, h, w)``, 0..1.
    """
    constants = _constants(images.device)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)[:, None, None, None, None]
    ycc = torch.einsum("ij,njhw->nihw", constants.to_ycc, images * 255 - 128)
    height, width = images.shape[2:]
    luminance = _quantise(ycc[:, :1], scale, constants)
    halves = functional.avg_pool2d(ycc[:, 1:], 2, ceil_mode=True, count_include_pad=False)
    halves = _quantise(halves, scale * CHROMINANCE_FACTOR, constants)
    chrominance = functional.interpolate(halves, scale_factor=2, mode="bilinear")[..., :height, :width]
    rgb = torch.einsum("ij,njhw->nihw", constants.to_rgb, torch.cat([luminance, chrominance], dim=1))
    return ((rgb + 128) / 255).clamp(0, 1)


def _quantise(planes: Tensor, scale: Tensor, constants: _Constants) -> Tensor:
    """Round the cosine coefficients of each block of ``(n, c, h, w)`` planes to multiples of the scaled table."""
    height, width = planes.shape[2:]
    padded = functional.pad(planes, (0, -width % BLOCK, 0, -height % BLOCK), mode="replicate")
    blocks = padded.unfold(2, BLOCK, BLOCK).unfold(3, BLOCK, BLOCK)
    cosines = constants.cosines
    steps = (constants.table * scale[..., None]).clamp(min=1)
    coefficients = ((cosines @ blocks @ cosines.T) / steps).round() * steps
    restored = (cosines.T @ coefficients @ cosines).permute(0, 1, 2, 4, 3, 5).reshape(padded.shape)
    return restored[..., :height, :width]


@cache
def _constants(device: torch.device) -> _Constants:
    to_ycc = torch.tensor(RGB_TO_YCC)
    k = torch.arange(BLOCK)
    cosines = torch.cos((2 * k[None] + 1) * k[:, None] * (math.pi / 16)) / 2
    cosines[0] /= math.sqrt(2)
    table = torch.tensor(LUMINANCE_TABLE, dtype=torch.float32).view(BLOCK, BLOCK)
    return _Constants(*(each.to(device) for each in (to_ycc, torch.linalg.inv(to_ycc), cosines, table)))

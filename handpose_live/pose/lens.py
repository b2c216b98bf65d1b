"""A foveated resampling before the network: the centre of a crop gets more pixels than the rim.

A hand reaches the rim only when it moves fast. Rows and columns are resampled separately on the way in, and heatmaps
are resampled back on the way out, so that outside of the network crops and heatmaps are on the regular grid.
"""

import torch
from torch import Tensor

CENTRE_WIDTH = 0.6  # share of a crop's side; the joint box of a well centred hand takes 1 / 2.1
CENTRE_PIXELS = 0.75  # share of the pixels given to it


def magnify(crops: Tensor) -> Tensor:
    """Resample ``(n, c, s, s)`` crops so that their centre is magnified; the shape stays."""
    return _resample(crops, width=CENTRE_PIXELS, true_width=CENTRE_WIDTH)


def restore(heatmaps: Tensor) -> Tensor:
    """Resample ``(n, 21, s, s)`` heatmaps of magnified crops back to the regular grid; the shape stays."""
    return _resample(heatmaps, width=CENTRE_WIDTH, true_width=CENTRE_PIXELS)


def _resample(images: Tensor, *, width: float, true_width: float) -> Tensor:
    """Stretch the central ``true_width`` of a side to ``width``, bilinearly."""
    cells = torch.arange(images.shape[-1], device=images.device)
    centres = (2 * cells + 1) / len(cells) - 1  # -1..1 from edge to edge
    distances = centres.abs()
    inner, outer = distances.clamp(max=width), (distances - width).clamp(min=0)
    sampled = inner * (true_width / width) + outer * (1 - true_width) / (1 - width)
    # The position each cell is sampled from, in cells; beyond the outermost cell centres the edge is repeated.
    positions = ((1 + centres.sign() * sampled) * len(cells) / 2 - 0.5).clamp(0, len(cells) - 1)
    weights = (1 - (positions[:, None] - cells).abs()).clamp(min=0).to(images.dtype)
    return weights @ images @ weights.T

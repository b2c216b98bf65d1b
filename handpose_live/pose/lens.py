"""A lens before a network: it sees the middle of a crop larger than the rim, where a hand only comes when it is fast.

The crop is resampled, row by row and column by column, so that its middle gets more of the pixels; what the network
says is resampled back. So outside of the network a crop is a crop, and its heatmaps lie evenly over it.
"""

import torch
from torch import Tensor

MIDDLE = 0.6  # of a crop's side; the joint box of a hand that lies as it should has 1 / 2.1
ITS_SHARE = 0.75  # of the pixels


def magnify(crops: Tensor) -> Tensor:
    """``(n, c, s, s)`` crops as they look through the lens, of the same shape."""
    return _resampled(crops, width=ITS_SHARE, true_width=MIDDLE)


def restore(heatmaps: Tensor) -> Tensor:
    """``(n, 21, s, s)`` heatmaps of what is seen through the lens to those of the crop, of the same shape."""
    return _resampled(heatmaps, width=MIDDLE, true_width=ITS_SHARE)


def _resampled(images: Tensor, *, width: float, true_width: float) -> Tensor:
    """Bilinear; the middle ``true_width`` of a side becomes ``width``."""
    cells = torch.arange(images.shape[-1], device=images.device)
    centres = (2 * cells + 1) / len(cells) - 1  # -1..1 from edge to edge
    far = centres.abs()
    places = far.clamp(max=width) * (true_width / width) + (far - width).clamp(min=0) * (1 - true_width) / (1 - width)
    # Where each cell's value lies, counted in cells; the outermost half cells have the value of the edge.
    places = ((1 + centres.sign() * places) * len(cells) / 2 - 0.5).clamp(0, len(cells) - 1)
    weights = (1 - (places[:, None] - cells).abs()).clamp(min=0).to(images.dtype)
    return weights @ images @ weights.T

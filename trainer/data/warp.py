"""Many pictures to crops at once, by the matrices of their crops."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from handpose_live.types.crop import Crop, supersampling, warp

from .to_device import sent


class Crops(NamedTuple):
    """``n`` times :class:`handpose_live.types.crop.Crop`, side by side: training has no time for one after the other.

    Attributes:
        centres: ``(n, 2)``, px of their pictures.
        sizes: ``(n,)``, px of their pictures.
        angles: ``(n,)``, radians.
        mirrored: ``(n,)``.
    """

    centres: NDArray[np.float64]
    sizes: NDArray[np.float64]
    angles: NDArray[np.float64]
    mirrored: NDArray[np.bool_]

    @classmethod
    def of(cls, crops: Sequence[Crop]) -> "Crops":
        """Single ones, put together."""
        rows = np.array([(crop.centre_x, crop.centre_y, crop.size, crop.angle) for crop in crops], np.float64)
        return cls(rows[:, :2], rows[:, 2], rows[:, 3], np.array([crop.mirrored for crop in crops]))

    def at(self, places: NDArray[np.intp]) -> "Crops":
        """Some of them."""
        return Crops(self.centres[places], self.sizes[places], self.angles[places], self.mirrored[places])

    def matrices(self, crop_px: int) -> NDArray[np.float64]:
        """``(n, 2, 3)``, as of :meth:`handpose_live.types.crop.Crop.matrix`."""
        scales = crop_px / self.sizes
        cos, sin = np.cos(self.angles) * scales, np.sin(self.angles) * scales
        flips = np.where(self.mirrored, -1, 1)
        linear = np.stack([flips * cos, flips * sin, -sin, cos], axis=1).reshape(-1, 2, 2)
        return np.concatenate([linear, crop_px / 2 - linear @ self.centres[:, :, None]], axis=2)


def warp_all(
    pixels: Tensor, places: NDArray[np.intp], windows: NDArray[np.int64], matrices: NDArray[np.float64], crop_px: int
) -> Tensor:
    """Cut a crop from each of some pictures, as :meth:`handpose_live.types.crop.Crop.cut` does.

    Args:
        pixels: ``(n, s, s, 3)`` uint8.
        places: ``(m,)`` of which pictures.
        windows: ``(m, 4)`` left, top, right and bottom of what is seen of them, in px; beyond it, its border is
            repeated.
        matrices: ``(m, 2, 3)`` from picture px to crop px.
        crop_px: side of the crops.

    Returns:
        ``(m, 3, crop_px, crop_px)`` uint8, where ``pixels`` are.
    """
    if pixels.is_cuda:
        return warp_by_sampling(pixels, places, windows, matrices, crop_px)
    # Several times as fast on a CPU as PyTorch's sampling.
    crops = np.empty((len(places), crop_px, crop_px, 3), np.uint8)
    for crop, place, (left, top, right, bottom), matrix in zip(crops, places, windows, matrices, strict=True):
        to_window = matrix.copy()
        to_window[:, 2] += matrix[:, :2] @ (left, top)
        crop[:] = warp(pixels[int(place), top:bottom, left:right].numpy(), to_window, crop_px)
    return torch.from_numpy(crops).permute(0, 3, 1, 2)


def warp_by_sampling(
    pixels: Tensor, places: NDArray[np.intp], windows: NDArray[np.int64], matrices: NDArray[np.float64], crop_px: int
) -> Tensor:
    """:func:`warp_all` in batches, for a GPU."""
    crops = torch.empty((len(places), 3, crop_px, crop_px), dtype=torch.uint8, device=pixels.device)
    finenesses = np.array([supersampling(matrix, crop_px) for matrix in matrices], np.int64)
    for fine in np.unique(finenesses).tolist():
        chosen = np.flatnonzero(finenesses == fine)
        pictures = pixels[sent(places[chosen], pixels.device)].permute(0, 3, 1, 2).float()
        back = sent(_inverses(matrices[chosen] * fine), pixels.device, torch.float32)
        seen = sent(windows[chosen], pixels.device, torch.float32)
        grid = _grid(seen, back, crop_px * fine, pixels.shape[1])
        cut = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
        cut = functional.avg_pool2d(cut, fine).round().to(torch.uint8)
        crops[sent(chosen, pixels.device)] = cut
    return crops


def _grid(windows: Tensor, back: Tensor, crop_px: int, side: int) -> Tensor:
    """``(m, crop_px, crop_px, 2)``: where in a square, -1..1 from edge to edge, each px of a crop is taken from."""
    centres = torch.arange(crop_px, device=back.device) + 0.5
    u, v = centres[None, None, :, None], centres[None, :, None, None]
    along, down, start = back[:, None, None].unbind(dim=-1)
    first, last = windows[:, None, None, :2] + 0.5, windows[:, None, None, 2:] - 0.5
    return (along * u + down * v + start).maximum(first).minimum(last) * (2 / side) - 1


def _inverses(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.linalg.inv(matrices[:, :, :2])
    return np.concatenate([linear, -linear @ matrices[:, :, 2:]], axis=2)

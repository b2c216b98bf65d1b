"""Resample batches of images to crops."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from handpose_live.types.arrays import Image
from handpose_live.types.crop import Crop, supersampling, warp

from .to_device import to_device


class Images(Protocol):
    """Images of any size in main memory."""

    def __getitem__(self, index: int, /) -> Image:
        """``(h, w, 3)`` uint8."""
        ...


class Crops(NamedTuple):
    """``n`` times :class:`handpose_live.types.crop.Crop` as arrays, which are fast enough for training.

    Attributes:
        centres: ``(n, 2)``, image px.
        sizes: ``(n,)``, image px.
        angles: ``(n,)``, radians.
        mirrored: ``(n,)``.
    """

    centres: NDArray[np.float64]
    sizes: NDArray[np.float64]
    angles: NDArray[np.float64]
    mirrored: NDArray[np.bool_]

    @classmethod
    def stack(cls, crops: Sequence[Crop]) -> "Crops":
        """Combine single crops."""
        rows = np.array([(crop.centre_x, crop.centre_y, crop.size, crop.angle) for crop in crops], np.float64)
        return cls(rows[:, :2], rows[:, 2], rows[:, 3], np.array([crop.mirrored for crop in crops]))

    def select(self, indices: NDArray[np.intp]) -> "Crops":
        """Return the crops at ``indices``."""
        return Crops(self.centres[indices], self.sizes[indices], self.angles[indices], self.mirrored[indices])

    def matrices(self, crop_px: int) -> NDArray[np.float64]:
        """``(n, 2, 3)`` from image px to crop px; see :meth:`handpose_live.types.crop.Crop.matrix`."""
        scales = crop_px / self.sizes
        cos, sin = np.cos(self.angles) * scales, np.sin(self.angles) * scales
        flips = np.where(self.mirrored, -1, 1)
        linear = np.stack([flips * cos, flips * sin, -sin, cos], axis=1).reshape(-1, 2, 2)
        return np.concatenate([linear, crop_px / 2 - linear @ self.centres[:, :, None]], axis=2)


def warp_crops(
    images: Images | Tensor,
    indices: NDArray[np.intp],
    bounds: NDArray[np.int64],
    matrices: NDArray[np.float64],
    crop_px: int,
) -> Tensor:
    """Cut one crop from each of ``m`` images, as :meth:`handpose_live.types.crop.Crop.cut` does.

    Args:
        images: in main memory; or ``(n, s, s, 3)`` uint8 on a GPU.
        indices: ``(m,)`` which images.
        bounds: ``(m, 4)`` left, top, right and bottom of the visible part of each, in px; beyond it, its border is
            repeated.
        matrices: ``(m, 2, 3)`` from image px to crop px.
        crop_px: side of the crops.

    Returns:
        ``(m, 3, crop_px, crop_px)`` uint8, on the device of the images.
    """
    if isinstance(images, Tensor):
        return grid_sample_crops(images, indices, bounds, matrices, crop_px)
    # On a CPU, OpenCV is several times as fast as grid_sample.
    crops = np.empty((len(indices), crop_px, crop_px, 3), np.uint8)
    for crop, index, (left, top, right, bottom), matrix in zip(crops, indices, bounds, matrices, strict=True):
        from_bounds = matrix.copy()
        from_bounds[:, 2] += matrix[:, :2] @ (left, top)
        crop[:] = warp(images[int(index)][top:bottom, left:right], from_bounds, crop_px)
    return torch.from_numpy(crops).permute(0, 3, 1, 2)


def grid_sample_crops(
    pixels: Tensor, indices: NDArray[np.intp], bounds: NDArray[np.int64], matrices: NDArray[np.float64], crop_px: int
) -> Tensor:
    """Cut crops as :func:`warp_crops` does, in batches on a GPU: one batch for each supersampling factor."""
    crops = torch.empty((len(indices), 3, crop_px, crop_px), dtype=torch.uint8, device=pixels.device)
    factors = np.array([supersampling(matrix, crop_px) for matrix in matrices], np.int64)
    for factor in np.unique(factors).tolist():
        rows = np.flatnonzero(factors == factor)
        images = pixels[to_device(indices[rows], pixels.device)].permute(0, 3, 1, 2).float()
        to_image = to_device(_inverses(matrices[rows] * factor), pixels.device, torch.float32)
        visible = to_device(bounds[rows], pixels.device, torch.float32)
        grid = _sampling_grid(visible, to_image, crop_px * factor, pixels.shape[1])
        samples = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
        samples = functional.avg_pool2d(samples, factor).round().to(torch.uint8)
        crops[to_device(rows, pixels.device)] = samples
    return crops


def _sampling_grid(bounds: Tensor, to_image: Tensor, crop_px: int, side_px: int) -> Tensor:
    """``(m, crop_px, crop_px, 2)``: where each crop px is in a square image, -1..1 from edge to edge."""
    centres = torch.arange(crop_px, device=to_image.device) + 0.5
    u, v = centres[None, None, :, None], centres[None, :, None, None]
    x_axis, y_axis, origin = to_image[:, None, None].unbind(dim=-1)
    first, last = bounds[:, None, None, :2] + 0.5, bounds[:, None, None, 2:] - 0.5
    return (x_axis * u + y_axis * v + origin).maximum(first).minimum(last) * (2 / side_px) - 1


def _inverses(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.linalg.inv(matrices[:, :, :2])
    return np.concatenate([linear, -linear @ matrices[:, :, 2:]], axis=2)

"""Blur kernels of a camera: motion while the shutter is open, and defocus."""

import torch
from torch import Tensor
from torch.nn import functional


def motion_kernels(length_px: Tensor, angle: Tensor, *, taps: int, reach: int) -> Tensor:
    """Make kernels that average along a straight line through the middle.

    Args:
        length_px: ``(n,)`` lengths of the lines; 0 leaves an image as it is.
        angle: ``(n,)`` radians from the x axis towards the y axis (down).
        taps: samples along each line; more are needed for a longer one.
        reach: half the side of the kernels; what lies beyond is lost.

    Returns:
        ``(n, 2 * reach + 1, 2 * reach + 1)``; each kernel sums up to 1.
    """
    offsets = torch.linspace(-0.5, 0.5, taps, device=length_px.device) * length_px[:, None]
    x, y = (offsets * direction[:, None] for direction in (angle.cos(), angle.sin()))
    cells = torch.arange(-reach, reach + 1, device=length_px.device)
    # Bilinear: each tap is shared among the four cells around it.
    columns = (1 - (x[..., None] - cells).abs()).clamp(min=0)
    rows = (1 - (y[..., None] - cells).abs()).clamp(min=0)
    kernels = torch.einsum("nti,ntj->nij", rows, columns)
    return kernels / kernels.sum((1, 2), keepdim=True)


def gaussian_kernels(sigma_px: Tensor, *, reach: int) -> Tensor:
    """Make ``(n, 2 * reach + 1, 2 * reach + 1)`` Gaussians of ``(n,)`` standard deviations; each sums up to 1."""
    cells = torch.arange(-reach, reach + 1, device=sigma_px.device)
    line = torch.exp(-0.5 * (cells / sigma_px[:, None]).square())
    line = line / line.sum(1, keepdim=True)
    return line[:, :, None] * line[:, None]


def filter_each(images: Tensor, kernels: Tensor) -> Tensor:
    """Filter each of ``(n, c, h, w)`` images with its own of ``(n, k, k)`` kernels, ``k`` odd; borders are repeated."""
    n, channels, height, width = images.shape
    reach = kernels.shape[1] // 2
    padded = functional.pad(images, (reach,) * 4, mode="replicate").flatten(0, 1)[None]
    weights = kernels.repeat_interleave(channels, 0)[:, None]
    return functional.conv2d(padded, weights, groups=n * channels).view(n, channels, height, width)

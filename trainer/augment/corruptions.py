"""Corrupt the pixels of training crops: light, blur, occlusion, noise, compression; in batches, on the device.

Geometry is perturbed in :mod:`trainer.data.training_crops`. Random numbers are drawn on the CPU, which therefore knows
which crops change without waiting for a GPU.
"""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from ..data.background import hand_masks
from ..data.to_device import sent
from ..data.training_crops import Batch

DYED = 0.25  # of the hands

Change: TypeAlias = Callable[[Tensor, torch.Generator], Tensor]


def corrupt(images: Tensor, generator: torch.Generator, augmentation_strength: float) -> Tensor:
    """Change the light, blur, hide parts, add noise and compress.

    Args:
        images: ``(n, 3, s, s)`` RGB, 0..255; ``s`` is a multiple of 8.
        generator: on the CPU; the same state gives the same result.
        roughness: share of the usual chances that an image is blurred, partly hidden, noisy or compressed, 0..1.

    Returns:
        ``(n, 3, s, s)`` float32, 0..255.
    """
    spoilt = _hide(images.float(), generator, augmentation_strength)
    spoilt = _change_some(spoilt, _blur, 0.35 * augmentation_strength, generator)
    spoilt = _relight(spoilt / 255, generator) * 255
    spoilt = _change_some(spoilt, _add_noise, 0.5 * augmentation_strength, generator)
    spoilt = _change_some(spoilt, _compress, 0.35 * augmentation_strength, generator)
    return spoilt.clamp(0, 255)


def colour_jitter(batch: Batch, generator: torch.Generator, augmentation_strength: float) -> Tensor:
    """Some hands in a light of their own, in gloves or in paint: what is around them keeps its colours.

    Args:
        batch: of ``n`` crops.
        generator: on the CPU; the same state gives the same result.
        roughness: share of the usual chances, 0..1.

    Returns:
        ``(n, 3, s, s)`` float32, 0..255.
    """
    images = batch.images.float()
    rows = _some(images, DYED * augmentation_strength, generator)
    chosen = images[rows]
    tint = torch.exp(_normal(chosen, 0.25, generator, 3))
    ranges = (0.0, 1.0), (-0.5, 0.5), (0.09, 0.25)
    paleness, light, reach = (_uniform(chosen, low, high, generator) for low, high in ranges)
    dyed = torch.lerp(chosen, chosen.mean(dim=1, keepdim=True), paleness) * tint * torch.exp(light)
    side = images.shape[-1]
    near = hand_masks(batch.joints[rows] * side, reach.flatten(), side) * batch.hand[rows, None, None, None]
    return images.index_put((rows,), torch.lerp(chosen, dyed.clamp(max=255), near))


def _relight(images: Tensor, generator: torch.Generator) -> Tensor:
    """Exposure up to burnt-out, light from one side, its colour, gamma, contrast, saturation; 0..1."""
    channels, side = images.shape[1:3]
    exposure = torch.exp(_uniform(images, -0.7, 0.7, generator))
    tint = torch.exp(_normal(images, 0.12, generator, channels))
    light = (exposure * tint)[..., 0]
    saturation, contrast = (_uniform(images, *r, generator)[..., 0] for r in ((0.1, 1.6), (0.6, 1.4)))
    # All but gamma is one affine map of the colours, and quicker so than one after the other.
    grey = torch.full((channels, channels), 1 / channels, device=images.device)
    colours = torch.lerp(grey, torch.eye(channels, device=images.device), saturation)
    pixels = images.flatten(2)
    middle = (1 - contrast) * pixels.mean(dim=(1, 2), keepdim=True)
    lit = torch.baddbmm(light * middle, light * contrast * colours, pixels).reshape(images.shape)
    ends = torch.linspace(-1, 1, side, device=images.device)
    slope = _normal(images, 0.25, generator, 2)
    fall = torch.exp(slope[:, :1] * ends) * torch.exp(slope[:, 1:] * ends[:, None])
    gamma = torch.exp(_uniform(images, -0.4, 0.4, generator))
    return (lit * fall).clamp_(1e-4, 1) ** gamma


def _change_some(images: Tensor, change: Change, share: float, generator: torch.Generator) -> Tensor:
    """Change that share of the images, chosen by chance."""
    rows = _some(images, share, generator)
    return images.index_put((rows,), change(images[rows], generator)) if len(rows) else images


def _add_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """A camera's, as it is in little light."""
    seed = int(torch.randint(2**62, (), generator=generator))
    there = torch.Generator(images.device).manual_seed(seed)
    noise = torch.randn(images.shape, generator=there, device=images.device)
    return images + noise * _uniform(images, 0, 14, generator)


def _blur(images: Tensor, generator: torch.Generator) -> Tensor:
    """Out of focus or moved along a line."""
    n, channels, side, _ = images.shape
    reach = 4
    offsets = torch.arange(-reach, reach + 1, device=images.device)
    x, y = offsets[None, None, :], offsets[None, :, None]
    angle = _uniform(images, 0, torch.pi, generator)[:, 0]
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    width = _uniform(images, 0.3, 1.3, generator)[:, 0]
    length = width + _uniform(images, 0, 2.5, generator)[:, 0]
    kernels = torch.exp(-0.5 * ((along / length) ** 2 + (across / width) ** 2))
    kernels = (kernels / kernels.sum(dim=(1, 2), keepdim=True)).repeat_interleave(channels, dim=0)[:, None]
    padded = functional.pad(images, (reach,) * 4, mode="replicate").reshape(1, n * channels, side + 2 * reach, -1)
    return functional.conv2d(padded, kernels, groups=n * channels).reshape(images.shape)


def _hide(images: Tensor, generator: torch.Generator, augmentation_strength: float) -> Tensor:
    """Lay a piece of the next picture over a rectangle of a third of them."""
    side = images.shape[-1]
    cells = torch.arange(side, device=images.device)
    size = _uniform(images, 0.1, 0.45, generator, 2) * side
    start = _uniform(images, 0, 1, generator, 2) * (side - size)
    inside = ((cells >= start[..., 0]) & (cells < (start + size)[..., 0]))[:, :, None]
    columns, rows = inside[:, 0:1], inside[:, 1:2].transpose(2, 3)
    mask = rows & columns & (_uniform(images, 0, 1, generator) < 0.35 * augmentation_strength)
    return torch.where(mask, images.roll(1, dims=0), images)


def _compress(images: Tensor, generator: torch.Generator) -> Tensor:
    """Smear as JPEG and video do: of each block of 8x8 px, round what its cosine waves contribute."""
    n, channels, side, _ = images.shape
    waves = torch.arange(8, device=images.device)
    basis = torch.cos(torch.pi / 8 * waves[:, None] * (waves + 0.5)) / 2
    basis[0] /= 2**0.5  # orthonormal: its transpose undoes it
    kernels = (basis[:, None, :, None] * basis[None, :, None, :]).reshape(64, 1, 8, 8)
    # The finer a wave, the coarser it is rounded, about as in the tables of the JPEG standard.
    finer = (1 + waves[:, None] + waves).reshape(1, 64, 1, 1)
    step = (finer * _uniform(images, 1, 14, generator)).repeat_interleave(channels, dim=0)
    parts = functional.conv2d(images.reshape(n * channels, 1, side, side), kernels, stride=8)
    return functional.conv_transpose2d((parts / step).round() * step, kernels, stride=8).reshape(images.shape)


def _uniform(images: Tensor, low: float, high: float, generator: torch.Generator, count: int = 1) -> Tensor:
    """``(n, count, 1, 1)`` random numbers, for that many images."""
    return sent(low + (high - low) * torch.rand((len(images), count, 1, 1), generator=generator), images.device)


def _normal(images: Tensor, spread: float, generator: torch.Generator, count: int) -> Tensor:
    """``(n, count, 1, 1)`` random numbers about 0, for that many images."""
    return sent(spread * torch.randn((len(images), count, 1, 1), generator=generator), images.device)


def _some(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Which of the images chance chooses; about that share of them."""
    chosen = torch.rand(len(images), generator=generator) < share
    return sent(chosen.nonzero()[:, 0], images.device)

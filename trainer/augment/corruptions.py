"""Corrupt the pixels of training crops: lighting, blur, occlusion, noise, compression; in batches, on the device.

Geometry is perturbed in :mod:`trainer.data.training_crops`. Random numbers are drawn on the CPU, which therefore knows
which crops change without waiting for a GPU.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from ..camera.blur import filter_each, gaussian_kernels, motion_kernels
from ..camera.jpeg import jpeg
from ..data.background import hand_masks
from ..data.to_device import to_device
from ..data.training_crops import Batch

COLOUR_JITTER_SHARE = 0.25  # of the hands
# Of the crops, at full augmentation strength.
BLUR_SHARE, OCCLUSION_SHARE, DISTANCE_SHARE, NOISE_SHARE, COMPRESSION_SHARE = 0.35, 0.35, 0.15, 0.5, 0.35
# Sides at which far hands are seen, in those of the crop; the joint box of a hand takes about half of a side.
DISTANT_SIDES = tuple(side / 32 for side in range(10, 30))
NOISE = 20 / 255  # standard deviation, at most
BLUR_SIGMA_PX, MOTION_PX = (0.3, 1.3), (0.0, 8.0)
MOTION_TAPS, MOTION_REACH_PX, DEFOCUS_REACH_PX = 9, 5, 4
JPEG_QUALITY = (20.0, 95.0)

Corruption: TypeAlias = Callable[[Tensor, torch.Generator], Tensor]


def corrupt(images: Tensor, generator: torch.Generator, augmentation_strength: float) -> Tensor:
    """Change the lighting, and blur, occlude, move away, add noise to and compress some of the images.

    Args:
        images: ``(n, 3, s, s)`` RGB, 0..255.
        generator: on the CPU; the same state gives the same result.
        augmentation_strength: factor of the probabilities that an image is blurred, occluded, moved away, noisy or
            compressed, 0..1; the lighting of all images changes.

    Returns:
        ``(n, 3, s, s)`` float32, 0..255.
    """
    corrupted = _occlude(images.float() / 255, generator, OCCLUSION_SHARE * augmentation_strength)
    corrupted = _apply_to_share(corrupted, _blur, BLUR_SHARE * augmentation_strength, generator)
    corrupted = _change_lighting(corrupted, generator)
    corrupted = _apply_to_share(corrupted, _move_away, DISTANCE_SHARE * augmentation_strength, generator)
    corrupted = _apply_to_share(corrupted, _add_noise, NOISE_SHARE * augmentation_strength, generator)
    corrupted = _apply_to_share(corrupted, _compress, COMPRESSION_SHARE * augmentation_strength, generator)
    return (corrupted * 255).clamp(0, 255)


def colour_jitter(batch: Batch, generator: torch.Generator, augmentation_strength: float) -> Tensor:
    """Change the colours of some hands, as another light, gloves or paint would, but not those around them.

    Args:
        batch: of ``n`` crops.
        generator: on the CPU; the same state gives the same result.
        augmentation_strength: factor of the probability that a hand changes, 0..1.

    Returns:
        ``(n, 3, s, s)`` float32, 0..255.
    """
    images = batch.images.float()
    rows = _choose_rows(images, COLOUR_JITTER_SHARE * augmentation_strength, generator)
    chosen = images[rows]
    tint = torch.exp(_normal(chosen, 0.25, generator, 3))
    ranges = (0.0, 1.0), (-0.5, 0.5), (0.09, 0.25)
    desaturation, exposure, radius = (_uniform(chosen, low, high, generator) for low, high in ranges)
    jittered = torch.lerp(chosen, chosen.mean(dim=1, keepdim=True), desaturation) * tint * torch.exp(exposure)
    side = images.shape[-1]
    masks = hand_masks(batch.joints[rows] * side, radius.flatten(), side) * batch.hand[rows, None, None, None]
    return images.index_put((rows,), torch.lerp(chosen, jittered.clamp(max=255), masks))


def _change_lighting(images: Tensor, generator: torch.Generator) -> Tensor:
    """Change exposure up to saturation, direction and colour of the light, gamma, contrast, saturation; 0..1."""
    channels, side = images.shape[1:3]
    exposure = torch.exp(_uniform(images, -0.7, 0.7, generator))
    tint = torch.exp(_normal(images, 0.12, generator, channels))
    light = (exposure * tint)[..., 0]
    saturation, contrast = (_uniform(images, *r, generator)[..., 0] for r in ((0.1, 1.6), (0.6, 1.4)))
    # All but gamma is one affine map of the colours, which is faster than one after the other.
    grey = torch.full((channels, channels), 1 / channels, device=images.device)
    colours = torch.lerp(grey, torch.eye(channels, device=images.device), saturation)
    pixels = images.flatten(2)
    offset = (1 - contrast) * pixels.mean(dim=(1, 2), keepdim=True)
    lit = torch.baddbmm(light * offset, light * contrast * colours, pixels).reshape(images.shape)
    line = torch.linspace(-1, 1, side, device=images.device)
    slope = _normal(images, 0.25, generator, 2)
    gradient = torch.exp(slope[:, :1] * line) * torch.exp(slope[:, 1:] * line[:, None])
    gamma = torch.exp(_uniform(images, -0.4, 0.4, generator))
    return (lit * gradient).clamp_(1e-4, 1) ** gamma


def _add_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Add the noise of a camera in low light."""
    seed = int(torch.randint(2**62, (), generator=generator))
    device_generator = torch.Generator(images.device).manual_seed(seed)
    noise = torch.randn(images.shape, generator=device_generator, device=images.device)
    return images + noise * _uniform(images, 0, NOISE, generator)


def _blur(images: Tensor, generator: torch.Generator) -> Tensor:
    """Defocus, with motion along a line."""
    sigma, length, angle = (
        _uniform(images, *limits, generator).flatten() for limits in (BLUR_SIGMA_PX, MOTION_PX, (0.0, math.pi))
    )
    motion = motion_kernels(length, angle, taps=MOTION_TAPS, reach=MOTION_REACH_PX)
    return filter_each(filter_each(images, motion), gaussian_kernels(sigma, reach=DEFOCUS_REACH_PX))


def _move_away(images: Tensor, generator: torch.Generator) -> Tensor:
    """Lose resolution, as far hands do, which are enlarged to the size of a crop."""
    matrices = _resampling_matrices(images.shape[-1])
    chosen = torch.randint(len(matrices), (len(images),), generator=generator)
    matrix = to_device(matrices[chosen], images.device)[:, None]
    return matrix @ images @ matrix.mT


@lru_cache(maxsize=2)
def _resampling_matrices(side: int) -> Tensor:
    """``(k, side, side)``: each shrinks a row of px by averaging, and enlarges it again bilinearly."""
    rows = torch.eye(side)[None]
    shrunk = [functional.interpolate(rows, size=round(share * side), mode="area") for share in DISTANT_SIDES]
    return torch.cat([functional.interpolate(row, size=side, mode="linear") for row in shrunk]).mT


def _compress(images: Tensor, generator: torch.Generator) -> Tensor:
    """Add the artefacts of JPEG and of video compression."""
    return jpeg(images, _uniform(images, *JPEG_QUALITY, generator).flatten())


def _occlude(images: Tensor, generator: torch.Generator, probability: float) -> Tensor:
    """Cover a rectangle of some images with that of the next image."""
    side = images.shape[-1]
    cells = torch.arange(side, device=images.device)
    size = _uniform(images, 0.1, 0.45, generator, 2) * side
    start = _uniform(images, 0, 1, generator, 2) * (side - size)
    inside = ((cells >= start[..., 0]) & (cells < (start + size)[..., 0]))[:, :, None]
    columns, rows = inside[:, 0:1], inside[:, 1:2].transpose(2, 3)
    mask = rows & columns & (_uniform(images, 0, 1, generator) < probability)
    return torch.where(mask, images.roll(1, dims=0), images)


def _apply_to_share(images: Tensor, corruption: Corruption, probability: float, generator: torch.Generator) -> Tensor:
    """Corrupt a random share of the images."""
    rows = _choose_rows(images, probability, generator)
    return images.index_put((rows,), corruption(images[rows], generator)) if len(rows) else images


def _choose_rows(images: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Choose each image with a probability."""
    chosen = torch.rand(len(images), generator=generator) < probability
    return to_device(chosen.nonzero()[:, 0], images.device)


def _uniform(images: Tensor, low: float, high: float, generator: torch.Generator, count: int = 1) -> Tensor:
    """``(n, count, 1, 1)`` random numbers for ``n`` images."""
    return to_device(low + (high - low) * torch.rand((len(images), count, 1, 1), generator=generator), images.device)


def _normal(images: Tensor, sigma: float, generator: torch.Generator, count: int) -> Tensor:
    """``(n, count, 1, 1)`` random numbers around 0 for ``n`` images."""
    return to_device(sigma * torch.randn((len(images), count, 1, 1), generator=generator), images.device)

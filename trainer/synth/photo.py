"""A cheap camera: motion blur, defocus, exposure, sensor noise and JPEG, with random parameters."""

import math

import torch
from torch import Tensor

from ..camera.blur import filter_each, gaussian_kernels, motion_kernels
from ..camera.jpeg import jpeg
from ..rng import CounterRng

MOTION_PROBABILITY, MAX_MOTION = 0.5, 0.05  # the maximum in fractions of the image's longer side
MOTION_TAPS, MOTION_REACH_PX = 13, 6
DEFOCUS_REACH_PX = 3


def motion_blur(layers: Tensor, rng: CounterRng) -> Tensor:
    """Blur ``(n, c, h, w)`` along a random line per image; some images stay as they are."""
    height, width = layers.shape[2:]
    length_px = rng.uniform(0, 1) ** 2 * MAX_MOTION * max(height, width) * rng.bernoulli(MOTION_PROBABILITY)
    angle = rng.uniform(0, math.pi)
    return filter_each(layers, motion_kernels(length_px, angle, taps=MOTION_TAPS, reach=MOTION_REACH_PX))


def defocus(images: Tensor, rng: CounterRng) -> Tensor:
    """Blur ``(n, c, h, w)``, most of them slightly."""
    sigma_px = 0.25 + 1.2 * rng.uniform(0, 1) ** 3
    return filter_each(images, gaussian_kernels(sigma_px, reach=DEFOCUS_REACH_PX))


def expose(images: Tensor, rng: CounterRng) -> Tensor:
    """Convert linear light ``(n, 3, h, w)`` to sRGB 0..1: auto-exposure, white balance, sensor noise, contrast."""
    mean = images.mean((1, 2, 3)).clamp(min=0.05)
    gain = (0.22 / mean) ** 0.5 * torch.exp(rng.normal(0.25))
    white_balance = torch.exp(rng.normal(0.06, 3))
    light = images * (gain[:, None] * white_balance)[..., None, None]
    noise_level = rng.uniform(0, 1) ** 2 * 0.05
    noise_std = (light.clamp(min=0) + 0.02).sqrt() * noise_level[:, None, None, None]
    light = light + noise_std * _noise(rng, images.shape)
    compressed = light.clamp(min=0) / (1 + 0.25 * light.clamp(min=0)) * 1.25  # highlights
    gamma = torch.exp(rng.normal(0.08))[:, None, None, None] / 2.2
    return compressed.clamp(1e-5, 1) ** gamma


def jpeg_compress(images: Tensor, rng: CounterRng) -> Tensor:
    """Compress sRGB ``(n, 3, h, w)``, 0..1, with a random quality per image."""
    return jpeg(images, rng.uniform(25, 97))


def _noise(rng: CounterRng, shape: torch.Size) -> Tensor:
    """Sample nearly normal noise with a standard deviation of 1: sums of uniform numbers are cheaper."""
    return (rng.uniform(-1, 1, *shape[1:]) + rng.uniform(-1, 1, *shape[1:])) * math.sqrt(1.5)

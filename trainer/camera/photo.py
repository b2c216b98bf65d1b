"""Change an image as another light and another camera would: colour, darkness, blur, noise, compression.

One image at a time, in 8 bits and with OpenCV, which takes a CPU a millisecond where
:mod:`trainer.augment.corruptions` is made for batches on a GPU.
"""

import math
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image

# Of the images, at full augmentation strength.
GREY_SHARE, DARK_SHARE, SLOPE_SHARE, BLUR_SHARE, MOTION_SHARE, NOISE_SHARE, JPEG_SHARE = (
    *(0.12, 0.2, 0.2),
    *(0.15, 0.15, 0.4, 0.3),
)
BLUR_SIGMA_PX, MOTION_PX, NOISE_LEVELS, JPEG_QUALITY = (0.3, 1.3), (2.0, 9.0), (1.0, 14.0), (20, 90)
NOISE_PX = 1024  # side of the noise that is drawn once and then cut from at random


def photograph(image: Image, rng: np.random.Generator, strength: float) -> Image:
    """Change an image at random.

    Args:
        image: ``(h, w, 3)`` RGB.
        rng: of the changes.
        strength: factor of the probabilities of all but the colours' change, 0..1.
    """
    image = _relight(image, rng, strength)
    if rng.random() < BLUR_SHARE * strength:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(*BLUR_SIGMA_PX)), np.uint8)
    if rng.random() < MOTION_SHARE * strength:
        image = np.asarray(cv2.filter2D(image, -1, _line(rng), borderType=cv2.BORDER_REPLICATE), np.uint8)
    if rng.random() < NOISE_SHARE * strength:
        image = _add_noise(image, rng)
    if rng.random() < JPEG_SHARE * strength:
        quality = int(rng.integers(*JPEG_QUALITY))
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(code, cv2.IMREAD_UNCHANGED), np.uint8)
    return image


def _relight(image: Image, rng: np.random.Generator, strength: float) -> Image:
    """Change saturation, exposure, the colour of the light, gamma and contrast; some images become grey or dark."""
    if rng.random() < GREY_SHARE * strength:  # also as an infrared camera sees: of a random mix of the channels
        mix = np.broadcast_to(rng.dirichlet((1.0, 1.0, 1.0)), (3, 3))
        tint = np.ones(3)
    else:
        mix = np.eye(3) + (1 - rng.uniform(0.3, 1.5)) * (np.full((3, 3), 1 / 3) - np.eye(3))
        tint = np.exp(rng.normal(0, 0.15, 3))
    image = np.asarray(cv2.transform(image, mix), np.uint8)
    exposure = rng.uniform(-0.6, 0.6) - (rng.uniform(0.5, 1.8) if rng.random() < DARK_SHARE * strength else 0)
    gamma, contrast = math.exp(rng.uniform(-0.45, 0.45)), rng.uniform(0.7, 1.35)
    levels = (np.arange(256, dtype=np.float64)[:, None] / 255) ** gamma
    levels = ((levels - 0.45) * contrast + 0.45).clip(0) * math.exp(exposure) * tint
    table = (255 * levels).clip(0, 255).astype(np.uint8)
    image = np.asarray(cv2.LUT(image, table[None]), np.uint8)
    return _slope(image, rng) if rng.random() < SLOPE_SHARE * strength else image


def _slope(image: Image, rng: np.random.Generator) -> Image:
    """Brighten one side of an image and darken the other, as a window or a lamp does."""
    x, y = (np.linspace(-1, 1, count, dtype=np.float32) for count in (image.shape[1], image.shape[0]))
    right, down = rng.normal(0, 0.5, 2).astype(np.float32)
    factors = np.exp(right * x) * np.exp(down * y)[:, None]
    return np.asarray(cv2.multiply(image, cv2.merge([factors] * 3), dtype=cv2.CV_8U), np.uint8)


def _line(rng: np.random.Generator) -> Floats:
    """A kernel that averages along a straight line."""
    length, angle = rng.uniform(*MOTION_PX), rng.uniform(0, math.pi)
    side = 2 * math.ceil(length / 2) + 1
    kernel = np.zeros((side, side), np.float32)
    reach = length / 2 * np.array([math.cos(angle), math.sin(angle)])
    low, high = side // 2 - reach, side // 2 + reach
    fixed = 4  # bits behind the point
    start, end = ([round(float(value) * 2**fixed) for value in point] for point in (low, high))
    cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_AA, fixed)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _add_noise(image: Image, rng: np.random.Generator) -> Image:
    """Add the noise of a sensor, in grey or in colour."""
    height, width = image.shape[:2]
    top, left = rng.integers(0, NOISE_PX - max(height, width), 2)
    noise = _noise()[top : top + height, left : left + width]
    if rng.random() < 0.5:
        noise = np.repeat(noise[..., :1], 3, axis=2)
    return np.asarray(cv2.addWeighted(image, 1, noise, rng.uniform(*NOISE_LEVELS), 0, dtype=cv2.CV_8U), np.uint8)


@cache
def _noise() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((NOISE_PX, NOISE_PX, 3), np.float32)

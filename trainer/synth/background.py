"""Backgrounds: procedural rooms of gradients, boxes, ellipses and noise, or crops of image files."""

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.types.errors import HandPoseError

from ..rng import CounterRng
from .skin import DARKEST, LIGHTEST

SHAPES = 14
OCTAVES = (3, 6, 12, 24, 48)
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def sample_rooms(rng: CounterRng, height: int, width: int) -> Tensor:
    """Sample procedural rooms ``(n, h, w, 3)`` in linear RGB."""
    n, device = len(rng), rng.device
    y, x = torch.meshgrid(
        (torch.arange(height, device=device) + 0.5) / max(height, width),
        (torch.arange(width, device=device) + 0.5) / max(height, width),
        indexing="ij",
    )
    corners = _colours(rng, 4).view(n, 2, 2, 3).permute(0, 3, 1, 2)
    room = functional.interpolate(corners, (height, width), mode="bilinear", align_corners=True)
    room = room * torch.exp(0.35 * rng.uniform(0, 1, 1, 1, 1) ** 2 * _fractal_noise(rng, height, width))
    density = rng.uniform(0, 1)
    for _ in range(SHAPES):
        alpha = _shape_alpha(rng, x, y) * (rng.uniform(0, 1) < density)[:, None, None]
        fill = _colours(rng, 1).permute(0, 2, 1)[..., None]
        gradient = 1 + rng.normal(0.3, 1, 1, 1) * (y - 0.5) + rng.normal(0.3, 1, 1, 1) * (x - 0.5)
        room = torch.lerp(room, fill * gradient[:, None].reshape(n, 1, height, width), alpha[:, None])
    return room.clamp(0, 1).permute(0, 2, 3, 1)


def list_images(folder: Path) -> list[Path]:
    """List the image files of a folder and its subfolders, sorted, without hidden files.

    Raises:
        HandPoseError: there are none.
    """
    files = (path for path in folder.rglob("*") if not path.name.startswith("."))
    images = sorted(path for path in files if path.suffix.lower() in IMAGE_SUFFIXES)
    if not images:
        raise HandPoseError(f"There are no images in {folder}; name a folder of JPEG or PNG files.")
    return images


def sample_crops(rng: CounterRng, images: Sequence[Path], height: int, width: int) -> Tensor:
    """Sample crops ``(n, h, w, 3)`` of random image files in linear RGB.

    Raises:
        HandPoseError: a file cannot be read.
    """
    chosen, draws = rng.uniform(0, len(images)), rng.uniform(0, 1, 4)
    crops = [
        _crop(images[int(index)], draw, height, width)
        for index, draw in zip(chosen.tolist(), draws.tolist(), strict=True)
    ]
    return torch.from_numpy(np.stack(crops)).to(rng.device).float().div(255) ** 2.2


def _crop(path: Path, draw: list[float], height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Crop an image file by four numbers 0..1: scale, top, left, flip."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise HandPoseError(f"The image {path} cannot be read; remove it from the folder of backgrounds.")
    scale = max(height / image.shape[0], width / image.shape[1]) * (1 + draw[0])
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    image = cv2.copyMakeBorder(image, 0, 1, 0, 1, cv2.BORDER_REPLICATE)  # rounding may have lost a row
    top, left = int(draw[1] * (image.shape[0] - height)), int(draw[2] * (image.shape[1] - width))
    crop = image[top : top + height, left : left + width]
    return np.ascontiguousarray(crop[:, ::-1] if draw[3] < 0.5 else crop)


def _colours(rng: CounterRng, count: int) -> Tensor:
    """Sample ``(n, count, 3)`` linear RGB: mostly greys and browns, some saturated, some skin colours."""
    bright = rng.uniform(0.02, 0.95, count, 1) ** 1.8
    tint = torch.exp(rng.normal(0.14, count, 3) * (1 + 4 * (rng.uniform(0, 1, count, 1) < 0.2)))
    light, dark = (torch.tensor(colour, device=rng.device).log() for colour in (LIGHTEST, DARKEST))
    skin = torch.exp(torch.lerp(light, dark, rng.uniform(0, 1, count, 1))) * rng.uniform(0.4, 1, count, 1)
    return torch.where(rng.uniform(0, 1, count, 1) < 0.15, skin, bright * tint).clamp(0, 1)


def _fractal_noise(rng: CounterRng, height: int, width: int) -> Tensor:
    """Sample ``(n, 3, h, w)`` fractal noise around 0, with a random roughness per image."""
    noise = torch.zeros(len(rng), 3, height, width, device=rng.device)
    roughness = rng.uniform(0.4, 1.0, 1, 1, 1)
    for octave, cells in enumerate(OCTAVES):
        coarse = rng.normal(1, 1, cells, cells) + rng.normal(0.12, 3, cells, cells)
        upsampled = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
        noise += roughness**octave * upsampled
    return noise


def _shape_alpha(rng: CounterRng, x: Tensor, y: Tensor) -> Tensor:
    """Sample the ``(n, h, w)`` alpha of a rotated box or ellipse, plain or striped, sharp or blurred."""

    def draw(low: float, high: float) -> Tensor:
        return rng.uniform(low, high, 1, 1)

    angle = rng.normal(0.25, 1, 1) + (math.pi / 2) * (draw(0, 1) < 0.5)
    dx, dy = x - draw(-0.1, 1.1), y - draw(-0.1, 1.1)
    across = (angle.cos() * dx + angle.sin() * dy) / draw(0.02, 0.45)
    along = (angle.cos() * dy - angle.sin() * dx) / draw(0.03, 0.6)
    ellipse = (across.square() + along.square()).sqrt()
    box = torch.maximum(across.abs(), along.abs())
    edge = torch.where(draw(0, 1) < 0.5, ellipse, box)
    softness = draw(0.01, 0.25) ** 1.5
    stripes = torch.where(draw(0, 1) < 0.2, 0.5 + 0.5 * torch.sin(across * draw(5, 30)), 1.0)
    return torch.sigmoid((1 - edge) / softness) * stripes

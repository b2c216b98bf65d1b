"""Flat backgrounds: images of a folder, or made ones, as bright as the light on the person."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError

from ..view import Camera
from .textures import sample_texture

LONGEST_PX = 1024
LINEAR = (np.arange(256, dtype=np.float32) / 255) ** np.float32(2.2)
CACHED = 32
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def list_images(folder: Path) -> list[Path]:
    """List the image files of a folder and its subfolders, sorted, without hidden files.

    Raises:
        HandPoseError: there are none.
    """
    files = (path for path in folder.rglob("*") if not path.name.startswith("."))
    images = sorted(path for path in files if path.suffix.lower() in SUFFIXES)
    if not images:
        raise HandPoseError(f"There are no images in {folder}; name a folder of JPEG or PNG files.")
    return images


@lru_cache(maxsize=CACHED)
def read_image(path: Path) -> Image:
    """Read an image ``(h, w, 3)`` sRGB, at most ``LONGEST_PX`` long.

    Raises:
        HandPoseError: it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise HandPoseError(f"The image {path} cannot be read; remove it from the folder of backgrounds.")
    scale = LONGEST_PX / max(image.shape)
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def sample_background(rng: np.random.Generator, camera: Camera, level: float, images: list[Image]) -> Floats:
    """Sample a part of an image, or of a made one if there are none, as ``(h, w, 3)`` linear RGB.

    Args:
        rng: random numbers.
        camera: that sees it.
        level: brightness of a white wall.
        images: to choose from.
    """
    image = (
        images[rng.integers(len(images))] if images else sample_texture(rng, "clouds", "picture", "plaster", "stripes")
    )
    background = LINEAR[_crop(rng, image, camera.width, camera.height)]
    if rng.random() < 0.5:
        background = np.asarray(cv2.GaussianBlur(background, (0, 0), float(rng.uniform(0.5, 5))), np.float32)
    wanted = 0.3 * level * np.exp(rng.normal(0, 0.6))
    return np.asarray(background * (wanted / max(float(background.mean()), 0.02)), np.float32)


def _crop(rng: np.random.Generator, image: Image, width: int, height: int) -> Image:
    """Cut a random part of the wanted shape, perhaps mirrored, and resize it."""
    scale = min(image.shape[1] / width, image.shape[0] / height) * rng.uniform(0.6, 1)
    across, down = max(1, int(width * scale)), max(1, int(height * scale))
    left, top = rng.integers(image.shape[1] - across + 1), rng.integers(image.shape[0] - down + 1)
    part = image[top : top + down, left : left + across]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(part), (width, height), interpolation=way), np.uint8)

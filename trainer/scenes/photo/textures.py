"""Procedural textures of walls, floors, furniture and cloth; each is made once and shared by all scenes."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image

SIZE = 256
VARIANTS = 6  # of each kind


@cache
def texture(kind: str, variant: int) -> Image:
    """Return a texture ``(256, 256, 3)`` sRGB, bright enough to be tinted by a material's colour.

    Args:
        kind: one of ``KINDS``.
        variant: 0 to ``VARIANTS`` - 1.
    """
    rng = np.random.default_rng((list(KINDS).index(kind), variant))
    return np.asarray(np.clip(KINDS[kind](rng), 0, 1) ** (1 / 2.2) * 255 + 0.5, np.uint8)


def sample_texture(rng: np.random.Generator, *kinds: str) -> Image:
    """Sample a texture of one of some kinds."""
    return texture(str(rng.choice(kinds)), int(rng.integers(VARIANTS)))


def noise(rng: np.random.Generator, slope: float, stretch: float = 1.0) -> Floats:
    """Return tileable noise ``(256, 256)`` of mean 0 and deviation 1.

    Args:
        rng: random numbers.
        slope: of the spectrum: 0 is white, 1 cloudy, 2 smooth.
        stretch: length of the features along x over that along y.
    """
    x, y = np.meshgrid(np.fft.fftfreq(SIZE) * SIZE * stretch, np.fft.fftfreq(SIZE) * SIZE)
    spectrum = np.fft.fft2(rng.standard_normal((SIZE, SIZE))) / np.maximum(np.hypot(x, y), 1) ** slope
    spectrum[0, 0] = 0
    values = np.fft.ifft2(spectrum).real
    return np.asarray(values / values.std(), np.float32)


def _grid() -> tuple[Floats, Floats]:
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32) / SIZE
    return x, y


def _tinted(values: NDArray[np.floating], low: NDArray[np.floating], high: NDArray[np.floating]) -> Floats:
    return np.asarray(low + values[..., None] * (high - low), np.float32)


def _plaster(rng: np.random.Generator) -> Floats:
    return _tinted(0.85 + 0.03 * noise(rng, 1.2) + 0.02 * noise(rng, 0.3), np.zeros(3), rng.uniform(0.85, 1, 3))


def _wood(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    planks = int(rng.integers(2, 9))
    plank = np.floor(y * planks).astype(int)
    rings = np.sin(40 * y + 3 * noise(rng, 1.8, 0.1)) * 0.5 + 0.5
    tone = rng.uniform(0.6, 1, planks)[plank % planks] * (0.7 + 0.25 * rings + 0.05 * noise(rng, 0.5, 0.05))
    gap = np.minimum((y * planks) % 1, 1 - (y * planks) % 1) < 0.03
    del x
    return _tinted(np.where(gap, 0.25, tone), rng.uniform(0, 0.05, 3), np.array([1.0, 0.68, 0.42]))


def _tiles(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    across, down = int(rng.integers(2, 9)), int(rng.integers(2, 9))
    shift = 0.5 * rng.integers(2) * (np.floor(y * down) % 2)
    column, row = np.floor(x * across + shift).astype(int) % across, np.floor(y * down).astype(int)
    tone = (1 - rng.uniform(0, 0.4) * rng.random((down, across)))[row, column] + 0.03 * noise(rng, 1.0)
    joint = np.minimum((x * across + shift) % 1, (y * down) % 1) < rng.uniform(0.03, 0.08)
    return _tinted(np.where(joint, rng.uniform(0.2, 1), tone), np.zeros(3), rng.uniform(0.6, 1, 3))


def _carpet(rng: np.random.Generator) -> Floats:
    return _tinted(0.6 + 0.15 * noise(rng, 0.4) + 0.05 * noise(rng, 1.5), np.zeros(3), rng.uniform(0.7, 1, 3))


def _stripes(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    count = int(rng.integers(3, 30))
    phase = (x if rng.random() < 0.7 else x + y) * count
    colours = rng.uniform(0.1, 1, (int(rng.integers(2, 5)), 3))
    return np.asarray(colours[np.floor(phase * len(colours)).astype(int) % len(colours)], np.float32)


def _checks(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    count = int(rng.integers(2, 20))
    across, down = np.floor(2 * x * count) % 2, np.floor(2 * y * count) % 2
    blend = (across + down) / 2 if rng.random() < 0.5 else np.abs(across - down)
    return _tinted(blend, *rng.uniform(0.05, 1, (2, 3)))


def _dots(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    count = int(rng.integers(3, 16))
    radius = np.hypot((x * count) % 1 - 0.5, (y * count) % 1 - 0.5)
    return _tinted((radius < rng.uniform(0.15, 0.45)).astype(np.float32), *rng.uniform(0.05, 1, (2, 3)))


def _marble(rng: np.random.Generator) -> Floats:
    veins = np.abs(noise(rng, 1.6)) ** 0.5
    return _tinted(np.clip(veins, 0, 1), *rng.uniform(0.2, 1, (2, 3)))


def _ground(rng: np.random.Generator) -> Floats:
    """Sample grass, soil, sand or asphalt."""
    low = np.array([[0.1, 0.16, 0.04], [0.16, 0.1, 0.06], [0.5, 0.42, 0.3], [0.14, 0.14, 0.15]])[rng.integers(4)]
    return _tinted(0.5 + 0.25 * noise(rng, 0.6) + 0.15 * noise(rng, 1.4), low * 0.4, low * 1.8)


def _foliage(rng: np.random.Generator) -> Floats:
    return _tinted(
        0.4 + 0.35 * noise(rng, 0.9), np.array([0.01, 0.02, 0.005]), rng.uniform([0.1, 0.2, 0.02], [0.5, 0.5, 0.2])
    )


def _bricks(rng: np.random.Generator) -> Floats:
    x, y = _grid()
    shift = 0.5 * (np.floor(y * 8) % 2)
    tone = rng.uniform(0.5, 1, (8, 4))[np.floor(y * 8).astype(int), np.floor(x * 4 + shift).astype(int) % 4]
    mortar = ((x * 4 + shift) % 1 < 0.05) | ((y * 8) % 1 < 0.1)
    rough = tone + 0.08 * noise(rng, 0.7)
    return np.where(mortar[..., None], 0.6, _tinted(rough, np.zeros(3), rng.uniform([0.5, 0.2, 0.1], [0.9, 0.5, 0.4])))


def _picture(rng: np.random.Generator) -> Floats:
    """Sample a poster: shapes in a few colours."""
    image = np.full((SIZE, SIZE, 3), rng.uniform(0.05, 1, 3), np.float32)
    for _ in range(int(rng.integers(3, 25))):
        centre, axes = rng.integers(0, SIZE, 2).tolist(), rng.integers(5, 90, 2).tolist()
        colour = rng.uniform(0, 1, 3).tolist()
        if rng.random() < 0.5:
            cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(image, centre, (np.array(centre) + axes).tolist(), colour, -1)
    return image * (1 + 0.08 * noise(rng, 1.0)[..., None])


def _clouds(rng: np.random.Generator) -> Floats:
    return _tinted(0.5 + 0.3 * noise(rng, rng.uniform(0.8, 1.8)), *rng.uniform(0, 1, (2, 3)))


KINDS = {
    "plaster": _plaster,
    "wood": _wood,
    "tiles": _tiles,
    "carpet": _carpet,
    "stripes": _stripes,
    "checks": _checks,
    "dots": _dots,
    "marble": _marble,
    "ground": _ground,
    "foliage": _foliage,
    "bricks": _bricks,
    "picture": _picture,
    "clouds": _clouds,
}

"""Cloth as a material: colours, patterns, weaves."""

import colorsys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from handpose_live.types.arrays import Floats, Image

from ..mesh import Material
from ..photo.backgrounds import read_image

Colour = tuple[float, float, float]
TILE_PX = 128
PLAIN_SHARE, PRINTED_SHARE = 0.6, 0.4  # of all cloth without patterns; of the rest, with images on it
# sRGB of skins from pale to deep brown: cloth of these colours must not be taken for skin.
SKIN_COLOURS = ((238, 204, 182), (224, 172, 140), (198, 140, 105), (150, 98, 70), (105, 66, 46), (66, 42, 32))


def linear(srgb: tuple[float, float, float]) -> Colour:
    """Return linear RGB of an sRGB colour 0..1 (IEC 61966-2-1, as a power of 2.2)."""
    red, green, blue = (float(max(value, 0.0)) ** 2.2 for value in srgb)
    return red, green, blue


def sample_colour(rng: np.random.Generator) -> Colour:
    """Return the sRGB colour, 0..1, of cloth: greys, black and white most often, sometimes that of a skin."""
    kind = rng.choice(
        ["grey", "dark", "white", "muted", "vivid", "red", "skin"], p=[0.15, 0.2, 0.12, 0.23, 0.15, 0.05, 0.1]
    )
    if kind == "skin":
        return jitter(rng, SKIN_COLOURS[rng.integers(len(SKIN_COLOURS))])
    if kind == "red":
        return colorsys.hsv_to_rgb(rng.normal(0, 0.02) % 1, rng.uniform(0.7, 1), rng.uniform(0.4, 0.9))
    low, high, saturation = {
        "grey": (0.25, 0.8, 0.1),
        "dark": (0.02, 0.2, 0.6),
        "white": (0.82, 0.97, 0.08),
        "muted": (0.2, 0.85, 0.5),
        "vivid": (0.4, 0.95, 1.0),
    }[str(kind)]
    return colorsys.hsv_to_rgb(rng.uniform(), saturation * rng.uniform(0.3, 1), rng.uniform(low, high))


def jitter(rng: np.random.Generator, srgb: tuple[int, int, int], spread: float = 0.04) -> Colour:
    """Return an 8-bit sRGB colour as 0..1, varied."""
    red, green, blue = np.clip(np.array(srgb) / 255 + rng.normal(0, spread, 3), 0, 1)
    return float(red), float(green), float(blue)


def sample_fabric(rng: np.random.Generator, images: Sequence[Path] = ()) -> Material:
    """Return cloth: wool, cotton or a shiny synthetic, plain, with a pattern or printed with a part of an image."""
    roughness, specular, bump = ((0.95, 0.05, 0.5), (0.85, 0.15, 0.25), (0.45, 0.4, 0.1))[
        rng.choice(3, p=[0.3, 0.55, 0.15])
    ]
    material = Material(roughness=roughness, specular=specular, bump=bump * rng.uniform(0.5, 1))
    if rng.uniform() < PLAIN_SHARE:
        return replace(material, colour=linear(sample_colour(rng)))
    if images and rng.uniform() < PRINTED_SHARE:
        return replace(material, texture=_part(rng, read_image(images[int(rng.integers(len(images)))])))
    pattern = PATTERNS[rng.integers(len(PATTERNS))]
    return replace(material, texture=_paint(rng, pattern(rng)))


def _part(rng: np.random.Generator, image: Image) -> Image:
    """Cut a tile from an image, whose sides meet as it and its mirror images alternate."""
    size = int(min(image.shape[:2]) * rng.uniform(0.3, 1))
    top, left = (int(rng.integers(0, side - size + 1)) for side in image.shape[:2])
    tile = cv2.resize(image[top : top + size, left : left + size], (TILE_PX, TILE_PX), interpolation=cv2.INTER_AREA)
    rows = np.concatenate([tile, tile[::-1]])
    return np.ascontiguousarray(np.concatenate([rows, rows[:, ::-1]], 1))


def _paint(rng: np.random.Generator, shares: Floats) -> Image:
    """Blend two colours by ``(h, w)`` shares 0..1 and add the grain of a weave."""
    first, second = np.array(sample_colour(rng)), np.array(sample_colour(rng))
    image = first + (second - first) * shares[..., None]
    image *= 1 + rng.normal(0, 0.04, (*shares.shape, 1))
    return np.asarray(np.clip(image, 0, 1) * 255, np.uint8)


def _stripes(rng: np.random.Generator) -> Floats:
    across = np.arange(TILE_PX) % (TILE_PX // rng.choice([1, 2, 4])) < TILE_PX * rng.uniform(0.05, 0.25)
    stripes = np.broadcast_to(across[:, None], (TILE_PX, TILE_PX)).astype(np.float32)
    return stripes if rng.uniform() < 0.6 else stripes.T


def _checks(rng: np.random.Generator) -> Floats:
    return np.asarray((_stripes(rng) + _stripes(rng).T) / 2, np.float32)


def _dots(rng: np.random.Generator) -> Floats:
    tile = np.zeros((TILE_PX, TILE_PX), np.float32)
    quarter, radius = TILE_PX // 4, int(rng.uniform(0.06, 0.2) * TILE_PX)
    for centre in ((quarter, quarter), (3 * quarter, 3 * quarter)):
        cv2.circle(tile, centre, radius, 1.0, -1, cv2.LINE_AA)
    return tile


def _mottled(rng: np.random.Generator) -> Floats:
    coarse = rng.uniform(size=(8, 8)).astype(np.float32)
    tile = cv2.resize(np.tile(coarse, (2, 2)), (TILE_PX * 2, TILE_PX * 2), interpolation=cv2.INTER_CUBIC)
    tile = tile[TILE_PX // 2 :][:TILE_PX, TILE_PX // 2 :][:, :TILE_PX]
    return np.asarray(np.clip((tile - 0.5) * rng.uniform(1, 8) + 0.5, 0, 1), np.float32)


def _print(rng: np.random.Generator) -> Floats:
    """Return a tile of a few random shapes, like flowers, logos and letters from afar."""
    tile = np.zeros((TILE_PX, TILE_PX), np.float32)
    for _ in range(rng.integers(2, 7)):
        centre, size = rng.uniform(0.2, 0.8, 2) * TILE_PX, rng.uniform(0.05, 0.18) * TILE_PX
        corners = centre + size * rng.normal(size=(rng.integers(3, 9), 2))
        cv2.fillPoly(tile, [corners.astype(np.int32)], float(rng.uniform(0.3, 1)), cv2.LINE_AA)
    return tile


PATTERNS: tuple[Callable[[np.random.Generator], Floats], ...] = (_stripes, _stripes, _checks, _dots, _mottled, _print)

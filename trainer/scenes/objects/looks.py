"""Materials of things, and what is printed or shown on them."""

import colorsys

import cv2
import numpy as np

from handpose_live.types.arrays import Image

from ..mesh import Material

Colour = tuple[float, float, float]


def plastic(rng: np.random.Generator) -> Material:
    """Return plastic: black, grey or white most often."""
    return Material(colour=_colour(rng, 0.45), roughness=rng.uniform(0.3, 0.7), specular=rng.uniform(0.2, 0.5))


def painted(rng: np.random.Generator) -> Material:
    """Return a painted or glazed surface of any colour."""
    return Material(colour=_colour(rng, 0.8), roughness=rng.uniform(0.15, 0.5), specular=rng.uniform(0.3, 0.6))


def metal(rng: np.random.Generator) -> Material:
    """Return bare metal: steel, sometimes brass."""
    grey = rng.uniform(0.3, 0.7)
    colour = (grey, grey * 0.8, grey * 0.45) if rng.uniform() < 0.1 else (grey, grey, grey * 1.02)
    return Material(colour=colour, roughness=rng.uniform(0.15, 0.4), specular=rng.uniform(0.6, 1))


def wood(rng: np.random.Generator) -> Material:
    """Return wood; light kinds have the colour of skin."""
    brown = np.array([0.45, 0.27, 0.14]) * rng.uniform(0.25, 1.3)
    return Material(colour=tuple(brown.tolist()), roughness=rng.uniform(0.4, 0.9), specular=0.2)


def rubber(rng: np.random.Generator) -> Material:
    """Return dark rubber."""
    grey = rng.uniform(0.01, 0.08)
    return Material(colour=(grey, grey, grey), roughness=0.9, specular=0.1)


def glass(rng: np.random.Generator) -> Material:
    """Return something like glass, which is not seen through."""
    tint = np.array([0.5, 0.58, 0.6]) * rng.uniform(0.3, 1.3)
    return Material(colour=tuple(tint.tolist()), roughness=0.05, specular=1.0)


def skin_like(rng: np.random.Generator) -> Material:
    """Return a matt surface of a colour near that of skin."""
    hue, saturation, value = rng.normal(0.06, 0.015), rng.uniform(0.25, 0.6), rng.uniform(0.2, 0.95)
    return Material(colour=_linear(colorsys.hsv_to_rgb(hue % 1, saturation, value)), roughness=0.7, specular=0.2)


def printed(rng: np.random.Generator, size: tuple[int, int]) -> Material:
    """Return paper or a label with lines of text and pictures, ``size`` its width and height in px."""
    return Material(texture=_layout(rng, size, dark=rng.uniform() < 0.15), roughness=0.8, specular=0.15)


def screen(rng: np.random.Generator, size: tuple[int, int]) -> Material:
    """Return a screen, shining or switched off."""
    if rng.uniform() < 0.25:
        return Material(colour=(0.01, 0.01, 0.012), roughness=0.1, specular=0.6)
    return Material(
        texture=_layout(rng, size, dark=rng.uniform() < 0.5), roughness=0.1, specular=0.5, emission=rng.uniform(0.3, 1)
    )


def _colour(rng: np.random.Generator, vivid: float) -> Colour:
    if rng.uniform() > vivid:
        grey = float(rng.choice([rng.uniform(0.02, 0.15), rng.uniform(0.4, 0.7), rng.uniform(0.85, 0.98)]))
        return _linear((grey, grey, grey))
    return _linear(colorsys.hsv_to_rgb(rng.uniform(), rng.uniform(0.2, 1), rng.uniform(0.25, 1)))


def _linear(srgb: Colour) -> Colour:
    red, green, blue = (value**2.2 for value in srgb)
    return red, green, blue


def _layout(rng: np.random.Generator, size: tuple[int, int], *, dark: bool) -> Image:
    """Paint blocks like pictures and rows of dashes like text."""
    width, height = size
    paper = rng.uniform(5, 40, 3) if dark else rng.uniform(200, 255) + rng.uniform(-12, 0, 3)
    ink = 235.0 if dark else 40.0
    image = np.full((height, width, 3), paper.astype(np.uint8))
    for _ in range(rng.integers(1, 5)):
        left, top = int(rng.uniform(0, 0.75) * width), int(rng.uniform(0, 0.75) * height)
        right, bottom = left + int(rng.uniform(0.12, 0.5) * width), top + int(rng.uniform(0.08, 0.33) * height)
        cv2.rectangle(image, (left, top), (right, bottom), rng.uniform(0, 255, 3).tolist(), -1)
    line = int(max(height * rng.uniform(0.02, 0.06), 2))
    for row in range(int(rng.uniform(0, 0.4) * height), height - line, 2 * line):
        column = int(width * 0.08)
        while column < width * rng.uniform(0.5, 0.95):
            word = int(line * rng.uniform(1, 4))
            cv2.rectangle(image, (column, row), (column + word, row + line // 2), (ink, ink, ink), -1)
            column += word + line
    return image

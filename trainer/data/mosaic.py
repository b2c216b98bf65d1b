"""Canvases for the detector: one image, or a mosaic of several, each turned, scaled and flipped at random.

Few people are in whole frames, thousands in crops of hands. In mosaics both appear at all sizes, next to other things.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Image

from .hand_targets import HandTargets, similarity, similarity_parts

TURNED_SHARE, UPRIGHT_STD = 0.25, math.radians(8)  # of the images, to any angle; of the angle of the others
ZOOM = 0.75, 2.4  # of an image that covers its tile
FOCUSED_SHARE = 0.7  # of the images are shifted so that one of their hands gets anywhere in the tile
BEYOND = 0.12  # of a tile may stay empty at a side
MAX_SIZE_PX, MIN_SIZE_PX = 190.0, 4.5  # of hands on a canvas
MIN_INSIDE = 0.4  # of a hand's square, or the hand is ignored
KNOWN_REACH = 0.75  # half the side of the square around a hand in which no other is unmarked, in units of its size
SHARP_SHARE = 0.2  # of the shrunk images keep what aliases
CELL = 4  # px of the canvas per cell of the mask


class Rectangle(NamedTuple):
    """A part of a canvas, in px."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top


class Canvas:
    """An image under construction.

    Attributes:
        image: ``(h, w, 3)`` uint8 RGB.
        known: ``(h/4, w/4)`` uint8: 1 where all hands are known.
        hands: on the canvas.
    """

    def __init__(self, width: int, height: int) -> None:
        self.image = np.zeros((height, width, 3), np.uint8)
        self.known = np.ones((height // CELL, width // CELL), np.uint8)
        self.hands: list[HandTargets] = []

    def paste(
        self, rng: np.random.Generator, tile: Rectangle, image: Image, hands: HandTargets, *, is_complete: bool
    ) -> None:
        """Fill a tile with an image."""
        matrix = _place(rng, tile.size, image.shape, hands)
        self.image[tile.top : tile.bottom, tile.left : tile.right] = _warp(rng, image, matrix, tile.size)
        matrix[:, 2] += tile.left, tile.top
        self._mark(tile, hands.moved(matrix), is_complete=is_complete)

    def _mark(self, tile: Rectangle, hands: HandTargets, *, is_complete: bool) -> None:
        if not is_complete:
            self._set_known(tile, tile, 0)
        if not len(hands.sizes):
            return
        low, high = (np.array(corner, np.float32) for corner in (tile[:2], tile[2:]))
        half = hands.sizes[:, None] / 2
        sides = (np.minimum(hands.centres + half, high) - np.maximum(hands.centres - half, low)).clip(0)
        inside = sides.prod(axis=1) / hands.sizes**2
        centred = ((hands.centres > low) & (hands.centres < high)).all(axis=1)
        wanted = ~hands.ignored & centred & (inside >= MIN_INSIDE) & (hands.sizes >= MIN_SIZE_PX)
        if not is_complete:
            for centre, size in zip(hands.centres[wanted], hands.sizes[wanted], strict=True):
                self._set_known(tile, _square(centre, KNOWN_REACH * float(size)), 1)
        ignored = ~wanted & (inside > 0)
        for centre, size in zip(hands.centres[ignored], hands.sizes[ignored], strict=True):
            self._set_known(tile, _square(centre, float(size) / 2), 0)
        self.hands.append(hands.select(wanted))

    def _set_known(self, tile: Rectangle, part: Rectangle, value: int) -> None:
        left, top = max(tile.left, part.left) // CELL, max(tile.top, part.top) // CELL
        right, bottom = -(-min(tile.right, part.right) // CELL), -(-min(tile.bottom, part.bottom) // CELL)
        self.known[top : max(top, bottom), left : max(left, right)] = value


def split(rng: np.random.Generator, rectangle: Rectangle, count: int) -> list[Rectangle]:
    """Divide a rectangle into tiles by cuts across their longer sides."""
    if count == 1:
        return [rectangle]
    width, height = rectangle.size
    first = count // 2
    share = float(np.clip(first / count + rng.uniform(-0.15, 0.15), 0.2, 0.8))
    left, top, right, bottom = rectangle
    if width >= height:
        cut = left + round(width * share)
        parts = Rectangle(left, top, cut, bottom), Rectangle(cut, top, right, bottom)
    else:
        cut = top + round(height * share)
        parts = Rectangle(left, top, right, cut), Rectangle(left, cut, right, bottom)
    return [*split(rng, parts[0], first), *split(rng, parts[1], count - first)]


def _place(
    rng: np.random.Generator, tile: tuple[int, int], shape: tuple[int, ...], hands: HandTargets
) -> NDArray[np.float64]:
    """A random 2x3 matrix from px of the image to px of the tile, with a hand inside if there is one."""
    size, image = np.array(tile, np.float64), np.array((shape[1], shape[0]), np.float64)
    cover = float((size / image).max())
    scale = cover * math.exp(rng.uniform(*np.log(ZOOM)))
    turned, flipped = rng.random() < TURNED_SHARE, rng.random() < 0.5
    angle = rng.uniform(-math.pi, math.pi) if turned else rng.normal(0, UPRIGHT_STD)
    if len(hands.sizes):
        chosen = int(rng.integers(len(hands.sizes)))
        scale = min(scale, MAX_SIZE_PX / float(hands.sizes[chosen]))
    middle = rng.uniform(-1, 1, 2)  # of the image, in units of how far it can go
    matrix = similarity(scale=scale, angle=angle, flipped=flipped, centre=image / 2, target=size / 2)
    reach = abs(scale * image - size) / 2 + BEYOND * size
    shift = middle * reach
    if len(hands.sizes) and rng.random() < FOCUSED_SHARE:
        wanted = size * rng.uniform(0.05, 0.95, 2)
        shift = (wanted - matrix[:, :2] @ hands.centres[chosen] - matrix[:, 2]).clip(-reach, reach)
    matrix[:, 2] += shift
    return matrix


def _warp(rng: np.random.Generator, image: Image, matrix: NDArray[np.float64], size: tuple[int, int]) -> Image:
    scale, *_ = similarity_parts(matrix)
    factor = round(1 / scale) if rng.random() >= SHARP_SHARE else 1
    matrix = matrix.copy()
    if factor > 1:
        height, width = (max(1, side // factor) for side in image.shape[:2])
        matrix[:, 0] *= image.shape[1] / width
        matrix[:, 1] *= image.shape[0] / height
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    # warpAffine has pixel centres at whole numbers, px of images at +0.5.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    colour = [int(value) for value in rng.integers(0, 256, 3)] if rng.random() < 0.5 else [0, 0, 0]
    return np.asarray(
        cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border, borderValue=colour), np.uint8
    )


def _square(centre: NDArray[np.float32], half: float) -> Rectangle:
    low, high = np.floor(centre - half).astype(int).tolist(), np.ceil(centre + half).astype(int).tolist()
    return Rectangle(*low, *high)

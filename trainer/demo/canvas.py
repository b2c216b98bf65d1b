"""Painting with plain shapes, in linear light."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Point = tuple[float, float]
SUBPIXEL_BITS = 4
SOFT_EDGE = 3.0  # of a patch of sunlight


class Canvas:
    """A picture that is painted shape over shape, clear where nothing is. Colours are sRGB, ``"#rrggbb"``.

    Attributes:
        light: ``(h, w, 4)`` linear RGB multiplied by the cover, and the cover.
    """

    def __init__(self, width: int, height: int, margin: int, scale: float) -> None:
        """Of this size and a margin around it, all in units of ``scale`` px."""
        rows, columns = (math.ceil((side + 2 * margin) * scale) for side in (height, width))
        self.light: Floats = np.zeros((rows, columns, 4), np.float32)
        self._margin, self._scale = margin, scale
        self._y: Floats = ((np.arange(rows, dtype=np.float32) + 0.5) / scale - margin)[:, None]
        self._x: Floats = ((np.arange(columns, dtype=np.float32) + 0.5) / scale - margin)[None]

    def shape(self, corners: Sequence[Point], top: str, bottom: str | None = None, *, strength: float = 1.0) -> None:
        """A polygon; its colour runs from the top one to the bottom one."""
        cover = np.zeros(self.light.shape[:2], np.uint8)
        places = (np.array(corners) + self._margin) * self._scale * 2**SUBPIXEL_BITS
        cv2.fillPoly(cover, [places.round().astype(np.int32)], (255,), cv2.LINE_AA, SUBPIXEL_BITS)
        ys = [y for _, y in corners]
        down = ((self._y - min(ys)) / max(max(ys) - min(ys), 1e-6)).clip(0, 1)[..., None]
        colour = linear(top) * (1 - down) + linear(bottom or top) * down
        self._lay(np.asarray(cover * (strength / 255), np.float32), colour)

    def box(self, edges: tuple[float, float, float, float], top: str, bottom: str | None = None) -> None:
        """A rectangle: left, top, right, bottom."""
        left, upper, right, lower = edges
        self.shape(((left, upper), (right, upper), (right, lower), (left, lower)), top, bottom)

    def disc(self, middle: Point, radius: float, colour: str, *, stretch: float = 1.0, strength: float = 1.0) -> None:
        """A circle, or an ellipse ``stretch`` times as high as wide."""
        turns = np.linspace(0, 2 * math.pi, 40, endpoint=False)
        corners = [(middle[0] + radius * math.cos(t), middle[1] + radius * stretch * math.sin(t)) for t in turns]
        self.shape(corners, colour, strength=strength)

    def leaf(self, stem: Point, angle_deg: float, length: float, colour: str) -> None:
        """A pointed leaf from its stem, clockwise from upwards."""
        along = np.array([math.sin(math.radians(angle_deg)), -math.cos(math.radians(angle_deg))])
        across = np.array([-along[1], along[0]])
        shares = np.linspace(0, 1, 20)
        widths = 0.16 * length * np.sin(math.pi * shares**1.4)
        bend = np.outer(shares**2, [0, 0.22 * length * abs(along[0])])
        middle = np.array(stem) + np.outer(shares * length, along) + bend
        for side, tone in ((1, 1.0), (-1, 0.72)):
            edge = middle + side * widths[:, None] * across
            points = [(float(x), float(y)) for x, y in np.concatenate([middle, edge[::-1]])]
            self.shape(points, colour, strength=tone)

    def glow(self, middle: Point, radius: float, colour: str, strength: float) -> None:
        """Light that falls on what is painted there, strongest in the middle."""
        away = np.hypot(self._x - middle[0], self._y - middle[1]) / radius
        falls = (strength * np.exp(-4 * away**2))[..., None]
        self.light[..., :3] += falls * linear(colour) * self.light[..., 3:]

    def shine(self, corners: Sequence[Point], colour: str, strength: float) -> None:
        """Light that falls on what is painted in a polygon, with a soft edge."""
        lit: Floats = np.zeros(self.light.shape[:2], np.float32)
        cv2.fillPoly(lit, [((np.array(corners) + self._margin) * self._scale).round().astype(np.int32)], (1.0,))
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), SOFT_EDGE * self._scale), np.float32)
        self.light[..., :3] *= 1 + (strength * lit)[..., None] * linear(colour)

    def hole(self, edges: tuple[float, float, float, float]) -> None:
        """Nothing, in a rectangle: left, top, right, bottom."""
        left, top, right, bottom = edges
        inside = (self._x > left) & (self._x < right) & (self._y > top) & (self._y < bottom)
        self.light[inside] = 0

    def out_of_focus(self, radius: float) -> Floats:
        """As a lens sees it that is focused elsewhere: each point becomes a disc."""
        reach = math.ceil(radius * self._scale)
        side = np.arange(-reach, reach + 1)
        disc = (radius * self._scale + 0.5 - np.hypot(side[:, None], side)).clip(0, 1)
        return np.asarray(cv2.filter2D(self.light, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)

    def _lay(self, cover: Floats, colour: Floats) -> None:
        """A colour over what is there."""
        cover = cover[..., None]
        self.light *= 1 - cover
        self.light[..., :3] += cover * colour
        self.light[..., 3:] += cover


def linear(colour: str) -> Floats:
    """``(3,)`` linear RGB of ``"#rrggbb"``."""
    values = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8).astype(np.float32) / 255
    return np.asarray(values**2.2, np.float32)

"""A canvas for plain shapes in linear light."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Point = tuple[float, float]
SUBPIXEL_BITS = 4
LIGHT_EDGE_BLUR = 3.0  # standard deviation


class Canvas:
    """An image on which shapes are composited; transparent at first. Colours are sRGB, ``"#rrggbb"``.

    Attributes:
        light: ``(h, w, 4)`` linear RGB premultiplied by alpha, and alpha.
    """

    def __init__(self, width: int, height: int, margin: int, scale: float) -> None:
        """Create a canvas with a margin on each side; all coordinates are in units of ``scale`` px."""
        rows, columns = (math.ceil((side + 2 * margin) * scale) for side in (height, width))
        self.light: Floats = np.zeros((rows, columns, 4), np.float32)
        self._margin, self._scale = margin, scale
        self._y: Floats = ((np.arange(rows, dtype=np.float32) + 0.5) / scale - margin)[:, None]
        self._x: Floats = ((np.arange(columns, dtype=np.float32) + 0.5) / scale - margin)[None]

    def polygon(self, corners: Sequence[Point], top: str, bottom: str | None = None, *, opacity: float = 1.0) -> None:
        """Paint a polygon with a vertical gradient."""
        alpha = np.zeros(self.light.shape[:2], np.uint8)
        points = (np.array(corners) + self._margin) * self._scale * 2**SUBPIXEL_BITS
        cv2.fillPoly(alpha, [points.round().astype(np.int32)], (255,), cv2.LINE_AA, SUBPIXEL_BITS)
        ys = [y for _, y in corners]
        gradient = ((self._y - min(ys)) / max(max(ys) - min(ys), 1e-6)).clip(0, 1)[..., None]
        colour = linear(top) * (1 - gradient) + linear(bottom or top) * gradient
        self._composite(np.asarray(alpha * (opacity / 255), np.float32), colour)

    def rectangle(self, edges: tuple[float, float, float, float], top: str, bottom: str | None = None) -> None:
        """Paint a rectangle: left, top, right, bottom."""
        left, upper, right, lower = edges
        self.polygon(((left, upper), (right, upper), (right, lower), (left, lower)), top, bottom)

    def ellipse(self, centre: Point, radius: float, colour: str, *, stretch: float = 1.0, opacity: float = 1.0) -> None:
        """Paint a circle, or an ellipse ``stretch`` times as high as wide."""
        angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
        corners = [(centre[0] + radius * math.cos(t), centre[1] + radius * stretch * math.sin(t)) for t in angles]
        self.polygon(corners, colour, opacity=opacity)

    def leaf(self, stem: Point, angle_deg: float, length: float, colour: str) -> None:
        """Paint a pointed leaf from its stem; its angle is clockwise from upwards."""
        along = np.array([math.sin(math.radians(angle_deg)), -math.cos(math.radians(angle_deg))])
        across = np.array([-along[1], along[0]])
        shares = np.linspace(0, 1, 20)
        widths = 0.16 * length * np.sin(math.pi * shares**1.4)
        bend = np.outer(shares**2, [0, 0.22 * length * abs(along[0])])
        centre = np.array(stem) + np.outer(shares * length, along) + bend
        for side, tone in ((1, 1.0), (-1, 0.72)):
            edge = centre + side * widths[:, None] * across
            points = [(float(x), float(y)) for x, y in np.concatenate([centre, edge[::-1]])]
            self.polygon(points, colour, opacity=tone)

    def radial_light(self, centre: Point, radius: float, colour: str, strength: float) -> None:
        """Add light with a Gaussian falloff to the painted shapes."""
        distance = np.hypot(self._x - centre[0], self._y - centre[1]) / radius
        falloff = (strength * np.exp(-4 * distance**2))[..., None]
        self.light[..., :3] += falloff * linear(colour) * self.light[..., 3:]

    def polygon_light(self, corners: Sequence[Point], colour: str, strength: float) -> None:
        """Light the painted shapes within a polygon with soft edges."""
        lit: Floats = np.zeros(self.light.shape[:2], np.float32)
        cv2.fillPoly(lit, [((np.array(corners) + self._margin) * self._scale).round().astype(np.int32)], (1.0,))
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), LIGHT_EDGE_BLUR * self._scale), np.float32)
        self.light[..., :3] *= 1 + (strength * lit)[..., None] * linear(colour)

    def erase(self, edges: tuple[float, float, float, float]) -> None:
        """Make a rectangle transparent: left, top, right, bottom."""
        left, top, right, bottom = edges
        inside = (self._x > left) & (self._x < right) & (self._y > top) & (self._y < bottom)
        self.light[inside] = 0

    def defocused(self, radius: float) -> Floats:
        """Return the light, blurred by a disc: the circle of confusion of a defocused lens."""
        reach = math.ceil(radius * self._scale)
        side = np.arange(-reach, reach + 1)
        disc = (radius * self._scale + 0.5 - np.hypot(side[:, None], side)).clip(0, 1)
        return np.asarray(cv2.filter2D(self.light, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)

    def _composite(self, alpha: Floats, colour: Floats) -> None:
        """Composite a colour over the canvas."""
        alpha = alpha[..., None]
        self.light *= 1 - alpha
        self.light[..., :3] += alpha * colour
        self.light[..., 3:] += alpha


def linear(colour: str) -> Floats:
    """Return ``(3,)`` linear RGB of ``"#rrggbb"``."""
    values = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8).astype(np.float32) / 255
    return np.asarray(values**2.2, np.float32)

"""The background of the demo clip: a room of painted, defocused planes, seen by a moving camera."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .canvas import Canvas, Floats

# Size of the planes' canvas, px, and the margin beyond it on each side.
WIDTH, HEIGHT, MARGIN = 640, 480, 96
FOCAL_PX = 620.0
CAMERA_PERIOD_S = 26.0
CAMERA_AMPLITUDE_MM = (210.0, 45.0)  # of its translation in x and y
PAN_AMPLITUDE_PX = 18.0


@dataclass(frozen=True, eq=False)
class _Plane:
    light: Floats  # (h, w, 4) linear RGB premultiplied by alpha, and alpha
    distance_mm: float


class Room:
    """A room by day: a window, a picture on the wall, a shelf, a lamp, a plant."""

    def __init__(self, *, height: int, width: int) -> None:
        """Paint the room for frames of this size, px, with the aspect ratio of 640 x 480."""
        self._size, self._scale = (width, height), height / HEIGHT
        self._planes = [_plane(*row, self._scale) for row in _PLANES]

    def render(self, time_s: float) -> Floats:
        """Render ``(h, w, 3)`` linear RGB at a time; periodic in ``CAMERA_PERIOD_S``."""
        view = np.zeros((self._size[1], self._size[0], 3), np.float32)
        for plane in self._planes:
            offset_px = (parallax_px(time_s, plane.distance_mm) - MARGIN) * self._scale
            matrix = np.column_stack([np.eye(2), offset_px])
            layer = cv2.warpAffine(plane.light, matrix, self._size, borderMode=cv2.BORDER_REPLICATE)
            view = (layer[..., :3] + (1 - layer[..., 3:]) * view).astype(np.float32)
        return view


def parallax_px(time_s: float, distance_mm: float) -> Floats:
    """Return the ``(2,)`` offset, in px of a 640 x 480 image, of a plane at a distance: the camera moves and pans."""
    phase = 2 * math.pi * time_s / CAMERA_PERIOD_S
    camera_mm = np.array(CAMERA_AMPLITUDE_MM) * (math.sin(phase), math.sin(2 * phase + 0.6))
    pan_px = np.array([PAN_AMPLITUDE_PX * math.sin(phase + 0.7), 0.0])
    return np.asarray(pan_px - FOCAL_PX / distance_mm * camera_mm, np.float32)


def _plane(paint: Callable[[Canvas], None], distance_mm: float, blur_px: float, scale: float) -> _Plane:
    canvas = Canvas(WIDTH, HEIGHT, MARGIN, scale)
    paint(canvas)
    return _Plane(canvas.defocused(blur_px), distance_mm)


def _garden(canvas: Canvas) -> None:
    """Paint the sky, trees and sunlit leaves."""
    canvas.rectangle((-96, -96, 736, 576), "#eef3f2", "#dfe6cf")
    for size, height, tones in (
        (58, 200, ("#64824c", "#77935a", "#56764a")),
        (30, 170, ("#8aa566", "#6d8c50", "#a3b878")),
        (13, 140, ("#b9c98a", "#e6e6b4", "#8fa968", "#fbf3d2")),
    ):
        for number in range(30):
            x, y = -70 + (number * 97) % 450, height + (number * 61) % 150 - size
            canvas.ellipse((x, y), size + number * 7 % 11, tones[number % len(tones)], opacity=0.8)


def _wall(canvas: Canvas) -> None:
    canvas.rectangle((-96, -96, 736, 576), "#b9beb4", "#a3a79c")
    canvas.radial_light((230, 120), 420, "#fff2d6", 0.16)
    canvas.radial_light((575, 330), 250, "#ffb765", 0.34)
    canvas.rectangle((352, 62, 428, 164), "#6d5238", "#5d4630")
    canvas.rectangle((358, 68, 422, 158), "#ece5d6")
    canvas.ellipse((392, 104), 19, "#c9764f")
    canvas.polygon(((358, 158), (358, 128), (378, 116), (398, 132), (422, 118), (422, 158)), "#5f7a78")
    _sunlight(canvas)
    # The window: its frame, then the openings.
    canvas.rectangle((24, -40, 236, 262), "#f4f0e6", "#e3dccd")
    for left, right in ((36, 127), (133, 224)):
        for top, bottom in ((-30, 108), (114, 248)):
            canvas.erase((left, top, right, bottom))
    canvas.rectangle((14, 258, 246, 272), "#f7f3ea", "#cfc6b4")
    for fold in range(9):
        x = 196 + 8 * fold
        tone = ("#f3eadb", "#e2d6c3", "#fbf4e8")[fold % 3]
        canvas.polygon(((x, -60), (x + 11, -60), (x + 7 + fold, 330), (x - 8 + fold, 330)), tone, opacity=0.72)


def _sunlight(canvas: Canvas) -> None:
    """Paint the sunlight from the window, with the shadows of its bars."""
    for x in (300, 388):
        for y in (70, 176):
            canvas.polygon_light(((x, y), (x + 78, y + 22), (x + 78, y + 118), (x, y + 96)), "#ffdca0", 0.5)


def _shelf(canvas: Canvas) -> None:
    canvas.rectangle((474, 196, 760, 207), "#8d6a49", "#6b4e34")
    x = 520
    for width, height, tone in (
        *((15, 70, "#41606b"), (11, 62, "#d9cfbb"), (17, 74, "#a4503c"), (12, 66, "#30424d"), (14, 58, "#c79a55")),
        *((10, 68, "#6f7f6b"), (16, 60, "#e4ddcd"), (12, 72, "#54464f"), (18, 66, "#8d6f4e"), (14, 60, "#3f5b57")),
    ):
        canvas.rectangle((x, 196 - height, x + width, 196), tone)
        x += width + 2
    canvas.ellipse((496, 174), 21, "#e7e0d2", stretch=1.05)
    canvas.rectangle((490, 146, 502, 158), "#e7e0d2")
    for side, reach in ((-1, 22), (0, 4), (1, 20), (1, 34), (-1, 36)):
        canvas.polygon(((496, 150), (496 + side * reach * 0.6, 110), (496 + side * reach, 92 + reach)), "#7f8f63")


def _sideboard(canvas: Canvas) -> None:
    canvas.rectangle((-96, 392, 736, 405), "#b58b5e", "#9a734a")
    canvas.rectangle((-96, 405, 736, 576), "#80603f", "#654a30")
    for x in (60, 290, 520):
        canvas.rectangle((x, 412, x + 3, 576), "#4c3724")
    # The lamp.
    canvas.rectangle((570, 330, 576, 384), "#3a332c")
    canvas.ellipse((573, 389), 24, "#3a332c", stretch=0.28)
    canvas.polygon(((544, 262), (602, 262), (622, 334), (524, 334)), "#ffe3b0")
    canvas.radial_light((573, 310), 90, "#ffc477", 0.55)
    # A stack of books with a cup on it.
    for row, (left, right, tone) in enumerate(((392, 478, "#47646b"), (398, 470, "#cdbfa4"), (402, 474, "#9b4f3d"))):
        canvas.rectangle((left, 380 - 13 * row, right, 392 - 13 * row), tone)
    canvas.rectangle((424, 330, 450, 354), "#ece6da", "#d2cabb")


def _plants(canvas: Canvas) -> None:
    """Paint large leaves at the edge of the image, in front of the rest."""
    canvas.polygon(((-50, 400), (44, 400), (34, 490), (-40, 490)), "#cdb79c", "#a38a6c")
    stem = (0, 404)
    for angle_deg, length, tone in (
        *((-62, 120, "#3d5a3a"), (-30, 170, "#4d6f45"), (-8, 205, "#3f6140"), (14, 180, "#55794a")),
        *((34, 150, "#46683f"), (56, 118, "#5c8050"), (76, 92, "#3d5a3a")),
    ):
        canvas.leaf(stem, angle_deg, length, tone)


# Each with its distance in mm and the radius of its circle of confusion in px.
_PLANES: tuple[tuple[Callable[[Canvas], None], float, float], ...] = (
    (_garden, 14_000, 11.0),
    (_wall, 3_200, 4.6),
    (_shelf, 2_900, 4.2),
    (_sideboard, 2_500, 3.8),
    (_plants, 2_100, 3.4),
)

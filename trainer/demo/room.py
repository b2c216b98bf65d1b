"""The room behind the demo's hands: a few painted planes, out of focus, seen by a camera that drifts."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .canvas import Canvas, Floats

# Planes are painted in the px of this picture, and reach beyond it by the margin on each side.
WIDTH, HEIGHT, MARGIN = 640, 480, 96
FOCAL_PX = 620.0
DRIFT_S = 26.0
DRIFT_MM = (210.0, 45.0)  # the camera, to each side
PAN_PX = 18.0  # and what it turns by


@dataclass(frozen=True, eq=False)
class _Plane:
    light: Floats  # (h, w, 4) linear RGB multiplied by the cover, and the cover
    distance_mm: float


class Room:
    """A quiet corner in the afternoon: a window, a picture on the wall, a shelf, a lamp, a plant."""

    def __init__(self, *, height: int, width: int) -> None:
        """Paint it for frames of this size, px, as wide as 640 x 480."""
        self._size, self._scale = (width, height), height / HEIGHT
        self._planes = [_plane(*row, self._scale) for row in _PLANES]

    def at(self, time_s: float) -> Floats:
        """``(h, w, 3)`` linear RGB at a time; after ``DRIFT_S`` seconds the camera is back."""
        view = np.zeros((self._size[1], self._size[0], 3), np.float32)
        for plane in self._planes:
            shift_px = (shift_at(time_s, plane.distance_mm) - MARGIN) * self._scale
            matrix = np.column_stack([np.eye(2), shift_px])
            seen = cv2.warpAffine(plane.light, matrix, self._size, borderMode=cv2.BORDER_REPLICATE)
            view = (seen[..., :3] + (1 - seen[..., 3:]) * view).astype(np.float32)
        return view


def shift_at(time_s: float, distance_mm: float) -> Floats:
    """``(2,)`` by how many px of a 640 x 480 picture what is that far away is moved: the camera drifts and turns."""
    turn = 2 * math.pi * time_s / DRIFT_S
    camera_mm = np.array(DRIFT_MM) * (math.sin(turn), math.sin(2 * turn + 0.6))
    turned_px = np.array([PAN_PX * math.sin(turn + 0.7), 0.0])
    return np.asarray(turned_px - FOCAL_PX / distance_mm * camera_mm, np.float32)


def _plane(paint: Callable[[Canvas], None], distance_mm: float, blur_px: float, scale: float) -> _Plane:
    canvas = Canvas(WIDTH, HEIGHT, MARGIN, scale)
    paint(canvas)
    return _Plane(canvas.out_of_focus(blur_px), distance_mm)


def _garden(canvas: Canvas) -> None:
    """Sky, trees, and the sun in their leaves."""
    canvas.box((-96, -96, 736, 576), "#eef3f2", "#dfe6cf")
    for size, height, tones in (
        (58, 200, ("#64824c", "#77935a", "#56764a")),
        (30, 170, ("#8aa566", "#6d8c50", "#a3b878")),
        (13, 140, ("#b9c98a", "#e6e6b4", "#8fa968", "#fbf3d2")),
    ):
        for number in range(30):
            x, y = -70 + (number * 97) % 450, height + (number * 61) % 150 - size
            canvas.disc((x, y), size + number * 7 % 11, tones[number % len(tones)], strength=0.8)


def _wall(canvas: Canvas) -> None:
    canvas.box((-96, -96, 736, 576), "#b9beb4", "#a3a79c")
    canvas.glow((230, 120), 420, "#fff2d6", 0.16)
    canvas.glow((575, 330), 250, "#ffb765", 0.34)
    canvas.box((352, 62, 428, 164), "#6d5238", "#5d4630")
    canvas.box((358, 68, 422, 158), "#ece5d6")
    canvas.disc((392, 104), 19, "#c9764f")
    canvas.shape(((358, 158), (358, 128), (378, 116), (398, 132), (422, 118), (422, 158)), "#5f7a78")
    _sunlight(canvas)
    # The window: its frame, then what the frame leaves open.
    canvas.box((24, -40, 236, 262), "#f4f0e6", "#e3dccd")
    for left, right in ((36, 127), (133, 224)):
        for top, bottom in ((-30, 108), (114, 248)):
            canvas.hole((left, top, right, bottom))
    canvas.box((14, 258, 246, 272), "#f7f3ea", "#cfc6b4")
    for fold in range(9):
        x = 196 + 8 * fold
        tone = ("#f3eadb", "#e2d6c3", "#fbf4e8")[fold % 3]
        canvas.shape(((x, -60), (x + 11, -60), (x + 7 + fold, 330), (x - 8 + fold, 330)), tone, strength=0.72)


def _sunlight(canvas: Canvas) -> None:
    """Where the sun falls through the window, with the shadows of its bars."""
    for x in (300, 388):
        for y in (70, 176):
            canvas.shine(((x, y), (x + 78, y + 22), (x + 78, y + 118), (x, y + 96)), "#ffdca0", 0.5)


def _shelf(canvas: Canvas) -> None:
    canvas.box((474, 196, 760, 207), "#8d6a49", "#6b4e34")
    x = 520
    for width, height, tone in (
        *((15, 70, "#41606b"), (11, 62, "#d9cfbb"), (17, 74, "#a4503c"), (12, 66, "#30424d"), (14, 58, "#c79a55")),
        *((10, 68, "#6f7f6b"), (16, 60, "#e4ddcd"), (12, 72, "#54464f"), (18, 66, "#8d6f4e"), (14, 60, "#3f5b57")),
    ):
        canvas.box((x, 196 - height, x + width, 196), tone)
        x += width + 2
    canvas.disc((496, 174), 21, "#e7e0d2", stretch=1.05)
    canvas.box((490, 146, 502, 158), "#e7e0d2")
    for side, reach in ((-1, 22), (0, 4), (1, 20), (1, 34), (-1, 36)):
        canvas.shape(((496, 150), (496 + side * reach * 0.6, 110), (496 + side * reach, 92 + reach)), "#7f8f63")


def _sideboard(canvas: Canvas) -> None:
    canvas.box((-96, 392, 736, 405), "#b58b5e", "#9a734a")
    canvas.box((-96, 405, 736, 576), "#80603f", "#654a30")
    for x in (60, 290, 520):
        canvas.box((x, 412, x + 3, 576), "#4c3724")
    # The lamp.
    canvas.box((570, 330, 576, 384), "#3a332c")
    canvas.disc((573, 389), 24, "#3a332c", stretch=0.28)
    canvas.shape(((544, 262), (602, 262), (622, 334), (524, 334)), "#ffe3b0")
    canvas.glow((573, 310), 90, "#ffc477", 0.55)
    # A stack of books with a cup on it.
    for row, (left, right, tone) in enumerate(((392, 478, "#47646b"), (398, 470, "#cdbfa4"), (402, 474, "#9b4f3d"))):
        canvas.box((left, 380 - 13 * row, right, 392 - 13 * row), tone)
    canvas.box((424, 330, 450, 354), "#ece6da", "#d2cabb")


def _plants(canvas: Canvas) -> None:
    """Large leaves at the picture's edge, nearer than the rest."""
    canvas.shape(((-50, 400), (44, 400), (34, 490), (-40, 490)), "#cdb79c", "#a38a6c")
    stem = (0, 404)
    for angle_deg, length, tone in (
        *((-62, 120, "#3d5a3a"), (-30, 170, "#4d6f45"), (-8, 205, "#3f6140"), (14, 180, "#55794a")),
        *((34, 150, "#46683f"), (56, 118, "#5c8050"), (76, 92, "#3d5a3a")),
    ):
        canvas.leaf(stem, angle_deg, length, tone)


# Each with its distance in mm and how far a point of it spreads out of focus, in px.
_PLANES: tuple[tuple[Callable[[Canvas], None], float, float], ...] = (
    (_garden, 14_000, 11.0),
    (_wall, 3_200, 4.6),
    (_shelf, 2_900, 4.2),
    (_sideboard, 2_500, 3.8),
    (_plants, 2_100, 3.4),
)

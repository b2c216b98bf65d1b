"""A hand in perspective above a floor, drawn back to front."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF, QRadialGradient

from handpose_live.overlay.certainty import GUESSED_BONE, fills
from handpose_live.overlay.colours import joint_colours
from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import BONES, FINGERS, JOINT_COUNT, KNUCKLES, WRIST
from handpose_live.ui.inspector.orbit import Orbit
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.style import mixed

# What is shown above and below the centre, in palm sizes. Usual hands fit in any pose and from any direction, and so
# the scale never changes.
ABOVE, BELOW = 1.7, 2.1
FLOOR, REACH, CELLS = 1.5, 1.25, 5
CENTRE = 1.1  # of the view, on the way from the wrist through the middle of the knuckles, which is at 1
STEPS = np.linspace(-REACH, REACH, CELLS + 1).tolist()
# Ends of the lines of the floor, first those that lead away from the camera; and its corners, clockwise from above.
FLOOR_ENDS = np.array(
    [(x, FLOOR, z) for x in STEPS for z in (-REACH, REACH)] + [(x, FLOOR, z) for z in STEPS for x in (-REACH, REACH)]
)
FLOOR_CORNERS = [0, 1, 2 * CELLS + 1, 2 * CELLS]

BONE_RADIUS = 0.05
JOINT_RADII = np.array([0.085, *(0.072, 0.068, 0.064, 0.075) * len(FINGERS)])
HIGHLIGHT_RADIUS = 0.12
RING = 0.6  # inner radius of a hollow joint, a share of the outer one
GAP_PX = 1.2  # around bones and joints, which separates those that cross
# What is nearer is drawn bolder than by perspective alone; what is farther fades into the background.
BOLDNESS, FADED, FADE = 2.0, (0.82, 1.1), 0.6
PALM_OPACITY = 0.3

PALM = [WRIST, FINGERS[0].joints[0], *KNUCKLES]
BONE_ENDS = np.array(BONES)
PALM_BONES = [bone for bone, (start, _) in enumerate(BONES) if start == WRIST]
MEETING = [[bone for bone, ends in enumerate(BONES) if joint in ends] for joint in range(JOINT_COUNT)]


def centred(joints_3d: Floats) -> Floats:
    """Return ``(21, 3)`` joints in any unit relative to the centre of the view, in palm sizes."""
    from_wrist = joints_3d - joints_3d[WRIST]
    palm = float(np.linalg.norm(from_wrist[KNUCKLES[1]]))
    return np.asarray((from_wrist - CENTRE * from_wrist[list(KNUCKLES)].mean(axis=0)) / max(palm, 1e-6), np.float32)


class _Part(NamedTuple):
    """Something to draw, and how near it is: its magnification."""

    nearness: float
    draw: Callable[[], None]


class HandScene:
    """Draws a hand as seen from an orbit into a rectangle."""

    def __init__(self, painter: QPainter, place: QRectF, orbit: Orbit) -> None:
        self._painter, self._orbit = painter, orbit
        self._scale_px = min(place.width() / (2 * ABOVE), place.height() / (ABOVE + BELOW))
        self._centre_px = place.center().x(), place.center().y() - (BELOW - ABOVE) / 2 * self._scale_px
        self._background = QColor(theme.current.colours.control)

    def draw(self, hand: Hand, joints: Floats, highlighted: int = -1) -> None:
        """Draw a hand and its shadow.

        Args:
            hand: gives the colours, and which joints are probably covered.
            joints: ``(21, 3)`` of it, see :func:`centred`.
            highlighted: a joint to highlight; -1 for none.
        """
        if self._draw_floor():
            self._draw_shadow(joints)
        for part in sorted(self._parts(hand, joints, highlighted), key=lambda part: part.nearness):
            part.draw()

    def _parts(self, hand: Hand, joints: Floats, highlighted: int) -> Iterator[_Part]:
        points_px, nearness = self._project(joints)
        filled, bold_px = fills(hand.visible_scores), self._scale_px * nearness**BOLDNESS
        radii_px = JOINT_RADII * bold_px
        if highlighted >= 0:
            radii_px[highlighted] = HIGHLIGHT_RADIUS * bold_px[highlighted]
        colours = self._faded(np.array(joint_colours(theme.current.hand_colours, hand.side)), nearness)
        bones = nearness[BONE_ENDS].mean(axis=1)
        # The palm lies behind its own bones and a joint before those that meet in it, by however little: else they
        # would flicker.
        yield _Part(bones[PALM_BONES].min() - 1e-4, partial(self._draw_palm, points_px))
        outlines = _outlines(points_px, BONE_RADIUS * bold_px * (GUESSED_BONE + (1 - GUESSED_BONE) * filled))
        for (_, end), depth, outline in zip(BONES, bones.tolist(), outlines, strict=True):
            yield _Part(depth, partial(self._draw_bone, outline, colours[end]))
        for joint, (x, y) in enumerate(points_px.tolist()):
            depth = bones[MEETING[joint]].max() + 1e-4
            look = radii_px[joint], colours[joint], float(filled[joint])
            yield _Part(depth, partial(self._draw_joint, QPointF(x, y), *look))

    def _faded(self, colours: NDArray[np.int_], nearness: NDArray[np.float64]) -> list[QColor]:
        share = FADE * (1 - np.interp(nearness, FADED, (0.0, 1.0)))[:, None]
        faded = colours + share * (np.array(self._background.getRgb()[:3]) - colours)
        return [QColor(*channels) for channels in np.rint(faded).astype(int).tolist()]

    def _draw_floor(self) -> bool:
        """Draw the floor unless it is seen from below, where it would cover the hand; returns whether it is drawn."""
        ends_px, _ = self._project(FLOOR_ENDS)
        if not _is_clockwise(ends_px[FLOOR_CORNERS]):
            return False
        self._painter.setPen(QPen(mixed(self._background, QColor(theme.current.colours.border), 0.3), 1))
        self._painter.drawLines(*[QLineF(*start, *end) for start, end in ends_px.reshape(-1, 2, 2).tolist()])
        return True

    def _draw_shadow(self, joints: Floats) -> None:
        points_px, nearness = self._project(joints * (1, 0, 1) + (0, FLOOR, 0))
        colour = mixed(self._background, QColor(theme.current.colours.background), 0.7).darker(106)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawPolygon(_polygon(points_px[PALM]))
        width_px = 2 * BONE_RADIUS * self._scale_px * float(nearness.mean())
        self._painter.setPen(QPen(colour, width_px, cap=Qt.PenCapStyle.RoundCap))
        self._painter.drawLines(*[QLineF(*start, *end) for start, end in points_px[BONE_ENDS].tolist()])

    def _draw_palm(self, points_px: NDArray[np.float64]) -> None:
        colour = QColor(theme.current.colours.muted_text)
        colour.setAlphaF(PALM_OPACITY)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawPolygon(_polygon(points_px[PALM]))

    def _draw_bone(self, outline: NDArray[np.float64], colour: QColor) -> None:
        self._painter.setPen(QPen(self._background, GAP_PX))
        self._painter.setBrush(colour.darker(112))
        self._painter.drawPolygon(_polygon(outline))

    def _draw_joint(self, at: QPointF, radius_px: float, colour: QColor, filled: float) -> None:
        """Draw a ball; the less it is filled, the more of it is a ring."""
        ball = QRadialGradient(at - QPointF(0.35, 0.35) * radius_px, 1.5 * radius_px)
        ball.setColorAt(0.0, colour.lighter(135))
        ball.setColorAt(0.45, colour)
        ball.setColorAt(1.0, colour.darker(140))
        self._painter.setPen(QPen(self._background, GAP_PX))
        self._painter.setBrush(ball)
        self._painter.drawEllipse(at, radius_px, radius_px)
        if filled < 1:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(mixed(self._background, colour, filled))
            self._painter.drawEllipse(at, RING * radius_px, RING * radius_px)

    def _project(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``(n, 2)`` px of the painter and the ``(n,)`` magnifications of ``(n, 3)`` points."""
        projected = self._orbit.project(points).astype(np.float64)
        return projected[:, :2] * self._scale_px + self._centre_px, projected[:, 2]


def _outlines(points_px: NDArray[np.float64], radii_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``(20, 4, 2)``, the corners of the bones, which taper from radius to radius."""
    ends = points_px[BONE_ENDS]
    along = ends[:, 1] - ends[:, 0]
    across = along[:, ::-1] * (-1, 1) / np.linalg.norm(along, axis=1, keepdims=True).clip(min=1e-6)
    offsets = across[:, None] * radii_px[BONE_ENDS, None]
    return np.concatenate([ends + offsets, (ends - offsets)[:, ::-1]], axis=1)


def _polygon(corners_px: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners_px.tolist()])


def _is_clockwise(corners_px: NDArray[np.float64]) -> bool:
    """Whether a polygon runs clockwise on the screen."""
    x, y = corners_px.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) > 0

"""The pictures on buttons and in menus, painted by code on a grid of 24."""

from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from handpose_live.ui.theme.style import RECORDING, Colours

GRID = 24
SIDES_PX = (16, 20, 24, 32, 40, 48)
STROKE = 1.8

Paint = Callable[[QPainter], None]


def icon(name: str, colours: Colours) -> QIcon:
    """An icon by name, in a theme's colours; in its accent where the button is on."""
    result = QIcon()
    for colour, state in ((colours.text, QIcon.State.Off), (colours.accent, QIcon.State.On)):
        for side in SIDES_PX:
            result.addPixmap(_pixmap(name, side, colour), QIcon.Mode.Normal, state)
            result.addPixmap(_pixmap(name, side, colours.dim, opacity=0.5), QIcon.Mode.Disabled, state)
    return result


def _pixmap(name: str, side: int, colour: str, opacity: float = 1.0) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    painter.scale(side / GRID, side / GRID)
    pen = QPen(QColor(colour), STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    PAINTS[name](painter)
    painter.end()
    return pixmap


def _lines(*lines: tuple[float, ...], closed: bool = False) -> Paint:
    """Strokes through points, each given as x, y, x, y, ..."""

    def paint(painter: QPainter) -> None:
        for line in lines:
            points = QPolygonF([QPointF(x, y) for x, y in zip(line[::2], line[1::2], strict=True)])
            painter.drawPolygon(points) if closed else painter.drawPolyline(points)

    return paint


def _filled(*shapes: tuple[float, ...]) -> Paint:
    def paint(painter: QPainter) -> None:
        painter.setBrush(painter.pen().color())
        _lines(*shapes, closed=True)(painter)

    return paint


def _all(*paints: Paint) -> Paint:
    def paint(painter: QPainter) -> None:
        for one in paints:
            painter.save()
            one(painter)
            painter.restore()

    return paint


def _box(x: float, y: float, width: float, height: float, radius: float = 2) -> Paint:
    return lambda painter: painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)


def _ring(x: float, y: float, radius: float) -> Paint:
    return lambda painter: painter.drawEllipse(QPointF(x, y), radius, radius)


def _dot(x: float, y: float, radius: float, colour: str | None = None) -> Paint:
    def paint(painter: QPainter) -> None:
        painter.setBrush(QColor(colour) if colour else painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, y), radius, radius)

    return paint


def _arc(x: float, y: float, radius: float, start_deg: float, span_deg: float) -> Paint:
    def paint(painter: QPainter) -> None:
        path = QPainterPath()
        place = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
        path.arcMoveTo(place, start_deg)
        path.arcTo(place, start_deg, span_deg)
        painter.drawPath(path)

    return paint


PAINTS: dict[str, Paint] = {
    "camera": _all(_box(3, 7, 12, 10), _lines((15, 11, 21, 8, 21, 16, 15, 13))),
    "open": _lines((3, 18, 3, 6, 9, 6, 11, 8, 20, 8, 20, 11), (3, 18, 6, 11, 22, 11, 19, 18, 3, 18)),
    "stream": _all(_dot(12, 17, 1.6), _arc(12, 17, 5, 45, 90), _arc(12, 17, 9, 45, 90), _arc(12, 17, 13, 45, 90)),
    "demo": _all(_box(3, 5, 18, 14, 3), _filled((10, 9, 15, 12, 10, 15))),
    "play": _filled((7, 5, 19, 12, 7, 19)),
    "pause": _all(_filled((7, 6, 9, 6, 9, 18, 7, 18)), _filled((15, 6, 17, 6, 17, 18, 15, 18))),
    "step": _all(_filled((6, 6, 14, 12, 6, 18)), _lines((18, 6, 18, 18))),
    "step_back": _all(_filled((18, 6, 10, 12, 18, 18)), _lines((6, 6, 6, 18))),
    "loop": _all(_arc(12, 12, 7.5, 60, 260), _lines((12, 1.5, 16, 5, 12, 8.5))),
    "record": _all(_ring(12, 12, 8.5), _dot(12, 12, 5, RECORDING)),
    "stop": _all(_ring(12, 12, 8.5), lambda painter: painter.fillRect(QRectF(8.5, 8.5, 7, 7), QColor(RECORDING))),
    "snapshot": _all(_lines((3, 8, 7, 8, 9, 5, 15, 5, 17, 8, 21, 8, 21, 19, 3, 19), closed=True), _ring(12, 13, 3.5)),
    "selfie": _all(
        _lines((12, 3, 12, 5), (12, 8, 12, 10), (12, 14, 12, 16), (12, 19, 12, 21)),
        _lines((8.5, 6, 8.5, 18, 3, 18), closed=True),
        _filled((15.5, 6, 15.5, 18, 21, 18)),
    ),
    "overlay": _all(
        _lines((12, 21, 6, 15, 4, 11), (12, 21, 9, 12, 8, 5), (12, 21, 12.5, 12, 12.5, 3), (12, 21, 16, 12, 17, 5)),
        _lines((12, 21, 18, 15, 21, 10)),
    ),
    "inspect": _all(_ring(10.5, 10.5, 6.5), _lines((15.5, 15.5, 21, 21))),
    "freeze": _lines(
        (12, 3, 12, 21),
        (4.2, 7.5, 19.8, 16.5),
        (4.2, 16.5, 19.8, 7.5),
        (9.5, 4.5, 12, 7, 14.5, 4.5),
        (9.5, 19.5, 12, 17, 14.5, 19.5),
    ),
    "options": _all(
        _lines((3, 7, 12, 7), (18, 7, 21, 7), (3, 17, 6, 17), (12, 17, 21, 17)), _ring(15, 7, 2.6), _ring(9, 17, 2.6)
    ),
    "full_screen": _lines((4, 9, 4, 4, 9, 4), (15, 4, 20, 4, 20, 9), (20, 15, 20, 20, 15, 20), (9, 20, 4, 20, 4, 15)),
    "help": _all(_ring(12, 12, 9), _arc(12, 9.8, 2.8, 200, -230), _lines((12, 12.6, 12, 14)), _dot(12, 17, 1.2)),
    "close": _lines((6, 6, 18, 18), (6, 18, 18, 6)),
    "folder": _lines((3, 6, 9, 6, 11, 8, 21, 8, 21, 19, 3, 19), closed=True),
    "copy": _all(_box(8, 8, 12, 12), _lines((16, 8, 16, 4, 4, 4, 4, 16, 8, 16))),
}

"""The program's sign: an open hand of bones in the colours of the fingers."""

from itertools import pairwise

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QWidget

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.theme.style import DARK

ICON_SIDES_PX = (16, 24, 32, 48, 64, 128, 256)
# The 21 joints in their order, in percent of the sign's side.
JOINTS = (
    *((54, 95),),
    *((37, 86), (24, 75), (14, 65), (5, 56)),
    *((35, 52), (30, 36), (28, 25), (26, 14)),
    *((50, 48), (50, 29), (50, 17), (50, 5)),
    *((64, 52), (69, 34), (72, 23), (74, 12)),
    *((77, 61), (86, 49), (91, 40), (95, 31)),
)
BONE_WIDTH, SMALL_BONE_WIDTH = 5.5, 8.0
MIN_WITH_JOINTS = 36  # smaller, the joints would blur the bones
JOINT_RADIUS = 2.8


class Sign(QWidget):
    """The sign on a panel, in a fixed size."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.setFixedSize(side, side)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        draw_sign(painter, QRectF(self.rect()))


def program_icon() -> QIcon:
    """The sign on a dark tile, in every size a desktop asks for."""
    icon = QIcon()
    for side in ICON_SIDES_PX:
        icon.addPixmap(_tile(side))
    return icon


def draw_sign(painter: QPainter, place: QRectF) -> None:
    """Draw the sign into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(place.topLeft())
    painter.scale(place.width() / 100, place.height() / 100)
    points = [QPointF(x, y) for x, y in JOINTS]
    is_small = place.width() < MIN_WITH_JOINTS
    for finger, colour in zip(FINGERS, FINGER_COLOURS, strict=True):
        painter.setPen(QPen(QColor(*colour), SMALL_BONE_WIDTH if is_small else BONE_WIDTH, cap=Qt.PenCapStyle.RoundCap))
        for start, end in pairwise(finger.chain):
            painter.drawLine(points[start], points[end])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("white"))
    for point in [] if is_small else points:
        painter.drawEllipse(point, JOINT_RADIUS, JOINT_RADIUS)
    painter.restore()


def _tile(side_px: int) -> QPixmap:
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.ground))
    painter.drawRoundedRect(pixmap.rect(), 0.2 * side_px, 0.2 * side_px)
    margin = 0.12 * side_px
    draw_sign(painter, QRectF(pixmap.rect()).adjusted(margin, margin, -margin, -margin))
    painter.end()
    return pixmap

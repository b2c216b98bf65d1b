"""The program's sign: an open hand of bones in the colours of the fingers."""

from itertools import pairwise

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QWidget

from handpose_live.pose.skeleton import FINGERS, WRIST
from handpose_live.ui.style import GROUND

ICON_SIDES_PX = (16, 24, 32, 48, 64, 128, 256)
# The 21 joints in their order, in percent of the sign's side.
JOINTS = (
    *((52, 92),),
    *((34, 82), (22, 70), (14, 59), (7, 49)),
    *((36, 54), (31, 37), (28, 26), (26, 15)),
    *((49, 50), (49, 31), (49, 19), (49, 7)),
    *((62, 53), (66, 36), (69, 25), (71, 14)),
    *((73, 61), (81, 49), (86, 40), (91, 31)),
)
BONE_WIDTH = 6.0
JOINT_RADIUS = 4.6


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
    for finger in FINGERS:
        painter.setPen(QPen(QColor(*finger.colour), BONE_WIDTH, cap=Qt.PenCapStyle.RoundCap))
        for start, end in pairwise(finger.chain):
            painter.drawLine(points[start], points[end])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("white"))
    for joint in (WRIST, *(finger.joints[3] for finger in FINGERS)):
        painter.drawEllipse(points[joint], JOINT_RADIUS, JOINT_RADIUS)
    painter.restore()


def _tile(side_px: int) -> QPixmap:
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(GROUND))
    painter.drawRoundedRect(pixmap.rect(), 0.2 * side_px, 0.2 * side_px)
    margin = 0.12 * side_px
    draw_sign(painter, QRectF(pixmap.rect()).adjusted(margin, margin, -margin, -margin))
    painter.end()
    return pixmap

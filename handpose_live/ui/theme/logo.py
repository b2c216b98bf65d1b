"""The program's logo: a hand skeleton in the colours of the fingers, from ``assets/logo.svg``."""

from pathlib import Path

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QWidget

from handpose_live.ui.theme.style import DARK

ASSETS = Path(__file__).resolve().parents[2] / "assets"
LOGO, SMALL_LOGO = ASSETS / "logo.svg", ASSETS / "logo-small.svg"
ICON_SIZES_PX = (16, 24, 32, 48, 64, 128, 256)
MIN_WITH_JOINTS_PX = 36  # below this size the joints would blur the bones
MARGIN, CORNER_RADIUS = 0.12, 0.2  # of the icon's tile, in shares of its side


class Logo(QWidget):
    """The logo at a fixed size."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self._renderer = QSvgRenderer(str(LOGO), self)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        self._renderer.render(painter, QRectF(self.rect()))


def application_icon() -> QIcon:
    """The logo on a dark tile, in every size that a desktop asks for."""
    icon = QIcon()
    for side_px in ICON_SIZES_PX:
        icon.addPixmap(_tile(side_px))
    return icon


def _tile(side_px: int) -> QPixmap:
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.background))
    painter.drawRoundedRect(pixmap.rect(), CORNER_RADIUS * side_px, CORNER_RADIUS * side_px)
    margin = MARGIN * side_px
    place = QRectF(pixmap.rect()).adjusted(margin, margin, -margin, -margin)
    QSvgRenderer(str(SMALL_LOGO if place.width() < MIN_WITH_JOINTS_PX else LOGO)).render(painter, place)
    painter.end()
    return pixmap

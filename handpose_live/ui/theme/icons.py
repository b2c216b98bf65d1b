"""Icons of buttons and menu entries, rendered from the SVG files in ``assets/icons``."""

from functools import cache
from pathlib import Path

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from handpose_live.ui.theme.style import Colours

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "icons"
SIZES_PX = (16, 20, 24, 32, 40, 48)
DISABLED_OPACITY = 0.5


@cache
def icon(name: str, colours: Colours) -> QIcon:
    """Load an icon in a theme's colours.

    Args:
        name: of the file, without its suffix.
        colours: the icon has the theme's text colour, its accent while the action is checked, and is faint while
            the action is disabled.
    """
    result = QIcon()
    for colour, state in ((colours.text, QIcon.State.Off), (colours.accent, QIcon.State.On)):
        for side_px in SIZES_PX:
            result.addPixmap(_render(name, side_px, colour), QIcon.Mode.Normal, state)
            disabled = _render(name, side_px, colours.muted_text, DISABLED_OPACITY)
            result.addPixmap(disabled, QIcon.Mode.Disabled, state)
    return result


def _render(name: str, side_px: int, colour: str, opacity: float = 1.0) -> QPixmap:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    return pixmap

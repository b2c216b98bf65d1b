"""A combo box and a check box that paint their own arrow and tick, and the frame of the focused widget.

Style sheets take arrow and tick from image files only, which could not follow the theme.
"""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton, QWidget

from handpose_live.ui.theme import theme


class ComboBox(QComboBox):
    """A combo box with an arrow in the theme's colour."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current.colours.muted_text), 1.6))
        x, y = self.width() - 16.0, self.height() / 2
        painter.drawPolyline(QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]))


class CheckBox(QCheckBox):
    """A check box with a tick in the theme's colour."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        super().paintEvent(event)
        style = self.style()
        if style is None or not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = style.subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self).toRectF()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current.colours.on_accent), 2))
        x, y = box.center().x(), box.center().y()
        painter.drawPolyline(QPolygonF([QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 3)]))


def draw_focus(painter: QPainter, widget: QWidget, place: QRectF) -> None:
    """Draw a frame around a place in a widget that paints itself, if the widget has the focus."""
    if widget.hasFocus():
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.current.colours.accent), 2))
        painter.drawRect(place.adjusted(1, 1, -1, -1))

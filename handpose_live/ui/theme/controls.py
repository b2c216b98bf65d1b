"""A combo box and a check box that paint their own arrow and tick.

Style sheets take both from image files only, which could not follow the theme.
"""

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton

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

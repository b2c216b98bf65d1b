"""Bars that show how far each finger is bent."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from handpose_live.overlay.colours import joint_colours
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.theme import theme

FULL_BEND_DEG = 180.0


class FingerBars(QWidget):
    """A bar for the bend of each finger, in the finger's colour."""

    ROW, LABEL, NUMBER = 22, 56, 40

    def __init__(self) -> None:
        super().__init__()
        self._inspection: Inspection | None = None
        self.setFixedHeight(self.ROW * len(FINGERS))
        self.setAccessibleName("Bend of each finger")
        self.setToolTip("Sum of the last two joint angles of each finger, in degrees")

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand; None for no hand."""
        self._inspection = inspection
        bends = inspection.shape.bends_deg if inspection is not None else ()
        texts = (f"{finger.name} {bend:.0f}°" for finger, bend in zip(FINGERS, bends, strict=False))
        self.setAccessibleDescription(", ".join(texts))
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, inspection = theme.current.colours, self._inspection
        bar_width = self.width() - self.LABEL - self.NUMBER
        for row, finger in enumerate(FINGERS):
            line = QRectF(0, row * self.ROW, self.width(), self.ROW)
            painter.setPen(QColor(colours.muted_text))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, finger.name.capitalize())
            groove = QRectF(self.LABEL, line.center().y() - 3, bar_width, 6)
            painter.setPen(QColor(colours.border))
            painter.setBrush(QColor(colours.control))
            painter.drawRoundedRect(groove, 3, 3)
            if inspection is not None:
                bend_deg = inspection.shape.bends_deg[row]
                groove.setWidth(max(6.0, bar_width * min(bend_deg / FULL_BEND_DEG, 1)))
                colour = joint_colours(theme.current.hand_colours, inspection.hand.side)[finger.joints[0]]
                painter.setBrush(QColor(*colour))
                painter.drawRoundedRect(groove, 3, 3)
                painter.setPen(QColor(colours.text))
                right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(line, right, f"{bend_deg:.0f}°")

"""The grid of heatmaps, one for each joint."""

from collections.abc import Mapping

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy

from handpose_live.overlay.colours import joint_colours
from handpose_live.runtime.inspection import Inspection
from handpose_live.ui.inspector.crop_view import CROP_SIDE
from handpose_live.ui.inspector.heatmaps import grid_image
from handpose_live.ui.inspector.joint_picker import JointPicker
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.controls import draw_focus


class HeatmapGrid(JointPicker):
    """The heatmaps of the 21 joints, seven in a row."""

    COLUMNS, ROWS = 7, 3
    STEPS: Mapping[int, int] = {
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Down: COLUMNS,
        Qt.Key.Key_Up: -COLUMNS,
    }

    def __init__(self) -> None:
        super().__init__("Heatmaps of the 21 joints")
        self.setAccessibleDescription("Use the arrow keys to move between joints")
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(CROP_SIDE, CROP_SIDE * self.ROWS // self.COLUMNS)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand; None for no hand."""
        self._image = grid_image(inspection.heatmaps, self.COLUMNS) if inspection is not None else None
        super().show_hand(inspection)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._image is not None:
            side = self._side()
            column, row = int(event.position().x() // side), int(event.position().y() // side)
            inside = 0 <= column < self.COLUMNS and 0 <= row < self.ROWS
            joint = row * self.COLUMNS + column if inside else -1
            if joint != self.highlighted:
                self.joint_hovered.emit(joint)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        self.joint_hovered.emit(-1)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        side = self._side()
        place = QRectF(0, 0, side * self.COLUMNS, side * self.ROWS)
        if self._image is None or self.inspection is None:
            painter.fillRect(place, QColor(theme.current.colours.control))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)
            colours = joint_colours(theme.current.hand_colours, self.inspection.hand.side)
            for joint, colour in enumerate(colours):
                cell = QRectF(joint % self.COLUMNS * side, joint // self.COLUMNS * side, side, side)
                is_highlighted = joint == self.highlighted
                pen_colour = QColor("white") if is_highlighted else QColor(*colour)
                painter.setPen(QPen(pen_colour, 2 if is_highlighted else 1))
                painter.drawRect(cell.adjusted(1, 1, -1.5, -1.5))
        draw_focus(painter, self, place)

    def _side(self) -> float:
        return min(self.width() / self.COLUMNS, self.height() / self.ROWS)

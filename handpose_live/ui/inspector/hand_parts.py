"""Painted parts of the inspector: finger bars, the strip of gestures, the grid of heatmaps."""

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from handpose_live.overlay.colours import joint_colours
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.gesture import gesture_title
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.inspector.crop_view import CROP_SIDE
from handpose_live.ui.inspector.heatmaps import grid_image
from handpose_live.ui.inspector.history import SPAN_S, History
from handpose_live.ui.inspector.joint_picker import JointPicker
from handpose_live.ui.theme import theme

FULL_BEND_DEG = 180.0
TICKS = {-SPAN_S: f"−{SPAN_S:.0f} s", -SPAN_S / 2: f"−{SPAN_S / 2:.0f} s", 0.0: "now"}
GESTURES_SHOWN = "Gestures of the last ten seconds, the newest on the right"


class FingerBars(QWidget):
    """How far each finger bends."""

    ROW, LABEL, NUMBER = 22, 56, 40

    def __init__(self) -> None:
        super().__init__()
        self._inspection: Inspection | None = None
        self.setFixedHeight(self.ROW * len(FINGERS))
        self.setAccessibleName("Bend of each finger")
        self.setToolTip("How far each finger's last two joints turn, in degrees")

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's fingers."""
        self._inspection = inspection
        bends = inspection.shape.bends_deg if inspection is not None else ()
        words = (f"{finger.name} {bend:.0f}°" for finger, bend in zip(FINGERS, bends, strict=False))
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, one = theme.current.colours, self._inspection
        room = self.width() - self.LABEL - self.NUMBER
        for row, finger in enumerate(FINGERS):
            line = QRectF(0, row * self.ROW, self.width(), self.ROW)
            painter.setPen(QColor(colours.dim))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, finger.name.capitalize())
            groove = QRectF(self.LABEL, line.center().y() - 3, room, 6)
            painter.setPen(QColor(colours.border))
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(groove, 3, 3)
            if one is not None:
                bend_deg = one.shape.bends_deg[row]
                groove.setWidth(max(6.0, room * min(bend_deg / FULL_BEND_DEG, 1)))
                painter.setBrush(QColor(*joint_colours(theme.current.scheme, one.hand.side)[finger.joints[0]]))
                painter.drawRoundedRect(groove, 3, 3)
                painter.setPen(QColor(colours.text))
                right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(line, right, f"{bend_deg:.0f}°")


class GestureStrip(QWidget):
    """What a hand showed in the last ten seconds, over the time before now."""

    STRIP, AXIS = 20, 18

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._track: int | None = None
        self.setFixedHeight(self.STRIP + self.AXIS)
        self.setAccessibleName(GESTURES_SHOWN)

    def show_track(self, track: int | None) -> None:
        """Show this hand's."""
        self._track = track
        names = [gesture_title(name) for _, _, name in self._spans()]
        self.setAccessibleDescription(", ".join(names))
        self.update()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.name_at(event.pos().x()) or GESTURES_SHOWN, self)
            return True
        return super().event(event)

    def name_at(self, x: float) -> str:
        """The gesture shown that far from the left, in px, as a person reads it; most are too short to be written."""
        time_s = SPAN_S * (x / self.width() - 1)
        return next((gesture_title(name) for start_s, end_s, name in self._spans() if start_s <= time_s <= end_s), "")

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), self.STRIP), 4, 4)
        self._draw_axis(painter)
        for start_s, end_s, name in self._spans():
            left, right = (self.width() * (1 + time_s / SPAN_S) for time_s in (start_s, end_s))
            span = QRectF(left, 0, max(right - left, 2), self.STRIP)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(span.adjusted(0.5, 0, -0.5, 0), 4, 4)
            painter.setPen(QColor(colours.on_accent))
            text = painter.fontMetrics().elidedText(
                gesture_title(name), Qt.TextElideMode.ElideRight, int(span.width()) - 8
            )
            if len(text) > 2:
                painter.drawText(span.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _spans(self) -> list[tuple[float, float, str]]:
        return self._history.gestures(self._track) if self._track is not None else []

    def _draw_axis(self, painter: QPainter) -> None:
        colours, aligned = theme.current.colours, Qt.AlignmentFlag
        sides = (aligned.AlignLeft, aligned.AlignHCenter, aligned.AlignRight)
        for (time_s, text), side in zip(TICKS.items(), sides, strict=True):
            x = (self.width() - 1) * (1 + time_s / SPAN_S)
            painter.setPen(QColor(colours.border))
            painter.drawLine(QPointF(x, self.STRIP), QPointF(x, self.STRIP + 4))
            painter.setPen(QColor(colours.dim))
            left = {aligned.AlignLeft: 0.0, aligned.AlignRight: float(-self.width())}.get(side, -self.width() / 2)
            painter.drawText(QRectF(x + left, self.STRIP + 3, self.width(), self.AXIS - 3), side, text)


class HeatmapGrid(JointPicker):
    """All 21 heatmaps, seven in a row."""

    COLUMNS, ROWS = 7, 3
    STEPS: Mapping[int, int] = {
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Down: COLUMNS,
        Qt.Key.Key_Up: -COLUMNS,
    }

    def __init__(self) -> None:
        super().__init__("Heatmaps of the 21 joints")
        self.setAccessibleDescription("The arrow keys go from joint to joint")
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(CROP_SIDE, CROP_SIDE * self.ROWS // self.COLUMNS)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's heatmaps."""
        self._image = grid_image(inspection.heatmaps, self.COLUMNS) if inspection is not None else None
        super().show_hand(inspection)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._image is not None:
            side = self._side()
            column, row = int(event.position().x() // side), int(event.position().y() // side)
            inside = 0 <= column < self.COLUMNS and 0 <= row < self.ROWS
            joint = row * self.COLUMNS + column if inside else -1
            if joint != self.marked:
                self.pointed.emit(joint)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        self.pointed.emit(-1)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        side = self._side()
        place = QRectF(0, 0, side * self.COLUMNS, side * self.ROWS)
        if self._image is None or self.inspection is None:
            painter.fillRect(place, QColor(theme.current.colours.raised))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)
            colours = joint_colours(theme.current.scheme, self.inspection.hand.side)
            for joint, colour in enumerate(colours):
                cell = QRectF(joint % self.COLUMNS * side, joint // self.COLUMNS * side, side, side)
                marked = joint == self.marked
                painter.setPen(QPen(QColor("white") if marked else QColor(*colour), 2 if marked else 1))
                painter.drawRect(cell.adjusted(1, 1, -1.5, -1.5))
        self.draw_focus(painter, place)

    def _side(self) -> float:
        return min(self.width() / self.COLUMNS, self.height() / self.ROWS)

"""Painted parts of the inspector: finger bars, the strip of gestures, the grid of heatmaps."""

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from handpose_live.pose.gestures import title
from handpose_live.pose.skeleton import FINGERS
from handpose_live.ui import theme
from handpose_live.ui.crop_view import COLOURS, CROP_SIDE
from handpose_live.ui.heatmaps import grid_image
from handpose_live.ui.history import SPAN_S, History
from handpose_live.ui.inspection import Inspection

FULL_BEND_DEG = 180.0


class FingerBars(QWidget):
    """How far each finger bends."""

    ROW, LABEL, NUMBER = 22, 56, 40

    def __init__(self) -> None:
        super().__init__()
        self._bends: tuple[float, ...] = ()
        self.setFixedHeight(self.ROW * len(FINGERS))
        self.setToolTip("How far each finger's last two joints turn, in degrees")

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's fingers."""
        self._bends = inspection.shape.bends_deg if inspection is not None else ()
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        room = self.width() - self.LABEL - self.NUMBER
        for row, finger in enumerate(FINGERS):
            line = QRectF(0, row * self.ROW, self.width(), self.ROW)
            painter.setPen(QColor(colours.dim))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, finger.name.capitalize())
            groove = QRectF(self.LABEL, line.center().y() - 3, room, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(groove, 3, 3)
            if self._bends:
                groove.setWidth(max(6.0, room * min(self._bends[row] / FULL_BEND_DEG, 1)))
                painter.setBrush(QColor(*finger.colour))
                painter.drawRoundedRect(groove, 3, 3)
                painter.setPen(QColor(colours.text))
                right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(line, right, f"{self._bends[row]:.0f}°")


class GestureStrip(QWidget):
    """What a hand showed in the last ten seconds."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._track: int | None = None
        self.setFixedHeight(20)
        self.setToolTip("Gestures of the last ten seconds, the newest on the right")

    def show_track(self, track: int | None) -> None:
        """Show this hand's."""
        self._track = track
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        for start_s, end_s, name in self._history.gestures(self._track) if self._track is not None else ():
            left, right = (self.width() * (1 + time_s / SPAN_S) for time_s in (start_s, end_s))
            span = QRectF(left, 0, max(right - left, 2), self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(span.adjusted(0.5, 0, -0.5, 0), 4, 4)
            painter.setPen(QColor(colours.on_accent))
            text = painter.fontMetrics().elidedText(title(name), Qt.TextElideMode.ElideRight, int(span.width()) - 8)
            if len(text) > 2:
                painter.drawText(span.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)


class HeatmapGrid(QWidget):
    """All 21 heatmaps, seven in a row.

    Attributes:
        pointed: at the heatmap of a joint, or at none for -1.
    """

    pointed = pyqtSignal(int)
    COLUMNS, ROWS = 7, 3

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._marked = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(CROP_SIDE, CROP_SIDE * self.ROWS // self.COLUMNS)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's heatmaps."""
        self._image = grid_image(inspection.heatmaps, self.COLUMNS) if inspection is not None else None
        self.update()

    def mark(self, joint: int) -> None:
        """Frame this joint's heatmap, or none for -1."""
        self._marked = joint
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._image is not None:
            side = self._side()
            column, row = int(event.position().x() // side), int(event.position().y() // side)
            inside = 0 <= column < self.COLUMNS and 0 <= row < self.ROWS
            joint = row * self.COLUMNS + column if inside else -1
            if joint != self._marked:
                self.pointed.emit(joint)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        self.pointed.emit(-1)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        side = self._side()
        place = QRectF(0, 0, side * self.COLUMNS, side * self.ROWS)
        if self._image is None:
            painter.fillRect(place, QColor(theme.current.colours.raised))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        for joint in range(self.COLUMNS * self.ROWS):
            cell = QRectF(joint % self.COLUMNS * side, joint // self.COLUMNS * side, side, side)
            marked = joint == self._marked
            painter.setPen(QPen(QColor("white") if marked else COLOURS[joint], 2 if marked else 1))
            painter.drawRect(cell.adjusted(1, 1, -1.5, -1.5))

    def _side(self) -> float:
        return min(self.width() / self.COLUMNS, self.height() / self.ROWS)

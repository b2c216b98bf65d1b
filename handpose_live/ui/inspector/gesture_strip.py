"""A timeline of the gestures of one hand."""

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from handpose_live.types.gesture import gesture_title
from handpose_live.ui.inspector.history import SPAN_S, HandHistory
from handpose_live.ui.theme import theme

TICKS = {-SPAN_S: f"−{SPAN_S:.0f} s", -SPAN_S / 2: f"−{SPAN_S / 2:.0f} s", 0.0: "now"}
DESCRIPTION = "Gestures of the last ten seconds, the newest on the right"


class GestureStrip(QWidget):
    """A timeline of one hand's gestures over the last ten seconds."""

    STRIP, AXIS = 20, 18

    def __init__(self, history: HandHistory) -> None:
        super().__init__()
        self._history = history
        self._track: int | None = None
        self.setFixedHeight(self.STRIP + self.AXIS)
        self.setAccessibleName(DESCRIPTION)

    def show_track(self, track: int | None) -> None:
        """Show the gestures of this track; None for no hand."""
        self._track = track
        names = [gesture_title(name) for _, _, name in self._spans()]
        self.setAccessibleDescription(", ".join(names))
        self.update()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.name_at(event.pos().x()) or DESCRIPTION, self)
            return True
        return super().event(event)

    def name_at(self, x: float) -> str:
        """The title of the gesture at ``x`` px from the left edge, for the tooltip; "" where there is none."""
        time_s = SPAN_S * (x / self.width() - 1)
        return next((gesture_title(name) for start_s, end_s, name in self._spans() if start_s <= time_s <= end_s), "")

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.control))
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
            painter.setPen(QColor(colours.muted_text))
            left = {aligned.AlignLeft: 0.0, aligned.AlignRight: float(-self.width())}.get(side, -self.width() / 2)
            painter.drawText(QRectF(x + left, self.STRIP + 3, self.width(), self.AXIS - 3), side, text)

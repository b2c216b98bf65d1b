"""The status bar: source, device, and performance figures."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QWidget

from handpose_live.media.source import SourceInfo
from handpose_live.runtime.playback_clock import Speed
from handpose_live.ui.formatting import short_ms
from handpose_live.ui.theme import theme

IDENTITY_WIDTH = 400  # px for the names of source and device before they are elided
SPACING = 12
MARGINS = 40  # px left and right together


class StatusBar(QStatusBar):
    """Source and device on the left, figures on the right; no label moves when a value changes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._name = ElidedLabel(Qt.TextElideMode.ElideMiddle, "Source")
        self._size = QLabel()
        self._size.setObjectName("muted")
        self._size.setToolTip("Frame size in px")
        self._device = ElidedLabel(Qt.TextElideMode.ElideRight, "Inference device")
        self._device.setObjectName("muted")
        self._hands = Figure("0", "hands", "Hands in view", Qt.AlignmentFlag.AlignLeft)
        self._capture = Figure("000", "fps in", "Frames per second from the source, over the last second")
        self._fps = Figure("000", "fps out", "Frames per second processed, over the last second")
        self._frame_ms = Figure("0000", "ms", "Processing time per frame, over the last second")
        self._latency = Figure(
            "0000 / 0000",
            "ms latency",
            "From capture to display: median / 95th percentile of the last frames",
        )
        self._dropped = Figure("0000", "dropped", "Frames dropped because another one was being processed")
        self._unrecorded = Figure("000", "unrecorded", "Frames missing from the recording, as encoding was too slow")
        self._unrecorded.hide()
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.addWidget(content, 1)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._rows.setContentsMargins(14, 2, 14, 2)
        self._rows.setSpacing(4)
        self._figures = _row(
            *(self._unrecorded, self._hands, self._capture, self._fps, self._frame_ms, self._latency, self._dropped)
        )
        self._identity = _row(self._name, self._size, self._device)
        self._rows.addLayout(self._identity, 1)
        self._rows.addLayout(self._figures)
        self.clear()

    def open(self, info: SourceInfo, device: str) -> None:
        """Show a newly opened source and the device that the network actually runs on."""
        self.clear()
        self._name.set_text(info.name)
        self._size.setText(f"{info.width} × {info.height}")
        self._device.set_text(device)
        for live_figure in (self._latency, self._dropped):
            live_figure.setVisible(info.live)
        self._arrange()

    def clear(self) -> None:
        """Show that no source is open."""
        self._name.set_text("No source")
        self._size.clear()
        self._device.set_text("")
        for figure in self.figures:
            figure.clear()
        for live_figure in (self._latency, self._dropped):
            live_figure.hide()
        self._arrange()

    @property
    def figures(self) -> list["Figure"]:
        """All figures, from left to right."""
        return [
            *(self._unrecorded, self._hands, self._capture, self._fps, self._frame_ms, self._latency, self._dropped)
        ]

    def show_speed(self, speed: Speed, latency_ms: tuple[float, float] | None) -> None:
        """Show frame rates and processing time, and the median and 95th percentile of the latency in ms."""
        self._capture.set_value("–" if speed.capture_fps is None else f"{speed.capture_fps:.0f}", "fps in")
        self._fps.set_value("–" if speed.fps is None else f"{speed.fps:.0f}", "fps out")
        self._frame_ms.set_value("–" if speed.frame_ms is None else short_ms(speed.frame_ms), "ms")
        latency = "–" if latency_ms is None else f"{latency_ms[0]:.0f} / {latency_ms[1]:.0f}"
        self._latency.set_value(latency, "ms latency")

    def show_frame(self, *, hands: int, dropped: int, unrecorded: int) -> None:
        """Show the counts of the newest frame."""
        self._hands.set_value(str(hands), "hand" if hands == 1 else "hands")
        self._dropped.set_value(str(dropped), "dropped")
        self._unrecorded.set_value(str(unrecorded), "unrecorded")
        self._unrecorded.setVisible(unrecorded > 0)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Move the figures to a second row if one is too narrow."""
        self.setMinimumWidth(self._figures.sizeHint().width() + MARGINS)
        needed = min(self._identity.sizeHint().width(), IDENTITY_WIDTH) + self._figures.sizeHint().width() + SPACING
        fits = needed <= self.width() - MARGINS
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)


class Figure(QLabel):
    """A number with its unit, of a fixed width."""

    def __init__(
        self, number: str, unit: str, tip: str, alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight
    ) -> None:
        """``number`` and ``unit`` are the widest that will be shown."""
        super().__init__()
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.ensurePolished()
        font = self.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # tabular figures: digits of equal width
        self.setFont(font)
        self.set_value(number, unit)
        self.setFixedWidth(self.sizeHint().width())
        self.clear()
        theme.current.changed.connect(self._update_colour)

    def _update_colour(self) -> None:
        """Repaint the unit in the theme's colour."""
        if self.text():
            self.set_value(self._number, self._unit)

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self.setAccessibleName("")

    def set_value(self, number: str, unit: str) -> None:
        """Show a number and its unit."""
        self._number, self._unit = number, unit
        self.setAccessibleName(f"{number} {unit}")
        self.setText(f'{number}&nbsp;<span style="color: {theme.current.colours.muted_text}">{unit}</span>')


class ElidedLabel(QLabel):
    """A text that is elided where it does not fit; its tooltip has all of it."""

    def __init__(self, mode: Qt.TextElideMode, caption: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode, self._caption = mode, caption

    def set_text(self, text: str) -> None:
        """Show a text, elided to the width of the label."""
        self.setText(text)
        self.setToolTip(f"{self._caption}: {text}" if text else "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("0000…0000")), hint.height())

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row

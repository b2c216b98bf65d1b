"""The slim bar under the picture: what is shown, on which device, how fast."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QWidget

from handpose_live.media.source import SourceInfo
from handpose_live.runtime.playback_clock import Speed
from handpose_live.ui.theme import theme
from handpose_live.ui.viewer.formatting import short_ms

IDENTITY_WIDTH = 400  # a source's and a device's names get as much before they are shortened, if they need it
SPACING = 12
ROUND = 40  # px left and right of all


class StatusBar(QStatusBar):
    """Source and device on the left, figures on the right; no text moves when a figure changes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._name = ElidedLabel(Qt.TextElideMode.ElideMiddle, "The source")
        self._size = QLabel()
        self._size.setObjectName("dim")
        self._size.setToolTip("Size of its frames, in px")
        self._device = ElidedLabel(Qt.TextElideMode.ElideRight, "Runs the network")
        self._device.setObjectName("dim")
        self._hands = Figure("0", "hands", "Hands in view", Qt.AlignmentFlag.AlignLeft)
        self._capture = Figure("000", "fps in", "Frames per second that come from the source, over the last second")
        self._fps = Figure("000", "fps out", "Frames per second that are worked through, over the last second")
        self._frame_ms = Figure("0000", "ms", "Time to work through one frame, over the last second")
        self._latency = Figure(
            "0000 / 0000", "ms late", "From frame taken to frame shown: median and 95th percentile of the last frames"
        )
        self._dropped = Figure("0000", "dropped", "Frames that came while another was worked through")
        self._unrecorded = Figure("000", "unrecorded", "Pictures that the recording lacks, as encoding took too long")
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
        """Begin with a source; ``device`` is what the network really runs on."""
        self.clear()
        self._name.put(info.name)
        self._size.setText(f"{info.width} × {info.height}")
        self._device.put(device)
        for live_figure in (self._latency, self._dropped):
            live_figure.setVisible(info.live)
        self._arrange()

    def clear(self) -> None:
        """Nothing is played."""
        self._name.put("No source")
        self._size.clear()
        self._device.put("")
        for figure in self.figures:
            figure.clear()
        for live_figure in (self._latency, self._dropped):
            live_figure.hide()
        self._arrange()

    @property
    def figures(self) -> list["Figure"]:
        """All of them, from left to right."""
        return [
            *(self._unrecorded, self._hands, self._capture, self._fps, self._frame_ms, self._latency, self._dropped)
        ]

    def show_speed(self, speed: Speed, latency_ms: tuple[float, float] | None) -> None:
        """Show how fast frames come, and the median and 95th percentile of their age."""
        self._capture.put("–" if speed.capture_fps is None else f"{speed.capture_fps:.0f}", "fps in")
        self._fps.put("–" if speed.fps is None else f"{speed.fps:.0f}", "fps out")
        self._frame_ms.put("–" if speed.frame_ms is None else short_ms(speed.frame_ms), "ms")
        late = "–" if latency_ms is None else f"{latency_ms[0]:.0f} / {latency_ms[1]:.0f}"
        self._latency.put(late, "ms late")

    def show_frame(self, *, hands: int, dropped: int, unrecorded: int) -> None:
        """Show what belongs to one frame."""
        self._hands.put(str(hands), "hand" if hands == 1 else "hands")
        self._dropped.put(str(dropped), "dropped")
        self._unrecorded.put(str(unrecorded), "unrecorded")
        self._unrecorded.setVisible(unrecorded > 0)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give the figures a row of their own where one is too narrow for all."""
        self.setMinimumWidth(self._figures.sizeHint().width() + ROUND)
        needed = min(self._identity.sizeHint().width(), IDENTITY_WIDTH) + self._figures.sizeHint().width() + SPACING
        fits = needed <= self.width() - ROUND
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)


class Figure(QLabel):
    """A number and its unit, in a place wide enough for the widest."""

    def __init__(
        self, number: str, unit: str, meaning: str, alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight
    ) -> None:
        """``number`` and ``unit`` are the widest there will be."""
        super().__init__()
        self.setToolTip(meaning)
        self.setAccessibleDescription(meaning)
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.ensurePolished()
        font = self.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width
        self.setFont(font)
        self.put(number, unit)
        self.setFixedWidth(self.sizeHint().width())
        self.clear()
        theme.current.changed.connect(self._paint)

    def _paint(self) -> None:
        """Show the unit in the theme's colour."""
        if self.text():
            self.put(self._number, self._unit)

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self.setAccessibleName("")

    def put(self, number: str, unit: str) -> None:
        """Show a number in its unit."""
        self._number, self._unit = number, unit
        self.setAccessibleName(f"{number} {unit}")
        self.setText(f'{number}&nbsp;<span style="color: {theme.current.colours.dim}">{unit}</span>')


class ElidedLabel(QLabel):
    """A text that is shortened where there is no room for it; pointing at it shows the whole."""

    def __init__(self, mode: Qt.TextElideMode, meaning: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode, self._meaning = mode, meaning

    def put(self, text: str) -> None:
        """Show this text, or as much of it as there is room for."""
        self.setText(text)
        self.setToolTip(f"{self._meaning}: {text}" if text else "")

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

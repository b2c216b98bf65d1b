"""The slim bar under the picture: what is shown, on which device, how fast."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from handpose_live.capture.source import SourceInfo
from handpose_live.ui.pace import Speed
from handpose_live.ui.style import DIM, RECORDING

IDENTITY_WIDTH = 520  # a source's and a device's names get as much before they are shortened, if they need it
SPACING = 12


class StatusBar(QWidget):
    """Source and device on the left, figures on the right; no text moves when a figure changes."""

    def __init__(self, info: SourceInfo, *, recording: bool) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._device = ElidedLabel(Qt.TextElideMode.ElideRight, "Runs the network")
        self._device.setObjectName("dim")
        self._hands = Figure("00", "hands", "Hands in view", Qt.AlignmentFlag.AlignLeft)
        self._fps = Figure("000", "fps", "Frames per second, over the last second")
        self._frame_ms = Figure("0000", "ms", "Time to work through one frame, over the last second")
        self._dropped = Figure("0000", "dropped", "Frames that came while another was worked through")
        self._dropped.setVisible(info.live)
        self._recorded = Figure(recorded(3600), "", "Recording", Qt.AlignmentFlag.AlignLeft)
        self._recorded.setVisible(recording)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(12, 6, 12, 6)
        self._rows.setSpacing(4)
        self._figures = _row(self._recorded, self._hands, self._fps, self._frame_ms, self._dropped)
        self._identity = self._name_all(info)
        self._rows.addLayout(self._identity, 1)
        self._rows.addLayout(self._figures)
        margins = self._rows.contentsMargins()
        self.setMinimumWidth(self._figures.minimumSize().width() + margins.left() + margins.right())

    def show_device(self, name: str) -> None:
        """Name the device that the network runs on."""
        self._device.put(name)
        self._arrange()

    def show_speed(self, speed: Speed) -> None:
        """Show how fast frames come."""
        self._fps.put("–" if speed.fps is None else f"{speed.fps:.0f}", "fps")
        self._frame_ms.put("–" if speed.frame_ms is None else short_ms(speed.frame_ms), "ms")

    def show_frame(self, *, hands: int, dropped: int, time_s: float) -> None:
        """Show what belongs to one frame; ``time_s`` is its time in the recording."""
        self._hands.put(str(hands), "hand" if hands == 1 else "hands")
        self._dropped.put(str(dropped), "dropped")
        self._recorded.put(recorded(time_s), "")

    def end(self) -> None:
        """Nothing goes on any more."""
        self._fps.clear()
        self._frame_ms.clear()
        self._recorded.hide()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give the figures a row of their own where one is too narrow for all."""
        needed = min(self._identity.sizeHint().width(), IDENTITY_WIDTH) + self._figures.sizeHint().width() + SPACING
        fits = needed <= self._rows.contentsRect().width()
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)

    def _name_all(self, info: SourceInfo) -> QHBoxLayout:
        name = ElidedLabel(Qt.TextElideMode.ElideMiddle, "The source")
        name.put(info.name)
        size = QLabel(f"{info.width} × {info.height}")
        size.setObjectName("dim")
        size.setToolTip("Size of its frames, in px")
        return _row(name, size, self._device)


class Figure(QLabel):
    """A number and its unit, in a place wide enough for the widest."""

    def __init__(
        self, number: str, unit: str, meaning: str, alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight
    ) -> None:
        """``number`` and ``unit`` are the widest there will be."""
        super().__init__()
        self.setToolTip(meaning)
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.ensurePolished()
        font = self.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width
        self.setFont(font)
        self.put(number, unit)
        self.setFixedWidth(self.sizeHint().width())
        self.clear()

    def put(self, number: str, unit: str) -> None:
        """Show a number in its unit."""
        self.setText(f'{number}&nbsp;<span style="color: {DIM}">{unit}</span>')


class ElidedLabel(QLabel):
    """A text that is shortened where there is no room for it; pointing at it shows the whole."""

    def __init__(self, mode: Qt.TextElideMode, meaning: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode, self._meaning = mode, meaning

    def put(self, text: str) -> None:
        """Show this text, or as much of it as there is room for."""
        self.setText(text)
        self.setToolTip(f"{self._meaning}: {text}")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("0000…0000")), hint.height())

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        QPainter(self).drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


def recorded(time_s: float) -> str:
    """A red dot and the time, as rich text."""
    return f'<span style="color: {RECORDING}">●</span>&nbsp;{clock(time_s)}'


def clock(time_s: float) -> str:
    """Hours only if there are any: 0:07, 12:34, 1:02:03."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def short_ms(time_ms: float) -> str:
    """Three digits at the least: 7.3, 42.0, 512."""
    return f"{time_ms:.1f}" if time_ms < 99.95 else f"{time_ms:.0f}"


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row

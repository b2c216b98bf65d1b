"""The position in a file, and the playback speed."""

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QStyleOptionSlider, QWidget

from handpose_live.ui.formatting import clock, speed_text

STEPS_PER_S = 100
KEY_STEP_S, PAGE_STEP_S = 1, 5


class SeekBar(QWidget):
    """A slider over the duration of a file.

    Attributes:
        seek_requested: emitted with the time in seconds when the user moves the slider; never by :meth:`show_time`.
    """

    seek_requested = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Position and speed")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.slider, self.position, self.speed = _JumpSlider(Qt.Orientation.Horizontal), QLabel(), QLabel()
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName("Position in the video")
        self.position.setObjectName("muted")
        self.speed.setObjectName("muted")
        self.slider.setSingleStep(KEY_STEP_S * STEPS_PER_S)
        self.slider.setPageStep(PAGE_STEP_S * STEPS_PER_S)
        self._length_s = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(16)
        row.addWidget(self.slider, 1)
        row.addWidget(self.position)
        row.addWidget(self.speed)
        self.slider.valueChanged.connect(self._request_seek)

    def open(self, length_s: float) -> None:
        """Start at the beginning of a file of this length."""
        self._length_s = length_s
        with QSignalBlocker(self.slider):  # a shorter range would move the handle, which is no request
            self.slider.setSliderDown(False)
            self.slider.setRange(0, max(1, round(length_s * STEPS_PER_S)))
        self.show_time(0.0)
        self.show_speed(1.0)

    def show_time(self, time_s: float) -> None:
        """Show the current position; a slider that is being dragged stays where it is."""
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(time_s * STEPS_PER_S))
        self.position.setText(f"{clock(time_s)} / {clock(max(self._length_s, time_s))}")

    def show_speed(self, speed: float) -> None:
        """Show the playback speed, 1 for normal."""
        self.speed.setText(speed_text(speed))

    def _request_seek(self, value: int) -> None:
        self.seek_requested.emit(value / STEPS_PER_S)


class _JumpSlider(QSlider):
    """Jumps to the clicked position, where QSlider moves one page towards it."""

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        style = self.style()
        if event is not None and style is not None and event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            handle = style.subControlRect(
                QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
            )
            span = max(1, self.width() - handle.width())
            offset = round(event.position().x() - handle.width() / 2)
            if not handle.contains(event.position().toPoint()):
                self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), offset, span))
        super().mousePressEvent(event)

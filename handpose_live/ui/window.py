"""The window: the picture, a status bar, and words where there is no picture."""

import time
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from handpose_live.capture.source import SourceInfo
from handpose_live.errors import HandPoseError
from handpose_live.ui.geometry import opening_size
from handpose_live.ui.picture_view import PictureView
from handpose_live.ui.status_bar import StatusBar
from handpose_live.ui.worker import Worker

SPEED_INTERVAL_MS = 500


class Window(QWidget):
    """Shows what a worker tells; decides nothing about hands.

    Attributes:
        fault: emit it with a sentence, from any thread, to have that shown.
        view, status: the parts of the window.
    """

    fault = pyqtSignal(str)

    def __init__(self, info: SourceInfo, worker: Worker, recording: Path | None) -> None:
        """Args:
        info: the source's.
        worker: not started yet.
        recording: where it records to, if it does.
        """
        super().__init__()
        self._worker, self._recording = worker, recording
        self.view, self.status = PictureView(), StatusBar(info, recording=recording is not None)
        self.setWindowTitle(f"{info.name} – HandPose Live")
        self._lay_out(info)
        self._speed_timer = QTimer(self)
        self._connect()
        self.view.say("Getting ready", "Loading the network and the hand detector …")

    def toggle_full_screen(self) -> None:
        """Give the picture the whole screen, or take it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.status.setVisible(not self.isFullScreen())

    def leave_full_screen(self) -> None:
        """Back to a window, if it is none."""
        if self.isFullScreen():
            self.toggle_full_screen()

    def _lay_out(self, info: SourceInfo) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view)
        column.addWidget(self.status)
        screen = self.screen()
        if screen is not None:
            room = screen.availableSize()
            bar_height = self.status.sizeHint().height()
            self.resize(
                *opening_size(
                    info.width,
                    info.height,
                    screen_width=room.width(),
                    screen_height=room.height(),
                    bar_height=bar_height,
                )
            )

    def _connect(self) -> None:
        shortcuts = {
            "F": self.toggle_full_screen,
            "F11": self.toggle_full_screen,
            "Esc": self.leave_full_screen,
            "Q": self.close,
            "Ctrl+Q": self.close,
        }
        for keys, action in shortcuts.items():
            QShortcut(QKeySequence(keys), self, action)
        self._worker.opened.connect(self._show_opened)
        self._worker.arrived.connect(self._show_newest)
        self._worker.finished.connect(self._show_finish)
        self.fault.connect(self._show_fault)
        self._speed_timer.timeout.connect(self._show_speed)

    def _show_opened(self, device: str) -> None:
        self.status.show_device(device)
        self.view.say("Getting ready", "Waiting for the first picture …")
        self._speed_timer.start(SPEED_INTERVAL_MS)

    def _show_newest(self) -> None:
        shown = self._worker.take()
        if shown is None:
            return
        annotated = shown.annotated
        self.view.show_picture(annotated.picture)
        self.status.show_frame(hands=len(annotated.hands), dropped=shown.dropped, time_s=annotated.frame.time_s)

    def _show_speed(self) -> None:
        self.status.show_speed(self._worker.speed.speed(time.monotonic()))

    def _show_finish(self) -> None:
        self._speed_timer.stop()
        self.status.end()
        error = self._worker.error
        if isinstance(error, HandPoseError):
            self.view.say("Stopped" if self.view.has_picture else "Cannot start", str(error))
        elif error is None:
            saved = f" Recorded to {self._recording}." if self._recording is not None else ""
            self.view.notice.say(f"The end.{saved}")

    def _show_fault(self, sentence: str) -> None:
        if self.view.has_picture:
            self.view.notice.say(sentence)
        else:
            self.view.say("Something went wrong", sentence)

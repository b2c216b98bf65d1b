"""``python -m tests.ui.without_camera``: the program as a person without a camera starts it, who presses the button.

Prints the title of each window that it shows, and closes the second one when there is a picture in it.
"""

import sys
from unittest.mock import patch

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from handpose_live.app import main
from handpose_live.capture.live import LiveSource
from handpose_live.errors import HandPoseError
from handpose_live.ui.offer import Offer
from handpose_live.ui.start import create_application
from handpose_live.ui.window import Window

LOOK_INTERVAL_MS = 50


def open_no_camera(index: int) -> LiveSource:
    raise HandPoseError(f"There is no camera {index}.")


def press_and_close() -> None:
    for window in QApplication.topLevelWidgets():
        if isinstance(window, Offer) and window.isVisible():
            print(window.panel.title.text(), window.panel.sentence.text(), sep="\n", flush=True)
            window.button.click()
        if isinstance(window, Window) and window.isVisible() and window.view.has_picture:
            print(window.windowTitle(), flush=True)
            window.close()


if __name__ == "__main__":
    application = create_application()
    timer = QTimer()
    timer.timeout.connect(press_and_close)
    timer.start(LOOK_INTERVAL_MS)
    with patch("handpose_live.capture.camera.open_camera", open_no_camera):
        sys.exit(main([]))

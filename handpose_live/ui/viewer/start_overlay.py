"""The choice of sources, shown when nothing is open."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout

from handpose_live.media.live.camera import Camera
from handpose_live.ui.viewer.message_overlay import SIDE_MARGIN, MessageOverlay

TITLE = "Choose a source"
SPACING = 8


class StartOverlay(MessageOverlay):
    """Buttons for the cameras by name, for a video, and for the demo.

    Attributes:
        camera_requested: with the camera's index.
        video_requested, demo_requested: the other two buttons.
    """

    camera_requested = pyqtSignal(int)
    video_requested = pyqtSignal()
    demo_requested = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._cameras = QVBoxLayout()
        self._cameras.setSpacing(SPACING)
        self.video, self.demo = QPushButton("Open video…"), QPushButton("Play demo")
        self.video.clicked.connect(self.video_requested)
        self.demo.clicked.connect(self.demo_requested)
        self._others = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._others.setSpacing(SPACING)
        self._others.addWidget(self.video)
        self._others.addWidget(self.demo)
        self.column.addSpacing(SPACING)
        self.column.addLayout(self._cameras)
        self.column.addLayout(self._others)

    def fit(self, width: int, *, compact: bool) -> None:
        """Set the width in px; the buttons are stacked if they are too wide for one row."""
        super().fit(width, compact=compact)
        in_one_row = self.video.sizeHint().width() + SPACING + self.demo.sizeHint().width()
        fits = in_one_row <= width - 2 * SIDE_MARGIN
        self._others.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)

    def offer(self, cameras: Sequence[Camera], body: str) -> None:
        """Show a button for each camera; the text says why the user has to choose."""
        while (item := self._cameras.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for camera in cameras:
            button = QPushButton(camera.name)
            button.setObjectName("primary" if camera is cameras[0] else "")
            button.clicked.connect(lambda _, index=camera.index: self.camera_requested.emit(index))
            self._cameras.addWidget(button)
        self.demo.setObjectName("" if cameras else "primary")
        if (style := self.demo.style()) is not None:
            style.polish(self.demo)  # applies the style of the new object name
        self.show_message(TITLE, body)

"""What the program says when it starts without a camera."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handpose_live.ui.panel import Panel

WIDTH, HEIGHT = 640, 480


class Offer(QWidget):
    """Why there is no picture from a camera, and a button that plays the demo.

    Attributes:
        wanted: the button was pressed, which closes the window.
        panel, button: the parts of the window.
    """

    def __init__(self, reason: str) -> None:
        """``reason``: one sentence."""
        super().__init__()
        self.wanted = False
        self.setWindowTitle("HandPose Live")
        self.resize(WIDTH, HEIGHT)
        self.panel, self.button = Panel(), QPushButton("Play the demo")
        self.panel.say("No picture from a camera", f"{reason} The demo shows rendered hands, found like real ones.")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.setShortcut("Return")
        self.button.clicked.connect(self._accept)
        row = QHBoxLayout()
        row.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.addStretch()
        column.addLayout(row)
        column.addSpacing(16)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self.button.setFocus()

    def _accept(self) -> None:
        self.wanted = True
        self.close()

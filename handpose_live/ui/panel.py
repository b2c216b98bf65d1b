"""Words in place of the picture, and words on it."""

import re

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout

from handpose_live.ui.icon import Sign

PANEL_WIDTH, NOTICE_WIDTH = 440, 720
PADDING = 16
SIGN_SIDE = 64


class Panel(QFrame):
    """The sign, a title and a sentence: what the window waits for, or why there is nothing to see."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(PANEL_WIDTH)
        self.title, self.sentence = QLabel(), QLabel()
        self.title.setObjectName("title")
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 26)
        column.setSpacing(8)
        self.sign = Sign(SIGN_SIDE)
        column.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for label in (self.title, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)

    def say(self, title: str, sentence: str) -> None:
        """Show these words."""
        self.title.setText(title)
        self.sentence.setText(breakable(sentence))
        self.show()


class Notice(QLabel):
    """One sentence on the lower edge of the picture, hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show this sentence."""
        self.setText(breakable(sentence))
        self.show()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line if it is not too long; Qt would rather make a square of it."""
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 2 * PADDING, NOTICE_WIDTH)
        return QSize(width, self.heightForWidth(width))


def breakable(sentence: str) -> str:
    """The same to the eye, but a long path or address in it may go on in the next line after each part."""
    return re.sub(r"(?<=\S)[/\\_?&-](?=\S)", "\\g<0>\N{ZERO WIDTH SPACE}", sentence)

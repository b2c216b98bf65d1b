"""A sentence of any length, whole: it breaks anywhere if it must, and can be selected and copied."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextOption
from PyQt6.QtWidgets import QFrame, QSizePolicy, QTextEdit

EDGE = 2  # px for the border that shows the focus, above and below


class Sentence(QTextEdit):
    """As high as its text at the width it has; beyond :attr:`most_height` px it scrolls."""

    def __init__(self, name: str) -> None:
        """``name`` is for screen readers."""
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.most_height = 10_000
        document = self.document()
        assert document is not None
        document.setDocumentMargin(2)
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        layout = document.documentLayout()
        assert layout is not None
        layout.documentSizeChanged.connect(self.fit)

    def say(self, text: str) -> None:
        """Show this text; what is selected stays selected while it is the same."""
        if text != self.text():
            self.setPlainText(text)

    def text(self) -> str:
        """What it says, character by character as it was given."""
        return self.toPlainText()

    def fit(self) -> None:
        """Be as high as the text."""
        document = self.document()
        assert document is not None
        height = int(document.size().height()) + 2 * EDGE
        self.setFixedHeight(min(height, self.most_height))

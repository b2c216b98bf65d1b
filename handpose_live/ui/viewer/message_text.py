"""A text of any length that is never cut and can be selected and copied."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextOption
from PyQt6.QtWidgets import QFrame, QSizePolicy, QTextEdit

FOCUS_BORDER = 2  # px above and below, for the border that shows the focus


class MessageText(QTextEdit):
    """As high as its text at its width; higher than :attr:`max_height_px`, it scrolls.

    Breaks lines between words, and within a word that is wider than a line.
    """

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
        self.max_height_px = 10_000
        document = self.document()
        assert document is not None
        document.setDocumentMargin(2)
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        layout = document.documentLayout()
        assert layout is not None
        layout.documentSizeChanged.connect(self.fit)

    def set_text(self, text: str) -> None:
        """Show a text; the same text again keeps the selection."""
        if text != self.text():
            self.setPlainText(text)

    def text(self) -> str:
        """The text as it was set, character by character."""
        return self.toPlainText()

    def fit(self) -> None:
        """Take the height of the text."""
        document = self.document()
        assert document is not None
        height = int(document.size().height()) + 2 * FOCUS_BORDER
        self.setFixedHeight(min(height, self.max_height_px))

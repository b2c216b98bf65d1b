"""Words on the lower edge of the picture."""

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon
from handpose_live.ui.viewer.message_text import Sentence

WIDTH, PADDING, CLOSE_SIDE = 720, 16, 24
NOTICE_MS = 6000


class Notice(QFrame):
    """Hidden until there is something to say.

    What passes is said for a while; what lasts, such as an error, stays until it is dismissed and comes back after
    what passes; a state is shown where there is nothing else.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Notice")
        self._passing, self._state = "", ""
        self._lasting: list[str] = []
        self.sentence, self.close_button = Sentence("Notice"), QToolButton()
        self.close_button.setAccessibleName("Dismiss the notice")
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setFixedSize(CLOSE_SIDE, CLOSE_SIDE)
        self.close_button.clicked.connect(self.dismiss)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, 6, 8, 6)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
        theme.current.changed.connect(self._paint)
        self._paint()
        self.hide()

    def say(self, sentence: str, *, lasting: bool = False) -> None:
        """Show this sentence for a while, or until it is dismissed."""
        self._passing = "" if lasting else sentence
        if lasting and sentence not in self._lasting:
            self._lasting.append(sentence)
        self._timer.stop() if lasting else self._timer.start(NOTICE_MS)
        self._show()

    def show_state(self, sentence: str) -> None:
        """Show this for as long as there is nothing else to say; "" for no longer."""
        self._state, self._passing = sentence, ""
        self._show()

    def dismiss(self) -> bool:
        """Take away what was said; whether there was anything that lasts."""
        had_lasting = bool(self._lasting)
        self._passing = ""
        self._lasting.clear()
        self._show()
        return had_lasting

    def text(self) -> str:
        """What it says now."""
        return self.sentence.text()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line if it is not too long."""
        lines = self.sentence.text().splitlines() or [""]
        longest = max(self.sentence.fontMetrics().horizontalAdvance(line) for line in lines)
        around = 2 * PADDING + 16 + (0 if self.close_button.isHidden() else CLOSE_SIDE + 8)
        return QSize(min(longest + around, WIDTH), super().sizeHint().height())

    def _pass(self) -> None:
        if self.underMouse() or self.sentence.hasFocus():  # someone is reading it, or about to copy it
            self._timer.start(NOTICE_MS)
            return
        self._passing = ""
        self._show()

    def _show(self) -> None:
        text = self._passing or "\n".join(self._lasting) or self._state
        self.close_button.setVisible(bool(self._passing or self._lasting))
        if text:
            self.sentence.say(text)
        self.setVisible(bool(text))
        self.updateGeometry()

    def _paint(self) -> None:
        self.close_button.setIcon(icon("close", theme.current.colours))

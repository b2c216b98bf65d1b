"""A notification at the lower edge of the picture."""

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon
from handpose_live.ui.viewer.message_text import MessageText

WIDTH, PADDING, CLOSE_SIDE = 720, 16, 24
NOTICE_MS = 6000


class Notice(QFrame):
    """Hidden until there is a message.

    Transient messages disappear after a while. Persistent ones, such as errors, stay until the user dismisses them and
    reappear after a transient one. The status is shown while there is no message.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Notice")
        self._transient, self._status = "", ""
        self._persistent: list[str] = []
        self.body, self.close_button = MessageText("Notice"), QToolButton()
        self.close_button.setAccessibleName("Dismiss the message")
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setFixedSize(CLOSE_SIDE, CLOSE_SIDE)
        self.close_button.clicked.connect(self.dismiss)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, 6, 8, 6)
        row.addWidget(self.body, 1)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        theme.current.changed.connect(self._update_icon)
        self._update_icon()
        self.hide()

    def show_message(self, text: str, *, persistent: bool = False) -> None:
        """Show a message for a while, or until it is dismissed."""
        self._transient = "" if persistent else text
        if persistent and text not in self._persistent:
            self._persistent.append(text)
        self._timer.stop() if persistent else self._timer.start(NOTICE_MS)
        self._update_text()

    def set_status(self, text: str) -> None:
        """Set what is shown while there is no message; "" for nothing."""
        self._status, self._transient = text, ""
        self._update_text()

    def dismiss(self) -> bool:
        """Dismiss all messages.

        Returns:
            Whether any of them was persistent.
        """
        had_persistent = bool(self._persistent)
        self._transient = ""
        self._persistent.clear()
        self._update_text()
        return had_persistent

    def text(self) -> str:
        """The text shown now."""
        return self.body.text()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for the longest line, up to a limit."""
        lines = self.body.text().splitlines() or [""]
        longest = max(self.body.fontMetrics().horizontalAdvance(line) for line in lines)
        around = 2 * PADDING + 16 + (0 if self.close_button.isHidden() else CLOSE_SIDE + 8)
        return QSize(min(longest + around, WIDTH), super().sizeHint().height())

    def _expire(self) -> None:
        if self.underMouse() or self.body.hasFocus():  # the user is reading or copying it
            self._timer.start(NOTICE_MS)
            return
        self._transient = ""
        self._update_text()

    def _update_text(self) -> None:
        text = self._transient or "\n".join(self._persistent) or self._status
        self.close_button.setVisible(bool(self._transient or self._persistent))
        if text:
            self.body.set_text(text)
        self.setVisible(bool(text))
        self.updateGeometry()

    def _update_icon(self) -> None:
        self.close_button.setIcon(icon("close", theme.current.colours))

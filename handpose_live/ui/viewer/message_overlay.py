"""A message in the middle of the picture area, with optional progress."""

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from handpose_live.ui.theme.logo import Logo
from handpose_live.ui.viewer.message_text import MessageText

OVERLAY_WIDTH = 440
LOGO_SIDE = 64
SIDE_MARGIN = 32
PER_CENT = 100


class MessageOverlay(QScrollArea):
    """The logo, a title and a text: what the program is waiting for, or why there is no picture.

    As high as its content; scrolls if there is less room.

    Attributes:
        title, body: the two parts of the message.
        progress: hidden unless :meth:`show_progress` is called.
        column: the layout, to which subclasses add their controls.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the text and the buttons take the focus
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.title, self.body, self.progress = QLabel(), MessageText("Message"), QProgressBar()
        self.title.setObjectName("title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.setObjectName("body")
        self.progress.setAccessibleName("Progress")
        self.progress.setTextVisible(False)
        self.progress.hide()
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(SIDE_MARGIN, 24, SIDE_MARGIN, 24)
        self.column.setSpacing(8)
        self._logo = Logo(LOGO_SIDE)
        self.column.addWidget(self._logo, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(8)
        for part in (self.title, self.body, self.progress):
            self.column.addWidget(part)
        self.setWidget(content)

    def show_message(self, title: str, body: str) -> None:
        """Show a message, without progress."""
        self.title.setText(title)
        self.progress.hide()
        self.body.set_text(body)
        self.show()

    def show_progress(self, share: float | None = None) -> None:
        """Show progress from 0 to 1; None shows that work of unknown duration is under way."""
        self.progress.setRange(0, 0 if share is None else PER_CENT)
        if share is not None:
            self.progress.setValue(round(PER_CENT * share))
        self.progress.show()

    def fit(self, width: int, *, compact: bool) -> None:
        """Set the width in px; a compact overlay has no logo and narrow margins."""
        margin = 12 if compact else 24
        self._logo.setVisible(not compact)
        self.column.setContentsMargins(SIDE_MARGIN, margin, SIDE_MARGIN, margin)
        self.setFixedWidth(width)

    def sizeHint(self) -> QSize:  # noqa: N802
        content = self.widget()
        assert content is not None
        return QSize(OVERLAY_WIDTH, content.heightForWidth(self.width() - 2) + 2)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Follow the content's height."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

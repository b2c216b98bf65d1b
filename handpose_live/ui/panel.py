"""Words in place of the picture, words on it, and what there is to play when there is nothing yet."""

import re
from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from handpose_live.capture.camera import Camera
from handpose_live.ui.formatting import clock, size
from handpose_live.ui.icon import Sign
from handpose_live.ui.shown import RecordingState
from handpose_live.ui.style import RECORDING

PANEL_WIDTH, NOTICE_WIDTH = 440, 720
PADDING = 16
SIGN_SIDE = 64
NOTICE_MS = 6000


class Panel(QFrame):
    """The sign, a title and a sentence: what the window waits for, or why there is nothing to see."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.sentence = QLabel(), QLabel()
        self.title.setObjectName("title")
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(32, 24, 32, 24)
        self.column.setSpacing(8)
        self.sign = Sign(SIGN_SIDE)
        self.column.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(8)
        for label in (self.title, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.column.addWidget(label)

    def say(self, title: str, sentence: str) -> None:
        """Show these words."""
        self.title.setText(title)
        self.sentence.setText(breakable(sentence))
        self.show()


class StartPanel(Panel):
    """What can be played: the cameras by name, a video, the demo.

    Attributes:
        camera_wanted: by its index.
        video_wanted, demo_wanted: the buttons.
    """

    camera_wanted = pyqtSignal(int)
    video_wanted = pyqtSignal()
    demo_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._cameras = QVBoxLayout()
        self._cameras.setSpacing(8)
        self.video, self.demo = QPushButton("Open a video…"), QPushButton("Play the demo")
        self.video.clicked.connect(self.video_wanted)
        self.demo.clicked.connect(self.demo_wanted)
        others = QHBoxLayout()
        others.setSpacing(8)
        others.addWidget(self.video)
        others.addWidget(self.demo)
        self.column.addSpacing(8)
        self.column.addLayout(self._cameras)
        self.column.addLayout(others)

    def offer(self, cameras: Sequence[Camera], sentence: str) -> None:
        """Offer these cameras; the sentence says why one has to choose."""
        while (item := self._cameras.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for camera in cameras:
            button = QPushButton(camera.name)
            button.setObjectName("primary" if camera is cameras[0] else "")
            button.clicked.connect(lambda _, index=camera.index: self.camera_wanted.emit(index))
            self._cameras.addWidget(button)
        self.demo.setObjectName("" if cameras else "primary")
        if (style := self.demo.style()) is not None:
            style.polish(self.demo)  # has the style sheet look at the name again
        self.say("Show me a hand", sentence)


class Notice(QLabel):
    """One sentence on the lower edge of the picture, hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._passing = self._state = ""
        self._lasting: list[str] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
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

    def _pass(self) -> None:
        self._passing = ""
        self._show()

    def _show(self) -> None:
        text = self._passing or "\n".join(self._lasting) or self._state
        self.setText(breakable(text))
        self.setVisible(bool(text))

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line if it is not too long; Qt would rather make a square of it."""
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 3 * PADDING, NOTICE_WIDTH)
        return QSize(width, self.heightForWidth(width))


class RecordingBadge(QLabel):
    """On the picture: that it is recorded, for how long, how large."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        # On the picture it looks the same in every theme.
        self.setStyleSheet("background: rgba(10, 12, 16, 200); color: white; border-radius: 8px; padding: 4px 12px;")
        self.hide()

    def show_state(self, state: RecordingState | None) -> None:
        """Show how far a recording is; None hides it."""
        self.setVisible(state is not None)
        if state is not None:
            mark = "❚❚" if state.paused else "●"
            self.setText(
                f'<span style="color: {RECORDING}">{mark}</span>&nbsp;&nbsp;{clock(state.time_s)}'
                f'&nbsp;&nbsp;<span style="color: #c4cad6">{size(state.size_bytes)}</span>'
            )


def breakable(sentence: str) -> str:
    """The same to the eye, but a long path or address in it may go on in the next line after each part."""
    return re.sub(r"(?<=\S)[/\\_?&-](?=\w)", "\\g<0>\N{ZERO WIDTH SPACE}", sentence)

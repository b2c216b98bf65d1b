"""Words in place of the picture, what there is to play when there is nothing yet, and that it is recorded."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from handpose_live.media.live.camera import Camera
from handpose_live.runtime.view_state import RecordingState
from handpose_live.ui.theme.logo import Sign
from handpose_live.ui.theme.style import BADGE_DIM, RECORDING
from handpose_live.ui.viewer.formatting import clock, size
from handpose_live.ui.viewer.message_text import Sentence

PANEL_WIDTH = 440
SIGN_SIDE = 64
PER_CENT = 100


class MessageOverlay(QScrollArea):
    """The sign, a title and a sentence: what the window waits for, or why there is nothing to see.

    As high as its content; where there is no room for that, it scrolls.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the sentence and the buttons have it
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.title, self.sentence, self.progress = QLabel(), Sentence("Message"), QProgressBar()
        self.title.setObjectName("title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setObjectName("sentence")
        self.progress.setAccessibleName("Progress")
        self.progress.setTextVisible(False)
        self.progress.hide()
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(32, 24, 32, 24)
        self.column.setSpacing(8)
        self.sign = Sign(SIGN_SIDE)
        self.column.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.column.addSpacing(8)
        for part in (self.title, self.sentence, self.progress):
            self.column.addWidget(part)
        self.setWidget(content)

    def say(self, title: str, sentence: str) -> None:
        """Show these words."""
        self.title.setText(title)
        self.progress.hide()
        self.sentence.say(sentence)
        self.show()

    def fit(self, width: int, *, small: bool) -> None:
        """Be as wide as this; without the sign and with little around the words if there is no room for more."""
        margin = 12 if small else 24
        self.sign.setVisible(not small)
        self.column.setContentsMargins(32, margin, 32, margin)
        self.setFixedWidth(width)

    def show_progress(self, share: float | None = None) -> None:
        """Show how much of it is done, 0 to 1, or for None that it is being worked on."""
        self.progress.setRange(0, 0 if share is None else PER_CENT)
        if share is not None:
            self.progress.setValue(round(PER_CENT * share))
        self.progress.show()

    def sizeHint(self) -> QSize:  # noqa: N802
        content = self.widget()
        assert content is not None
        return QSize(PANEL_WIDTH, content.heightForWidth(self.width() - 2) + 2)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """The content has grown or shrunk."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class StartPanel(MessageOverlay):
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


class RecordingBadge(QLabel):
    """On the picture: that it is recorded, for how long, how large."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.hide()

    def show_state(self, state: RecordingState | None) -> None:
        """Show how far a recording is; None hides it."""
        self.setVisible(state is not None)
        if state is not None:
            mark = "❚❚" if state.paused else "●"
            self.setText(
                f'<span style="color: {RECORDING}">{mark}</span>&nbsp;&nbsp;{clock(state.time_s)}'
                f'&nbsp;&nbsp;<span style="color: {BADGE_DIM}">{size(state.size_bytes)}</span>'
            )

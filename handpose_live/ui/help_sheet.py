"""The sheet of keys and measures."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from handpose_live.ui.action_table import ACTIONS, MENUS, Key
from handpose_live.ui.viewer.geometry import fit_to_screen

WIDTH, HEIGHT, MIN_WIDTH_OF_TWO = 800, 620, 680
# What works everywhere or in one place, beside the commands.
OTHER_KEYS = {
    "Next control, previous": ("Tab", "Shift+Tab"),
    "Press the button that has the focus": ("Space", "Return"),
    "Menus": ("Alt",),
    "Take a notice away": ("Esc",),
    "Inspector: from joint to joint": ("Left", "Right", "Up", "Down"),
    "Inspector: hold a joint": ("Click",),
}
CAPS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}

MEASURES = {
    "Hands": "In view now, that is, followed and certain enough.",
    "Fps in, fps out": "Frames per second that the source gives, and that are worked through, over the last second.",
    "ms": "Time to work through one frame, over the last second.",
    "ms latency": "From a camera's frame arriving to its being on the screen: median / 95th percentile.",
    "Dropped": "Frames that came while another was worked through.",
    "Unrecorded": "Frames that the recording lacks, as encoding took too long.",
    "Bend, °": "How far a finger's last two joints turn: 0 straight, about 180 folded.",
    "Spread, °": "Between the outermost of neighbouring straight fingers, in the picture.",
    "Pinch, palms": "From thumb tip to index tip, in palm sizes; below about 0.3 the tips touch.",
    "Palm size": "Wrist to middle knuckle, or 1.3 times index to little knuckle, whichever is longer.",
    "Palm": "The side of the hand that faces the camera, and where the hand points, clockwise from up.",
    "Score": "Confidence, 0 to 100 %: of a joint, how high its heatmap peaks; of a gesture, how well its rule holds.",
    "Crop": "The part of the picture that the network sees, a left hand mirrored to look like a right one.",
    "Heatmap": "Where in the crop the network sees a joint: the brighter, the surer.",
}


class HelpSheet(QDialog):
    """Every command of the table with its keys, and what the figures mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and measures")
        content = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._parts.setContentsMargins(24, 24, 24, 24)
        self._parts.setSpacing(40)
        self._parts.addLayout(_keys())
        self._parts.addLayout(_measures(), 1)
        self._parts.addStretch()
        area = QScrollArea()
        area.setAccessibleName("Keys and measures")
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        screen = self.screen()
        assert screen is not None
        self.resize(fit_to_screen(QSize(WIDTH, HEIGHT), screen.availableSize()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Put the measures under the keys where there is no room beside them."""
        super().resizeEvent(event)
        wide = self.width() >= MIN_WIDTH_OF_TWO
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _keys() -> QVBoxLayout:
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for title, entries in MENUS.items():
        actions = [ACTIONS[key] for key in entries if isinstance(key, Key) and ACTIONS[key].shortcuts]
        if actions:
            grid.addWidget(_section(title.replace("&", ""), first=not grid.count()), grid.rowCount(), 0, 1, 2)
        for action in actions:
            row = grid.rowCount()
            grid.addWidget(QLabel(action.text.rstrip("…")), row, 0)
            grid.addLayout(_caps(action.shortcuts), row, 1)
    grid.addWidget(_section("Elsewhere", first=False), grid.rowCount(), 0, 1, 2)
    for text, keys in OTHER_KEYS.items():
        row = grid.rowCount()
        grid.addWidget(QLabel(text), row, 0)
        grid.addLayout(_caps(keys), row, 1)
    column.addLayout(grid)
    column.addStretch()
    return column


def _caps(keys: tuple[str, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for key in keys:
        cap = QLabel(CAPS.get(key, key))
        cap.setObjectName("key")
        row.addWidget(cap)
    row.addStretch()
    return row


def _measures() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(_section("Measures", first=True))
    for name, meaning in MEASURES.items():
        label, text = QLabel(name), QLabel(meaning)
        text.setObjectName("muted")
        text.setWordWrap(True)
        text.setMinimumWidth(260)
        column.addWidget(label)
        column.addWidget(text)
        column.addSpacing(8)
    column.addStretch()
    return column


def _section(text: str, *, first: bool) -> QLabel:
    label = QLabel(text.upper())
    label.setObjectName("section")
    label.setContentsMargins(0, 0 if first else 12, 0, 2)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return label

"""The help sheet: keyboard shortcuts, and what the measurements mean."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from handpose_live.ui.action_table import ACTIONS, MENUS, ActionKey
from handpose_live.ui.viewer.geometry import fit_to_screen

WIDTH, HEIGHT, MIN_WIDTH_OF_TWO = 800, 620, 680
# Keys that work everywhere or in one place, beside the actions.
OTHER_KEYS = {
    "Next control, previous control": ("Tab", "Shift+Tab"),
    "Press the focused button": ("Space", "Return"),
    "Menus": ("Alt",),
    "Dismiss a notice": ("Esc",),
    "Inspector: select a joint": ("Left", "Right", "Up", "Down"),
    "Inspector: pin a joint": ("Click",),
    "Hand in 3D: turn": ("Drag", "Left", "Right", "Up", "Down"),
    "Hand in 3D: the camera's view": ("Double-click", "Home"),
}
CAPS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}

MEASUREMENTS = {
    "Hands": "Hands in view now that are tracked with at least the minimum score.",
    "Fps in, fps out": "Frames per second that the source delivers, and that are processed, over the last second.",
    "ms": "Processing time of one frame, over the last second.",
    "ms latency": "Time from the arrival of a camera's frame to its display: median / 95th percentile.",
    "Dropped": "Frames that arrived while another one was processed.",
    "Unrecorded": "Frames missing from the recording because encoding took too long.",
    "MCP, PIP, DIP, °": "Flexion of a finger's joints, from the knuckle on: 0 straight, below 0 overextended.",
    "CMC, MCP, IP, °": "Flexion of the thumb's joints; of the CMC across the palm, below 0 away from it.",
    "Abd., °": "Abduction in the plane of the palm: away from the middle finger; of the thumb out of the palm.",
    "Bend, °": "Angle over a finger's last two joints: 0 straight, about 180 folded.",
    "Spread, °": "Between the outermost of neighbouring straight fingers, in the plane of the palm.",
    "Pinch, palms": "From thumb tip to index tip, in palm sizes; below about 0.3 the tips touch.",
    "Palm size": "Wrist to middle knuckle, or 1.3 times index to little knuckle, whichever is longer.",
    "Palm": "The side of the hand that faces the camera, and where the hand points, from up in the image.",
    "Score": "Confidence, 0 to 100 %: of a joint, the probability of an error below 5 % of the hand's size; "
    "of a gesture, how well its rule holds. A joint with a low score is translucent.",
    "Hollow joint": "Something probably covers it, so that its place is guessed.",
    "Hand in 3D": "The hand at a fixed scale, with its shadow on a floor; what is nearer is bolder.",
    "Crop": "The part of the image that the network sees, a left hand mirrored to look like a right one.",
    "Heatmap": "Where in the crop the network sees a joint: the brighter, the more certain.",
}


class HelpSheet(QDialog):
    """Every action of the table with its shortcuts, and what the measurements mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts and measurements")
        content = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._parts.setContentsMargins(24, 24, 24, 24)
        self._parts.setSpacing(40)
        self._parts.addLayout(_shortcuts())
        self._parts.addLayout(_measurements(), 1)
        self._parts.addStretch()
        area = QScrollArea()
        area.setAccessibleName("Shortcuts and measurements")
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
        """Put the measurements below the shortcuts where there is no room beside them."""
        super().resizeEvent(event)
        wide = self.width() >= MIN_WIDTH_OF_TWO
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _shortcuts() -> QVBoxLayout:
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for title, entries in MENUS.items():
        actions = [ACTIONS[key] for key in entries if isinstance(key, ActionKey) and ACTIONS[key].shortcuts]
        if actions:
            grid.addWidget(_section(title.replace("&", ""), first=not grid.count()), grid.rowCount(), 0, 1, 2)
        for action in actions:
            row = grid.rowCount()
            grid.addWidget(QLabel(action.text.rstrip("…")), row, 0)
            grid.addLayout(_caps(action.shortcuts), row, 1)
    grid.addWidget(_section("Other keys", first=False), grid.rowCount(), 0, 1, 2)
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


def _measurements() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(_section("Measurements", first=True))
    for name, meaning in MEASUREMENTS.items():
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

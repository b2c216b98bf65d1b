"""The sheet of keys and measures."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from handpose_live.ui.actions import BY_KEY, MENUS

MEASURES = {
    "Bend, °": "How far a finger's last two joints turn: 0 straight, about 180 folded.",
    "Spread, °": "Between the outermost of neighbouring straight fingers, in the picture.",
    "Pinch, palms": "From thumb tip to index tip, in palm sizes; below about 0.3 the tips touch.",
    "Palm size": "Wrist to middle knuckle, or 1.3 times index to little knuckle, whichever is longer.",
    "Palm": "The side of the hand that faces the camera, and where the hand points, clockwise from up.",
    "Score": "Confidence, 0 to 100 %: of a joint, how high its heatmap peaks; of a gesture, how well its rule holds.",
    "Latency, ms": "From a camera's frame arriving to its being on the screen: median / 95th percentile.",
    "Dropped": "Frames that came while another was worked through.",
}


class HelpSheet(QDialog):
    """Every command of the table with its keys, and what the figures mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and measures")
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(24, 24, 24, 24)
        row.setSpacing(40)
        row.addLayout(_keys())
        row.addLayout(_measures())
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.resize(760, 560)


def _keys() -> QVBoxLayout:
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for title, entries in MENUS.items():
        commands = [BY_KEY[key] for key in entries if isinstance(key, str) and BY_KEY[key].keys]
        if commands:
            grid.addWidget(_section(title.replace("&", ""), first=not grid.count()), grid.rowCount(), 0, 1, 2)
        for command in commands:
            row = grid.rowCount()
            grid.addWidget(QLabel(command.text.rstrip("…")), row, 0)
            grid.addLayout(_caps(command.keys), row, 1)
    column.addLayout(grid)
    column.addStretch()
    return column


def _caps(keys: tuple[str, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for key in keys:
        cap = QLabel({"Left": "←", "Right": "→"}.get(key, key))
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
        text.setObjectName("dim")
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

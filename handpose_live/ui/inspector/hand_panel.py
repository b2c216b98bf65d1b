"""One hand, closely: its crop, its fingers, its gesture, its heatmaps."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.runtime.inspection import Inspection
from handpose_live.types.skeleton import JOINT_NAMES
from handpose_live.ui.inspector.crop_view import CropView
from handpose_live.ui.inspector.hand_parts import FingerBars, GestureStrip, HeatmapGrid
from handpose_live.ui.inspector.history import History
from handpose_live.ui.theme import theme

PANEL_WIDTH = 312
MARGIN = 16
FACING = {"palm": "Palm to the camera", "back": "Back to the camera", "edge": "Seen from the edge"}


class HandPanel(QWidget):
    """Everything about one hand, or that there is none."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._inspection: Inspection | None = None
        self.track: int | None = None
        self.gesture, self.direction = QLabel(), QLabel()
        self.gesture.setObjectName("gesture")
        self.direction.setObjectName("dim")
        self.crop, self.joint, self.strip = CropView(), QLabel(), GestureStrip(history)
        self.joint.setObjectName("dim")
        self.bars, self.values, self.grid = FingerBars(), QLabel(), HeatmapGrid()
        self.values.setTextFormat(Qt.TextFormat.RichText)
        self.values.setToolTip("F1 says what the measures are")
        self.setAccessibleName("Hand")
        self.setMaximumWidth(PANEL_WIDTH)
        self.crop.pointed.connect(self._point)
        self.grid.pointed.connect(self._point)
        theme.current.changed.connect(self._paint)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        for label in (self.gesture, self.direction, self.joint, self.values):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column.setSpacing(8)
        strip = _section("Gestures, last 10 seconds"), self.strip
        bars = _section("Bend of each finger"), self.bars
        grid = _section("Heatmaps of the 21 joints"), self.grid
        for part in (self.gesture, self.direction, *strip, self.crop, self.joint, *bars, self.values, *grid):
            column.addWidget(part)
        column.addStretch()
        self.show_hand(None)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand of the newest frame; None where it is not in view."""
        self._inspection = inspection
        self.crop.show_hand(inspection)
        self.bars.show_hand(inspection)
        self.grid.show_hand(inspection)
        if inspection is None:
            self.track = None
            self.gesture.setText("No hand")
            self.direction.setText("Hold one into view")
            self.values.setText("")
            self.strip.show_track(None)
            self._show_joint()
            return
        hand, shape = inspection.hand, inspection.shape
        self.track = hand.track_id
        self.gesture.setText(f"{hand.gesture.title}  {hand.gesture.score:.0%}" if hand.gesture else "No gesture")
        self.direction.setText(f"{FACING[shape.facing]}, points to {round(shape.points_deg)}°")
        spread = "–" if shape.spread_deg is None else f"{shape.spread_deg:.0f}°"
        self.values.setText(_values({"Spread": spread, "Pinch": f"{shape.pinch:.2f}", "Score": f"{hand.score:.0%}"}))
        self.strip.show_track(hand.track_id)
        self._show_joint()

    def _point(self, joint: int) -> None:
        """At a joint, or at none for -1."""
        self.crop.mark(joint)
        self.grid.mark(joint)
        self._show_joint()

    def _show_joint(self) -> None:
        joint, inspection = self.crop.marked, self._inspection
        if inspection is None or joint < 0:
            self.joint.setText("Point at a joint, or press an arrow key" if inspection is not None else "")
            return
        x, y = inspection.hand.joints[joint].tolist()
        score = float(inspection.hand.joint_scores[joint])
        self.joint.setText(f"{JOINT_NAMES[joint].replace('_', ' ')}  ·  x {x:.1f}  y {y:.1f} px  ·  {score:.0%}")
        for picker in (self.crop, self.grid):
            picker.setAccessibleDescription(self.joint.text())

    def _paint(self) -> None:
        self.show_hand(self._inspection)


def _section(text: str) -> QLabel:
    label = QLabel(text.upper())
    label.setObjectName("section")
    return label


def _values(values: dict[str, str]) -> str:
    dim = theme.current.colours.dim
    pairs = (f'<span style="color: {dim}">{name}</span>&nbsp;{value}' for name, value in values.items())
    return "&nbsp;&nbsp;&nbsp;".join(pairs)

"""The details of one hand: gesture, crop, view in 3D, fingers, measures, heatmaps."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.overlay.certainty import fills
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.skeleton import JOINT_NAMES
from handpose_live.ui.inspector.angle_bars import AngleBars
from handpose_live.ui.inspector.crop_view import CropView
from handpose_live.ui.inspector.gesture_strip import GestureStrip
from handpose_live.ui.inspector.heatmap_grid import HeatmapGrid
from handpose_live.ui.inspector.history import HandHistory
from handpose_live.ui.inspector.view_3d import View3D
from handpose_live.ui.theme import theme

PANEL_WIDTH = 312
MARGIN = 16
FACING = {"palm": "Palm to the camera", "back": "Back to the camera", "edge": "Edge to the camera"}


class HandPanel(QWidget):
    """All details of one hand, or a hint while there is none."""

    def __init__(self, history: HandHistory) -> None:
        super().__init__()
        self._history = history
        self._inspection: Inspection | None = None
        self._selfie = False
        self.track: int | None = None
        self.gesture, self.direction = QLabel(), QLabel()
        self.gesture.setObjectName("gesture")
        self.direction.setObjectName("muted")
        self.crop, self.joint, self.strip = CropView(), QLabel(), GestureStrip(history)
        self.joint.setObjectName("muted")
        self.view_3d = View3D()
        self.bars, self.values, self.grid = AngleBars(), QLabel(), HeatmapGrid()
        self.values.setTextFormat(Qt.TextFormat.RichText)
        self.values.setToolTip("Press F1 for the meaning of the measures")
        self.setAccessibleName("Hand")
        self.setMaximumWidth(PANEL_WIDTH)
        self.crop.joint_hovered.connect(self._highlight)
        self.grid.joint_hovered.connect(self._highlight)
        theme.current.changed.connect(self._repaint)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        for label in (self.gesture, self.direction, self.joint, self.values):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column.setSpacing(8)
        strip = _section("Gestures, last 10 seconds"), self.strip
        view_3d = _section("Hand in 3D"), self.view_3d
        bars = _section("Joint angles"), self.bars
        grid = _section("Heatmaps of the 21 joints"), self.grid
        for part in (self.gesture, self.direction, *strip, self.crop, self.joint, *view_3d, *bars, self.values, *grid):
            column.addWidget(part)
        column.addStretch()
        self.show_hand(None)

    def show_hand(self, inspection: Inspection | None, *, selfie: bool = False) -> None:
        """Show a hand; None while it is not in view. With ``selfie``, the window's picture is mirrored."""
        self._inspection, self._selfie = inspection, selfie
        self.crop.show_hand(inspection)
        self.view_3d.show_hand(inspection, selfie=selfie)
        self.bars.show_hand(inspection)
        self.grid.show_hand(inspection)
        if inspection is None:
            self.track = None
            self.gesture.setText("No hand")
            self.direction.setText("Hold a hand in front of the camera")
            self.values.setText("")
            self.strip.show_track(None)
            self._show_joint()
            return
        hand, shape = inspection.hand, inspection.shape
        self.track = hand.track_id
        self.gesture.setText(f"{hand.gesture.title}  {hand.gesture.score:.0%}" if hand.gesture else "No gesture")
        self.direction.setText(f"{FACING[shape.facing]}, {_direction(shape.points_deg)}")
        spread = "–" if shape.spread_deg is None else f"{shape.spread_deg:.0f}°"
        self.values.setText(_values({"Spread": spread, "Pinch": f"{shape.pinch:.2f}", "Score": f"{hand.score:.0%}"}))
        self.strip.show_track(hand.track_id)
        self._show_joint()

    def _highlight(self, joint: int) -> None:
        """Highlight a joint in all parts; -1 for none."""
        self.crop.highlight(joint)
        self.view_3d.highlight(joint)
        self.grid.highlight(joint)
        self._show_joint()

    def _show_joint(self) -> None:
        joint, inspection = self.crop.highlighted, self._inspection
        if inspection is None or joint < 0:
            self.joint.setText("Hover over a joint, or press an arrow key" if inspection is not None else "")
            return
        hand = inspection.hand
        x, y = hand.joints[joint].tolist()
        covered = "  ·  probably covered" if fills(hand.visible_scores)[joint] < 0.5 else ""
        figures = f"x {x:.1f}  y {y:.1f} px  ·  {hand.joint_scores[joint]:.0%}"
        self.joint.setText(f"{JOINT_NAMES[joint].replace('_', ' ')}  ·  {figures}{covered}")
        for picker in (self.crop, self.grid):
            picker.setAccessibleDescription(self.joint.text())

    def _repaint(self) -> None:
        self.show_hand(self._inspection, selfie=self._selfie)


def _direction(clockwise_deg: float) -> str:
    """Describe where the hand points, given clockwise from up in the image."""
    degrees = round(clockwise_deg)
    return f"points {abs(degrees)}° {'left' if degrees < 0 else 'right'} of up" if degrees else "points up"


def _section(text: str) -> QLabel:
    label = QLabel(text.upper())
    label.setObjectName("section")
    return label


def _values(values: dict[str, str]) -> str:
    muted = theme.current.colours.muted_text
    pairs = (f'<span style="color: {muted}">{name}</span>&nbsp;{value}' for name, value in values.items())
    return "&nbsp;&nbsp;&nbsp;".join(pairs)

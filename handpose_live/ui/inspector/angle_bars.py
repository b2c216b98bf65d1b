"""The joint angles of each finger, as numbers and bars."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from handpose_live.overlay.colours import joint_colours
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.theme import theme

LOWEST_DEG, HIGHEST_DEG = -60.0, 120.0  # at the ends of a bar
THUMB_JOINTS, FINGER_JOINTS = ("cmc", "mcp", "ip"), ("mcp", "pip", "dip")
# The names of the angles of each finger, thumb first, by the headings of their columns.
ROWS = [
    {
        **{joint.upper(): f"{finger.name}_{joint}" for joint in (FINGER_JOINTS if number else THUMB_JOINTS)},
        "Abd.": f"{finger.name}_abduction",
    }
    for number, finger in enumerate(FINGERS)
]


class AngleBars(QWidget):
    """A number and a bar for each joint angle, from 0 to either side, in the finger's colour."""

    ROW, HEADING, LABEL, GAP, BAR = 28, 20, 56, 12, 4

    def __init__(self) -> None:
        super().__init__()
        self._inspection: Inspection | None = None
        self.setFixedHeight(self.ROW * len(ROWS) + 2 * self.HEADING)
        self.setAccessibleName("Joint angles")
        self.setToolTip("Flexion of each joint and abduction, in degrees; press F1 for their meaning")

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand; None for no hand."""
        self._inspection = inspection
        angles_deg = self._angles_deg
        texts = (f"{name.replace('_', ' ')} {_degrees(deg)}" for name, deg in angles_deg.items() if "palm" not in name)
        self.setAccessibleDescription(", ".join(texts))
        self.update()

    @property
    def _angles_deg(self) -> dict[str, float]:
        """The angles of the hand; none without a hand or depths."""
        inspection = self._inspection
        return dict(inspection.hand.angles_deg or {}) if inspection is not None else {}

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        angles_deg = self._angles_deg
        side = self._inspection.hand.side if self._inspection is not None else "right"
        colours = joint_colours(theme.current.hand_colours, side)
        top = 0.0
        for row, (finger, angles) in enumerate(zip(FINGERS, ROWS, strict=True)):
            if row < 2:  # the joints of the thumb have other names than those of the fingers
                self._draw_headings(painter, top, list(angles))
                top += self.HEADING
            painter.setPen(QColor(theme.current.colours.muted_text))
            label = QRectF(0, top, self.LABEL, self.ROW - self.BAR - 2)
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, finger.name.capitalize())
            for column, name in enumerate(angles.values()):
                colour = QColor(*colours[finger.joints[0]])
                self._draw_angle(painter, self._cell(column, top, self.ROW), angles_deg.get(name), colour)
            top += self.ROW

    def _cell(self, column: int, top: float, height: float) -> QRectF:
        width = (self.width() - self.LABEL + self.GAP) / len(ROWS[0])
        return QRectF(self.LABEL + column * width, top, width - self.GAP, height)

    def _draw_headings(self, painter: QPainter, top: float, headings: list[str]) -> None:
        painter.setPen(QColor(theme.current.colours.muted_text))
        for column, heading in enumerate(headings):
            painter.drawText(
                self._cell(column, top, self.HEADING),
                Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight,
                heading,
            )

    def _draw_angle(self, painter: QPainter, cell: QRectF, angle_deg: float | None, colour: QColor) -> None:
        colours = theme.current.colours
        groove = QRectF(cell.left(), cell.bottom() - self.BAR - 2, cell.width(), self.BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.control))
        painter.drawRoundedRect(groove, self.BAR / 2, self.BAR / 2)
        zero = self._position(groove, 0.0)
        if angle_deg is not None:
            end = self._position(groove, angle_deg)
            painter.setBrush(colour)
            painter.drawRect(QRectF(min(zero, end), groove.top(), abs(end - zero), groove.height()))
        painter.setBrush(QColor(colours.muted_text))
        painter.drawRect(QRectF(zero - 0.5, groove.top() - 1, 1, groove.height() + 2))
        painter.setPen(QColor(colours.text if angle_deg is not None else colours.muted_text))
        text = QRectF(cell.left(), cell.top(), cell.width(), groove.top() - cell.top())
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(text, right, "–" if angle_deg is None else _degrees(angle_deg))

    @staticmethod
    def _position(groove: QRectF, degrees: float) -> float:
        share = (min(max(degrees, LOWEST_DEG), HIGHEST_DEG) - LOWEST_DEG) / (HIGHEST_DEG - LOWEST_DEG)
        return groove.left() + share * groove.width()


def _degrees(angle_deg: float) -> str:
    return f"{round(angle_deg)}°".replace("-", "−")

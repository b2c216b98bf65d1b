"""The crop of a hand with its skeleton."""

from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from handpose_live.pose.skeleton import BONES
from handpose_live.ui import theme
from handpose_live.ui.heatmaps import overlay_image
from handpose_live.ui.inspection import Inspection, nearest_joint
from handpose_live.ui.picture_view import to_qimage
from handpose_live.ui.style import JOINT_COLOURS

CROP_SIDE = 264
REACH_PX = 14.0
COLOURS = tuple(QColor(*colour) for colour in JOINT_COLOURS)


class CropView(QWidget):
    """The crop with its skeleton; a joint that is pointed at shows its heatmap, one that is clicked keeps it.

    Attributes:
        pointed: at a joint, or at none for -1.
        marked: the joint that is shown, or -1.
    """

    pointed = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.marked = self._kept = -1
        self._inspection: Inspection | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CROP_SIDE)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand or none."""
        self._inspection = inspection
        self.update()

    def mark(self, joint: int) -> None:
        """Show this joint's heatmap, or none for -1."""
        self.marked = joint
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._kept < 0:
            self._point(self._joint_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None:
            joint = self._joint_at(event.position())
            self._kept = -1 if joint == self._kept else joint
            self._point(joint if self._kept >= 0 else -1)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        if self._kept < 0:
            self._point(-1)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place, inspection = self._place(), self._inspection
        if inspection is None:
            painter.fillRect(place, QColor(theme.current.colours.raised))
            return
        painter.drawImage(place, to_qimage(inspection.crop))
        if self.marked >= 0:
            painter.drawImage(place, overlay_image(inspection.heatmaps[self.marked]))
        self._draw_skeleton(painter, [self._at(x, y) for x, y in inspection.joints_crop.tolist()])

    def _draw_skeleton(self, painter: QPainter, points: list[QPointF]) -> None:
        painter.setOpacity(0.35 if self.marked >= 0 else 1.0)
        for start, end in BONES:
            painter.setPen(QPen(COLOURS[end], 2.5, cap=Qt.PenCapStyle.RoundCap))
            painter.drawLine(points[start], points[end])
        painter.setPen(QPen(QColor("white"), 1))
        for joint, point in enumerate(points):
            painter.setOpacity(1.0 if self.marked in (-1, joint) else 0.35)
            painter.setBrush(COLOURS[joint])
            radius = 6 if joint == self.marked else 3.5
            painter.drawEllipse(point, radius, radius)

    def _joint_at(self, position: QPointF) -> int:
        if self._inspection is None:
            return -1
        place = self._place()
        x, y = (position.x() - place.x()) / place.width(), (position.y() - place.y()) / place.height()
        return nearest_joint(self._inspection.joints_crop, x, y, REACH_PX / place.width())

    def _point(self, joint: int) -> None:
        if joint != self.marked:
            self.pointed.emit(joint)

    def _place(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _at(self, x: float, y: float) -> QPointF:
        place = self._place()
        return QPointF(place.x() + x * place.width(), place.y() + y * place.height())

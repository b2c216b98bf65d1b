"""The crop of a hand with its skeleton."""

from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy

from handpose_live.overlay.certainty import GUESSED_BONE, fills
from handpose_live.overlay.colours import joint_colours
from handpose_live.runtime.inspection import Inspection, nearest_joint
from handpose_live.types.skeleton import BONES
from handpose_live.ui.inspector.heatmaps import overlay_image
from handpose_live.ui.inspector.joint_picker import JointPicker
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.controls import draw_focus
from handpose_live.ui.theme.style import mixed
from handpose_live.ui.viewer.picture_view import to_qimage

CROP_SIDE = 264
REACH_PX, BONE_PX = 14.0, 2.5


class CropView(JointPicker):
    """The crop with its skeleton. Hovering over a joint shows its heatmap; clicking the joint pins it."""

    def __init__(self) -> None:
        super().__init__("Crop of the hand with its 21 joints")
        self.setAccessibleDescription("Use the arrow keys to move between joints")
        self._pinned = -1
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return min(width, CROP_SIDE)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(CROP_SIDE, CROP_SIDE)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._pinned < 0:
            self._hover(self._joint_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None:
            joint = self._joint_at(event.position())
            self._pinned = -1 if joint == self._pinned else joint
            self._hover(joint if self._pinned >= 0 else -1)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        if self._pinned < 0:
            self._hover(-1)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802
        if self._pinned < 0:
            super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place, inspection = self._square(), self.inspection
        if inspection is None:
            painter.fillRect(place, QColor(theme.current.colours.control))
        else:
            painter.drawImage(place, to_qimage(inspection.crop))
            if self.highlighted >= 0:
                painter.drawImage(place, overlay_image(inspection.heatmaps[self.highlighted]))
            self._draw_skeleton(painter, inspection)
        draw_focus(painter, self, place)

    def _draw_skeleton(self, painter: QPainter, inspection: Inspection) -> None:
        hand = inspection.hand
        points = [self._at(x, y) for x, y in inspection.joints_crop.tolist()]
        colours = [QColor(*colour) for colour in joint_colours(theme.current.hand_colours, hand.side)]
        filled = fills(hand.visible_scores).tolist()
        painter.setOpacity(0.35 if self.highlighted >= 0 else 1.0)
        for start, end in BONES:
            share = min(filled[start], filled[end])
            painter.setPen(QPen(colours[end], BONE_PX * (GUESSED_BONE + (1 - GUESSED_BONE) * share)))
            painter.drawLine(points[start], points[end])
        for joint, (point, colour) in enumerate(zip(points, colours, strict=True)):
            painter.setOpacity(1.0 if self.highlighted in (-1, joint) else 0.35)
            painter.setPen(QPen(mixed(colour, QColor("white"), filled[joint]), 2 - filled[joint]))
            inside = QColor(colour)
            inside.setAlphaF(filled[joint])
            painter.setBrush(inside)
            radius = 6 if joint == self.highlighted else 3.5
            painter.drawEllipse(point, radius, radius)

    def _joint_at(self, position: QPointF) -> int:
        if self.inspection is None:
            return -1
        place = self._square()
        x, y = (position.x() - place.x()) / place.width(), (position.y() - place.y()) / place.height()
        return nearest_joint(self.inspection.joints_crop, x, y, REACH_PX / place.width())

    def _hover(self, joint: int) -> None:
        if joint != self.highlighted:
            self.joint_hovered.emit(joint)

    def _square(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _at(self, x: float, y: float) -> QPointF:
        place = self._square()
        return QPointF(place.x() + x * place.width(), place.y() + y * place.height())

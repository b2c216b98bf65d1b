"""One hand, closely: its crop, its fingers, its gesture, its heatmaps."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.pose.gestures import title
from handpose_live.pose.skeleton import BONES, FINGERS, JOINT_NAMES
from handpose_live.ui import theme
from handpose_live.ui.heatmaps import grid_image, nearest_joint, overlay_image
from handpose_live.ui.history import SPAN_S, History
from handpose_live.ui.inspection import Inspection
from handpose_live.ui.picture_view import to_qimage

PANEL_WIDTH = 312
MARGIN = 16
CROP_SIDE = 264
FULL_BEND_DEG = 180.0
REACH_PX = 14.0
FACING = {"palm": "Palm to the camera", "back": "Back to the camera", "edge": "Seen from the edge"}
COLOURS = (QColor("#94a3b8"), *(QColor(*finger.colour) for finger in FINGERS for _ in finger.joints))


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
        self.setMaximumWidth(PANEL_WIDTH)
        self.crop.pointed.connect(self._point)
        self.grid.pointed.connect(self._point)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        for label in (self.gesture, self.direction, self.joint, self.values):
            label.setMinimumWidth(0)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column.setSpacing(8)
        for part in (self.gesture, self.direction, self.strip, self.crop, self.joint, self.bars, self.values):
            column.addWidget(part)
        column.addWidget(_section("Heatmaps of the 21 joints"))
        column.addWidget(self.grid)
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
        self.track = hand.track
        self.gesture.setText(f"{hand.gesture.title}  {hand.gesture.score:.0%}" if hand.gesture else "No gesture")
        self.direction.setText(f"{FACING[shape.facing]}, points to {shape.points_deg:.0f}°")
        spread = "–" if shape.spread_deg is None else f"{shape.spread_deg:.0f}°"
        self.values.setText(_values({"Spread": spread, "Pinch": f"{shape.pinch:.2f}", "Score": f"{hand.score:.0%}"}))
        self.strip.show_track(hand.track)
        self._show_joint()

    def _point(self, joint: int) -> None:
        """At a joint, or at none for -1."""
        self.crop.mark(joint)
        self.grid.mark(joint)
        self._show_joint()

    def _show_joint(self) -> None:
        joint, inspection = self.crop.marked, self._inspection
        if inspection is None or joint < 0:
            self.joint.setText("Point at a joint" if inspection is not None else "")
            return
        x, y = inspection.hand.joints_frame_px[joint].tolist()
        score = float(inspection.hand.joint_scores[joint])
        self.joint.setText(f"{JOINT_NAMES[joint].replace('_', ' ')}  ·  x {x:.1f}  y {y:.1f} px  ·  {score:.0%}")


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


class FingerBars(QWidget):
    """How far each finger bends."""

    ROW, LABEL, NUMBER = 22, 56, 40

    def __init__(self) -> None:
        super().__init__()
        self._bends: tuple[float, ...] = ()
        self.setFixedHeight(self.ROW * len(FINGERS))
        self.setToolTip("How far each finger's last two joints turn, in degrees")

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's fingers."""
        self._bends = inspection.shape.bends_deg if inspection is not None else ()
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        room = self.width() - self.LABEL - self.NUMBER
        for row, finger in enumerate(FINGERS):
            line = QRectF(0, row * self.ROW, self.width(), self.ROW)
            painter.setPen(QColor(colours.dim))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, finger.name.capitalize())
            groove = QRectF(self.LABEL, line.center().y() - 3, room, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(groove, 3, 3)
            if self._bends:
                groove.setWidth(max(6.0, room * min(self._bends[row] / FULL_BEND_DEG, 1)))
                painter.setBrush(QColor(*finger.colour))
                painter.drawRoundedRect(groove, 3, 3)
                painter.setPen(QColor(colours.text))
                right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(line, right, f"{self._bends[row]:.0f}°")


class GestureStrip(QWidget):
    """What a hand showed in the last ten seconds."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._track: int | None = None
        self.setFixedHeight(20)
        self.setToolTip("Gestures of the last ten seconds, the newest on the right")

    def show_track(self, track: int | None) -> None:
        """Show this hand's."""
        self._track = track
        self.update()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        for start_s, end_s, name in self._history.gestures(self._track) if self._track is not None else ():
            left, right = (self.width() * (1 + time_s / SPAN_S) for time_s in (start_s, end_s))
            span = QRectF(left, 0, max(right - left, 2), self.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(span.adjusted(0.5, 0, -0.5, 0), 4, 4)
            painter.setPen(QColor(colours.on_accent))
            text = painter.fontMetrics().elidedText(title(name), Qt.TextElideMode.ElideRight, int(span.width()) - 8)
            if len(text) > 2:
                painter.drawText(span.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)


class HeatmapGrid(QWidget):
    """All 21 heatmaps, seven in a row.

    Attributes:
        pointed: at the heatmap of a joint, or at none for -1.
    """

    pointed = pyqtSignal(int)
    COLUMNS, ROWS = 7, 3

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._marked = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = PANEL_WIDTH - 2 * MARGIN
        return QSize(width, width * self.ROWS // self.COLUMNS)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand's heatmaps."""
        self._image = grid_image(inspection.heatmaps, self.COLUMNS) if inspection is not None else None
        self.update()

    def mark(self, joint: int) -> None:
        """Frame this joint's heatmap, or none for -1."""
        self._marked = joint
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and self._image is not None:
            side = self._side()
            column, row = int(event.position().x() // side), int(event.position().y() // side)
            inside = 0 <= column < self.COLUMNS and 0 <= row < self.ROWS
            joint = row * self.COLUMNS + column if inside else -1
            if joint != self._marked:
                self.pointed.emit(joint)

    def leaveEvent(self, _: object) -> None:  # noqa: N802
        self.pointed.emit(-1)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        side = self._side()
        place = QRectF(0, 0, side * self.COLUMNS, side * self.ROWS)
        if self._image is None:
            painter.fillRect(place, QColor(theme.current.colours.raised))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        for joint in range(self.COLUMNS * self.ROWS):
            cell = QRectF(joint % self.COLUMNS * side, joint // self.COLUMNS * side, side, side)
            marked = joint == self._marked
            painter.setPen(QPen(QColor("white") if marked else COLOURS[joint], 2 if marked else 1))
            painter.drawRect(cell.adjusted(1, 1, -1.5, -1.5))

    def _side(self) -> float:
        return min(self.width() / self.COLUMNS, self.height() / self.ROWS)


def _section(text: str) -> QLabel:
    label = QLabel(text.upper())
    label.setObjectName("section")
    return label


def _values(values: dict[str, str]) -> str:
    dim = theme.current.colours.dim
    pairs = (f'<span style="color: {dim}">{name}</span>&nbsp;{value}' for name, value in values.items())
    return "&nbsp;&nbsp;&nbsp;".join(pairs)

"""The hand in three dimensions, to turn with the mouse or the arrow keys."""

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from handpose_live.runtime.inspection import Inspection
from handpose_live.types.arrays import Floats
from handpose_live.ui.inspector.hand_scene import HandScene, centred
from handpose_live.ui.inspector.orbit import Orbit
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.controls import draw_focus

SIDE = 264
KEY_DEG, DRAG_DEG = 15.0, 180.0  # a step of an arrow key, a drag across the view
Key = Qt.Key
TURNS = {
    Key.Key_Right: (KEY_DEG, 0.0),
    Key.Key_Left: (-KEY_DEG, 0.0),
    Key.Key_Down: (0.0, KEY_DEG),
    Key.Key_Up: (0.0, -KEY_DEG),
}
HOME = Key.Key_Home
NO_DEPTHS = "This network tells no depths, so there is no hand in 3D."
TOOL_TIP = "Drag, or press an arrow key, to turn the hand; double-click, or press Home, for the camera's view"
RETURN = "Double-click: camera's view"


class View3D(QWidget):
    """The joints of a hand in space, seen as by the camera until the user turns them.

    Attributes:
        orbit: from where they are seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self._inspection: Inspection | None = None
        self._joints: Floats | None = None
        self._highlighted = -1
        self._dragged_from = QPointF()
        self.setAccessibleName("Hand in 3D")
        self.setToolTip(TOOL_TIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.turn(Orbit())

    def show_hand(self, inspection: Inspection | None, *, selfie: bool) -> None:
        """Show a hand, as in a mirror with ``selfie``; None for no hand."""
        self._inspection = inspection
        joints = inspection.hand.joints_3d if inspection is not None else None
        self._joints = centred(joints * (-1 if selfie else 1, 1, 1)) if joints is not None else None
        self._describe()
        self.update()

    def highlight(self, joint: int) -> None:
        """Highlight a joint; -1 for none."""
        self._highlighted = joint
        self.update()

    def turn(self, orbit: Orbit) -> None:
        """Show the hand from there."""
        self.orbit = orbit
        self._describe()
        self.update()

    @property
    def _lacks_depths(self) -> bool:
        return self._inspection is not None and self._joints is None

    def _describe(self) -> None:
        self.setAccessibleDescription(NO_DEPTHS if self._lacks_depths else f"{self.orbit.description}. {TOOL_TIP}")

    # ------------------------------------------------------------------ Qt

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return min(width, SIDE)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(SIDE, SIDE)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None:
            moved = (event.position() - self._dragged_from) * (DRAG_DEG / max(self.width(), 1))
            self._dragged_from = event.position()
            self.turn(self.orbit.turned(moved.x(), moved.y()))

    def mouseReleaseEvent(self, _: QMouseEvent | None) -> None:  # noqa: N802
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        self.mousePressEvent(event)
        self.turn(Orbit())

    def event(self, event: QEvent | None) -> bool:
        """Take the keys that turn the hand while this widget has the focus, although they may be shortcuts."""
        overrides = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() in (*TURNS, HOME):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        key = event.key() if event is not None else None
        if key in TURNS:
            self.turn(self.orbit.turned(*TURNS[Key(key)]))
        elif key == HOME:
            self.turn(Orbit())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place, inner = QRectF(self.rect()), QRectF(self.rect()).adjusted(8, 6, -8, -6)
        painter.fillRect(place, QColor(theme.current.colours.control))
        if self._inspection is not None and self._joints is not None:
            HandScene(painter, place, self.orbit).draw(self._inspection.hand, self._joints, self._highlighted)
        painter.setPen(QColor(theme.current.colours.muted_text))
        if self._lacks_depths:
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, NO_DEPTHS)
        elif self.orbit != Orbit():
            painter.drawText(inner, Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap, RETURN)
        draw_focus(painter, self, place)

"""Common base of the crop view and the heatmap grid: picking a joint with the mouse or the arrow keys."""

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QWidget

from handpose_live.runtime.inspection import Inspection
from handpose_live.types.skeleton import JOINT_COUNT

Key = Qt.Key


class JointPicker(QWidget):
    """Shows a hand, of which one joint can be highlighted.

    Attributes:
        pointed: at a joint, or at none for -1.
        marked: the joint that is marked, or -1.
    """

    joint_hovered = pyqtSignal(int)
    # By how many joints each key moves.
    STEPS: Mapping[int, int] = {Key.Key_Right: 1, Key.Key_Down: 1, Key.Key_Left: -1, Key.Key_Up: -1}

    def __init__(self, name: str) -> None:
        """``name`` is for screen readers."""
        super().__init__()
        self.highlighted = -1
        self.inspection: Inspection | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_hand(self, inspection: Inspection | None) -> None:
        """Show a hand; None for no hand."""
        self.inspection = inspection
        self.update()

    def highlight(self, joint: int) -> None:
        """Highlight a joint; -1 for none."""
        self.highlighted = joint
        self.update()

    def event(self, event: QEvent | None) -> bool:
        """Take the arrow keys while this widget has the focus, although they are shortcuts of the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in self.STEPS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        step = self.STEPS.get(event.key()) if event is not None else None
        if step is None or self.inspection is None:
            super().keyPressEvent(event)
        else:
            first = 0 if step > 0 else JOINT_COUNT - 1
            self.joint_hovered.emit((self.highlighted + step) % JOINT_COUNT if self.highlighted >= 0 else first)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802, ARG002
        self.joint_hovered.emit(-1)
        self.update()

    def focusInEvent(self, event: object) -> None:  # noqa: N802, ARG002
        self.update()

"""What all docks have: a title with a button to close it that the keyboard reaches, and room that may be short."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QScrollArea, QToolButton, QWidget

from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon

ICON_SIDE = 14
MIN_WIDTH, MIN_HEIGHT = 160, 64


class DockTitle(QWidget):
    """In place of Qt's own; dragging moves the dock all the same."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._label, self._close = QLabel(), QToolButton()
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 6, 2)
        row.addWidget(self._label, 1)
        row.addWidget(self._close)
        dock.windowTitleChanged.connect(self._name)
        theme.current.changed.connect(self._paint)
        self._name(dock.windowTitle())
        self._paint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, super().minimumSizeHint().height())

    def _name(self, title: str) -> None:
        self._label.setText(title)
        self._close.setToolTip(f"Close “{title}”")
        self._close.setAccessibleName(f"Close {title}")

    def _paint(self) -> None:
        self._close.setIcon(icon("close", theme.current.colours))


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """A dock's content, of which all can be reached in a small window; ``name`` is for screen readers."""
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
    area.setWidget(content)
    return area

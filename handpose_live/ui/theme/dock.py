"""Parts shared by all docks: a title bar whose close button is reachable by keyboard, and a scroll area."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QScrollArea, QToolButton, QWidget

from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon

ICON_SIDE = 14
MIN_WIDTH, MIN_HEIGHT = 160, 64


class DockTitle(QWidget):
    """Replaces Qt's title bar, which takes no keyboard focus; dragging it still moves the dock."""

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
        dock.windowTitleChanged.connect(self._show_title)
        theme.current.changed.connect(self._update_icon)
        self._show_title(dock.windowTitle())
        self._update_icon()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, super().minimumSizeHint().height())

    def _show_title(self, title: str) -> None:
        self._label.setText(title)
        self._close.setToolTip(f"Close “{title}”")
        self._close.setAccessibleName(f"Close {title}")

    def _update_icon(self) -> None:
        self._close.setIcon(icon("close", theme.current.colours))


def scroll_area(content: QWidget, name: str) -> QScrollArea:
    """Wrap a dock's content so that it scrolls in a small window; ``name`` is for screen readers."""
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
    area.setWidget(content)
    return area

"""The actions of the table as Qt's, each connected to its slot when it is made."""

from collections.abc import Callable, Iterable

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from handpose_live.ui.action_table import ACTIONS, MENUS, TOOLBAR, ActionInfo, ActionKey, Submenu
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon


class Actions(QObject):
    """Makes the actions of one window, and shows what they do now."""

    def __init__(self, parent: QWidget) -> None:
        """``parent``: where the shortcuts apply."""
        super().__init__(parent)
        self._parent = parent
        self._actions: dict[ActionKey, QAction] = {}
        self._icons: dict[ActionKey, str] = {}
        self._groups: dict[str, QActionGroup] = {}
        theme.current.changed.connect(self._paint)

    def __getitem__(self, key: ActionKey) -> QAction:
        return self._actions[key]

    def make(self, key: ActionKey, slot: Callable[[], object]) -> None:
        """Make an action that calls ``slot`` when it is triggered."""
        action = self._make(key)
        action.triggered.connect(lambda _: slot())

    def make_toggle(self, key: ActionKey, slot: Callable[[bool], object]) -> None:
        """Make an action that is checked or not, and calls ``slot`` with that when it changes."""
        action = self._make(key)
        action.setCheckable(True)
        action.toggled.connect(slot)
        action.toggled.connect(lambda _: self._show_tip(key))

    def rename(self, key: ActionKey, text: str, icon_name: str) -> None:
        """Show what an action does now."""
        action = self._actions[key]
        if (action.text(), self._icons[key]) != (text, icon_name):
            self._icons[key] = icon_name
            action.setText(text)
            action.setToolTip(_tip(ACTIONS[key], text))
            action.setIcon(icon(icon_name, theme.current.colours))

    def check(self, key: ActionKey, on: bool) -> None:
        """Show an action as checked or not, without calling its slot."""
        action = self._actions[key]
        action.blockSignals(True)
        action.setChecked(on)
        self._show_tip(key)
        action.blockSignals(False)
        action.changed.emit()

    def enable(self, keys: Iterable[ActionKey], on: bool) -> None:
        """Offer these actions, or grey them out."""
        for key in keys:
            self._actions[key].setEnabled(on)

    def fill_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Fill the menu bar; the menus by title."""
        menus = {}
        for title, entries in MENUS.items():
            menu = menus[title] = QMenu(title, bar)
            bar.addMenu(menu)
            self._fill(menu, entries)
        return menus

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Fill the toolbar."""
        for key in TOOLBAR:
            bar.addSeparator() if key is None else bar.addAction(self._actions[key])
            if key is not None and (button := bar.widgetForAction(self._actions[key])) is not None:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _make(self, key: ActionKey) -> QAction:
        info = ACTIONS[key]
        action = self._actions[key] = QAction(info.text, self._parent)
        action.setShortcuts([QKeySequence(keys) for keys in info.shortcuts])
        action.setToolTip(_tip(info, info.text))
        if info.icon:
            self._icons[key] = info.icon
            action.setIcon(icon(info.icon, theme.current.colours))
        if info.group:
            action.setCheckable(True)
            self._groups.setdefault(info.group, QActionGroup(self._parent)).addAction(action)
        self._parent.addAction(action)
        return action

    def _fill(self, menu: QMenu, entries: Iterable[ActionKey | Submenu | None]) -> None:
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, Submenu):
                submenu = QMenu(entry.title, menu)
                menu.addMenu(submenu)
                self._fill(submenu, entry.keys)
            else:
                menu.addAction(self._actions[entry])

    def _show_tip(self, key: ActionKey) -> None:
        info, action = ACTIONS[key], self._actions[key]
        action.setToolTip(_tip(info, info.checked_text if info.checked_text and action.isChecked() else info.text))

    def _paint(self) -> None:
        """Give the icons the colours of the theme."""
        for key, name in self._icons.items():
            self._actions[key].setIcon(icon(name, theme.current.colours))


def _tip(info: ActionInfo, text: str) -> str:
    """What an action does now, and its first shortcut."""
    return f"{text.rstrip('…')} ({info.shortcuts[0]})" if info.shortcuts else text

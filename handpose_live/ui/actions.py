"""Everything a person can ask the program to do, as one table; menus, toolbar, shortcuts and help come from it."""

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from handpose_live.ui.theme import theme
from handpose_live.ui.theme.icons import icon


@dataclass(frozen=True)
class Command:
    """One thing to ask for.

    Attributes:
        key: its name in this table, and that of the method which does it.
        text: on menus and in the help.
        keys: shortcuts, the first of which is shown.
        icon: by name; "" for none.
        checkable: it is on or off.
        off: what it does when it is on, for those that are said otherwise then.
        group: of commands of which one is on.
    """

    key: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    off: str = ""
    group: str = ""


COMMANDS = (
    Command("open_file", "Open video or picture…", ("Ctrl+O",), "open"),
    Command("open_folder", "Open folder of pictures…", ("Ctrl+Shift+O",), "folder"),
    Command("open_stream", "Open network stream…", ("Ctrl+U",), "stream"),
    Command("play_demo", "Play the demo", ("Ctrl+D",), "demo"),
    Command("close_source", "Close source", ("Ctrl+W",)),
    Command("quit", "Quit", ("Ctrl+Q",)),
    Command("play", "Play", ("Space",), "pause"),
    Command("step", "Next frame", (".",), "step"),
    Command("step_back", "Previous frame", (",",), "step_back"),
    Command("back", "Back 5 seconds", ("Left",)),
    Command("forward", "Forward 5 seconds", ("Right",)),
    Command("slower", "Slower", ("[",)),
    Command("faster", "Faster", ("]",)),
    Command("loop", "Loop", ("L",), "loop", checkable=True, off="Play once"),
    Command("record", "Record", ("R",), "record"),
    Command("pause_recording", "Pause recording", ("Shift+R",), checkable=True, off="Go on recording"),
    Command("snapshot", "Snapshot", ("S",), "snapshot"),
    Command("show_folder", "Show in folder", ("Ctrl+Shift+R",), "folder"),
    Command("selfie", "Selfie view", ("M",), "selfie", checkable=True, off="Leave selfie view"),
    Command("overlay", "Show hands", ("H",), "overlay", checkable=True, off="Hide hands"),
    Command("joints_only", "Joints only", ("J",), checkable=True, off="Bones too"),
    Command("labels", "Labels", ("Shift+L",), checkable=True, off="Hide labels"),
    Command("names", "Joint names", ("N",), checkable=True, off="Hide joint names"),
    Command("boxes", "Crop boxes", ("B",), checkable=True, off="Hide crop boxes"),
    Command("freeze", "Freeze frame", ("Z",), "freeze", checkable=True, off="Go on"),
    Command("inspect", "Inspector", ("I",), "inspect", checkable=True, off="Close inspector"),
    Command("plot", "Plot", ("P",), checkable=True, off="Close plot"),
    Command("copy_hand", "Copy hands as JSON", ("Ctrl+C",), "copy"),
    Command("options", "Options", ("Ctrl+,",), "options", checkable=True, off="Close options"),
    Command("full_screen", "Full screen", ("F", "F11"), "full_screen"),
    Command("leave_full_screen", "Leave full screen", ("Esc",)),
    Command("theme_dark", "Dark", group="theme"),
    Command("theme_light", "Light", group="theme"),
    Command("theme_system", "Like the desktop", group="theme"),
    Command("edit_gestures", "Gestures of your own…"),
    Command("show_log", "Show log"),
    Command("help", "Keys and measures", ("F1",), "help"),
)
BY_KEY = {command.key: command for command in COMMANDS}

# None is a line between; a tuple is a menu in a menu, its title first. The window fills the menu of cameras.
CAMERAS = "&Camera"
MENUS: dict[str, tuple[str | tuple[str, ...] | None, ...]] = {
    "&File": ("open_file", "open_folder", "open_stream", "play_demo", "close_source", None, "quit"),
    CAMERAS: (),
    "&Playback": ("play", "step", "step_back", "back", "forward", None, "slower", "faster", "loop"),
    "&Record": ("record", "pause_recording", "snapshot", None, "show_folder"),
    "&View": (
        *("selfie", "overlay", None, "joints_only", "labels", "names", "boxes", None),
        *("freeze", "inspect", "plot", "copy_hand", None),
        *("full_screen", ("Theme", "theme_dark", "theme_light", "theme_system"), "options"),
    ),
    "&Help": ("help", "edit_gestures", "show_log"),
}
TOOLBAR: tuple[str | None, ...] = (
    *("open_file", None, "play", "step_back", "step", None, "record", "snapshot", None),
    *("selfie", "overlay", "freeze", "inspect", None, "options", "full_screen"),
)


class Actions:
    """The table as Qt's actions, which call the methods of their names."""

    def __init__(self, window: QWidget, does: object) -> None:
        """``does`` has a method for every key, which takes whether it is on if it is checkable."""
        self._groups: dict[str, QActionGroup] = {}
        self._icons = {command.key: command.icon for command in COMMANDS if command.icon}
        self._all = {command.key: self._action(command, window, does) for command in COMMANDS}
        self.paint()

    def __getitem__(self, key: str) -> QAction:
        return self._all[key]

    def paint(self) -> None:
        """Give the icons the colours of the theme."""
        for key, name in self._icons.items():
            self._all[key].setIcon(icon(name, theme.current.colours))

    def rename(self, key: str, text: str, icon_name: str) -> None:
        """Say and show what an action does now."""
        action = self._all[key]
        if (action.text(), self._icons[key]) != (text, icon_name):
            self._icons[key] = icon_name
            action.setText(text)
            action.setToolTip(_tip(BY_KEY[key], text))
            action.setIcon(icon(icon_name, theme.current.colours))

    def check(self, key: str, on: bool) -> None:
        """Show an action as on or off, without doing it."""
        action = self._all[key]
        action.blockSignals(True)
        action.setChecked(on)
        self._show_tip(key)
        action.blockSignals(False)
        action.changed.emit()

    def fill_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Fill a bar with all menus, by title."""
        menus = {}
        for title, entries in MENUS.items():
            menu = menus[title] = QMenu(title, bar)
            bar.addMenu(menu)
            self._fill(menu, entries)
        return menus

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Fill the toolbar."""
        for key in TOOLBAR:
            bar.addSeparator() if key is None else bar.addAction(self._all[key])
            if key is not None and (button := bar.widgetForAction(self._all[key])) is not None:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _show_tip(self, key: str) -> None:
        command, action = BY_KEY[key], self._all[key]
        action.setToolTip(_tip(command, command.off if command.off and action.isChecked() else command.text))

    def _fill(self, menu: QMenu, entries: tuple[str | tuple[str, ...] | None, ...]) -> None:
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, tuple):
                inner = QMenu(entry[0], menu)
                menu.addMenu(inner)
                self._fill(inner, entry[1:])
            else:
                menu.addAction(self._all[entry])

    def _action(self, command: Command, window: QWidget, does: object) -> QAction:
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setToolTip(_tip(command, command.text))
        action.setCheckable(command.checkable or bool(command.group))
        method = getattr(does, command.key)
        if command.checkable:
            action.toggled.connect(method)
            action.toggled.connect(lambda _: self._show_tip(command.key))
        else:
            action.triggered.connect(lambda _: method())
        if command.group:
            group = self._groups.setdefault(command.group, QActionGroup(window))
            group.addAction(action)
        window.addAction(action)
        return action


def _tip(command: Command, text: str) -> str:
    """What it does now, and its first key."""
    return f"{text.rstrip('…')} ({command.keys[0]})" if command.keys else text

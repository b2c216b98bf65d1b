"""Everything the user can do, as one table; menus, toolbar, shortcuts and the help sheet are made from it."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Key(StrEnum):
    """Names the actions."""

    OPEN_FILE = auto()
    OPEN_FOLDER = auto()
    OPEN_STREAM = auto()
    PLAY_DEMO = auto()
    CLOSE_SOURCE = auto()
    QUIT = auto()
    PLAY = auto()
    STEP = auto()
    STEP_BACK = auto()
    BACK = auto()
    FORWARD = auto()
    SLOWER = auto()
    FASTER = auto()
    LOOP = auto()
    RECORD = auto()
    PAUSE_RECORDING = auto()
    SNAPSHOT = auto()
    SHOW_FOLDER = auto()
    SELFIE = auto()
    OVERLAY = auto()
    JOINTS_ONLY = auto()
    LABELS = auto()
    NAMES = auto()
    BOXES = auto()
    FREEZE = auto()
    INSPECT = auto()
    PLOT = auto()
    COPY_HAND = auto()
    OPTIONS = auto()
    FULL_SCREEN = auto()
    LEAVE_FULL_SCREEN = auto()
    THEME_DARK = auto()
    THEME_LIGHT = auto()
    THEME_SYSTEM = auto()
    EDIT_GESTURES = auto()
    SHOW_LOG = auto()
    HELP = auto()


@dataclass(frozen=True)
class ActionInfo:
    """One action, without what it does.

    Attributes:
        text: in menus and in the help sheet.
        shortcuts: the first of them is shown.
        icon: by name; "" for none.
        checked_text: what triggering it does while it is checked; "" for an action that is not checkable.
        group: of actions of which one is checked at a time.
    """

    text: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checked_text: str = ""
    group: str = ""


@dataclass(frozen=True)
class Submenu:
    """A menu within a menu."""

    title: str
    keys: tuple[Key, ...]


ACTIONS = {
    Key.OPEN_FILE: ActionInfo("Open video or image…", ("Ctrl+O",), "open"),
    Key.OPEN_FOLDER: ActionInfo("Open image folder…", ("Ctrl+Shift+O",), "folder"),
    Key.OPEN_STREAM: ActionInfo("Open network stream…", ("Ctrl+U",), "stream"),
    Key.PLAY_DEMO: ActionInfo("Play demo", ("Ctrl+D",), "demo"),
    Key.CLOSE_SOURCE: ActionInfo("Close source", ("Ctrl+W",)),
    Key.QUIT: ActionInfo("Quit", ("Ctrl+Q",)),
    Key.PLAY: ActionInfo("Play", ("Space",), "pause"),
    Key.STEP: ActionInfo("Next frame", (".",), "step"),
    Key.STEP_BACK: ActionInfo("Previous frame", (",",), "step_back"),
    Key.BACK: ActionInfo("Back 5 seconds", ("Left",)),
    Key.FORWARD: ActionInfo("Forward 5 seconds", ("Right",)),
    Key.SLOWER: ActionInfo("Slower", ("[",)),
    Key.FASTER: ActionInfo("Faster", ("]",)),
    Key.LOOP: ActionInfo("Loop", ("L",), "loop", checked_text="Play once"),
    Key.RECORD: ActionInfo("Record", ("R",), "record"),
    Key.PAUSE_RECORDING: ActionInfo("Pause recording", ("Shift+R",), checked_text="Resume recording"),
    Key.SNAPSHOT: ActionInfo("Snapshot", ("S",), "snapshot"),
    Key.SHOW_FOLDER: ActionInfo("Show in folder", ("Ctrl+Shift+R",), "folder"),
    Key.SELFIE: ActionInfo("Selfie view", ("M",), "selfie", checked_text="Leave selfie view"),
    Key.OVERLAY: ActionInfo("Show hands", ("H",), "overlay", checked_text="Hide hands"),
    Key.JOINTS_ONLY: ActionInfo("Joints only", ("J",), checked_text="Show bones"),
    Key.LABELS: ActionInfo("Labels", ("Shift+L",), checked_text="Hide labels"),
    Key.NAMES: ActionInfo("Joint names", ("N",), checked_text="Hide joint names"),
    Key.BOXES: ActionInfo("Crop boxes", ("B",), checked_text="Hide crop boxes"),
    Key.FREEZE: ActionInfo("Freeze frame", ("Z",), "freeze", checked_text="Unfreeze"),
    Key.INSPECT: ActionInfo("Inspector", ("I",), "inspect", checked_text="Close inspector"),
    Key.PLOT: ActionInfo("Plot", ("P",), checked_text="Close plot"),
    Key.COPY_HAND: ActionInfo("Copy hands as JSON", ("Ctrl+C",), "copy"),
    Key.OPTIONS: ActionInfo("Options", ("Ctrl+,",), "options", checked_text="Close options"),
    Key.FULL_SCREEN: ActionInfo("Full screen", ("F", "F11"), "full_screen"),
    Key.LEAVE_FULL_SCREEN: ActionInfo("Leave full screen", ("Esc",)),
    Key.THEME_DARK: ActionInfo("Dark", group="theme"),
    Key.THEME_LIGHT: ActionInfo("Light", group="theme"),
    Key.THEME_SYSTEM: ActionInfo("System", group="theme"),
    Key.EDIT_GESTURES: ActionInfo("Custom gestures…"),
    Key.SHOW_LOG: ActionInfo("Show log"),
    Key.HELP: ActionInfo("Shortcuts and measurements", ("F1",), "help"),
}

# None is a separator. The menu of cameras is filled as they come and go.
CAMERAS = "&Camera"
MENUS: dict[str, tuple[Key | Submenu | None, ...]] = {
    "&File": (
        *(Key.OPEN_FILE, Key.OPEN_FOLDER, Key.OPEN_STREAM, Key.PLAY_DEMO, Key.CLOSE_SOURCE, None),
        Key.QUIT,
    ),
    CAMERAS: (),
    "&Playback": (
        *(Key.PLAY, Key.STEP, Key.STEP_BACK, Key.BACK, Key.FORWARD, None),
        *(Key.SLOWER, Key.FASTER, Key.LOOP),
    ),
    "&Record": (Key.RECORD, Key.PAUSE_RECORDING, Key.SNAPSHOT, None, Key.SHOW_FOLDER),
    "&View": (
        *(Key.SELFIE, Key.OVERLAY, None),
        *(Key.JOINTS_ONLY, Key.LABELS, Key.NAMES, Key.BOXES, None),
        *(Key.FREEZE, Key.INSPECT, Key.PLOT, Key.COPY_HAND, None),
        *(Key.FULL_SCREEN, Submenu("Theme", (Key.THEME_DARK, Key.THEME_LIGHT, Key.THEME_SYSTEM)), Key.OPTIONS),
    ),
    "&Help": (Key.HELP, Key.EDIT_GESTURES, Key.SHOW_LOG),
}
TOOLBAR: tuple[Key | None, ...] = (
    *(Key.OPEN_FILE, None),
    *(Key.PLAY, Key.STEP_BACK, Key.STEP, None),
    *(Key.RECORD, Key.SNAPSHOT, None),
    *(Key.SELFIE, Key.OVERLAY, Key.FREEZE, Key.INSPECT, None),
    *(Key.OPTIONS, Key.FULL_SCREEN),
)

"""Everything the user can do, as one table; menus, toolbar, shortcuts and the help sheet are made from it."""

from dataclasses import dataclass
from enum import StrEnum, auto


class ActionKey(StrEnum):
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
    keys: tuple[ActionKey, ...]


ACTIONS = {
    ActionKey.OPEN_FILE: ActionInfo("Open video or image…", ("Ctrl+O",), "open"),
    ActionKey.OPEN_FOLDER: ActionInfo("Open image folder…", ("Ctrl+Shift+O",), "folder"),
    ActionKey.OPEN_STREAM: ActionInfo("Open network stream…", ("Ctrl+U",), "stream"),
    ActionKey.PLAY_DEMO: ActionInfo("Play demo", ("Ctrl+D",), "demo"),
    ActionKey.CLOSE_SOURCE: ActionInfo("Close source", ("Ctrl+W",)),
    ActionKey.QUIT: ActionInfo("Quit", ("Ctrl+Q",)),
    ActionKey.PLAY: ActionInfo("Play", ("Space",), "pause"),
    ActionKey.STEP: ActionInfo("Next frame", (".",), "step"),
    ActionKey.STEP_BACK: ActionInfo("Previous frame", (",",), "step_back"),
    ActionKey.BACK: ActionInfo("Back 5 seconds", ("Left",)),
    ActionKey.FORWARD: ActionInfo("Forward 5 seconds", ("Right",)),
    ActionKey.SLOWER: ActionInfo("Slower", ("[",)),
    ActionKey.FASTER: ActionInfo("Faster", ("]",)),
    ActionKey.LOOP: ActionInfo("Loop", ("L",), "loop", checked_text="Play once"),
    ActionKey.RECORD: ActionInfo("Record", ("R",), "record"),
    ActionKey.PAUSE_RECORDING: ActionInfo("Pause recording", ("Shift+R",), checked_text="Resume recording"),
    ActionKey.SNAPSHOT: ActionInfo("Snapshot", ("S",), "snapshot"),
    ActionKey.SHOW_FOLDER: ActionInfo("Show in folder", ("Ctrl+Shift+R",), "folder"),
    ActionKey.SELFIE: ActionInfo("Selfie view", ("M",), "selfie", checked_text="Leave selfie view"),
    ActionKey.OVERLAY: ActionInfo("Show hands", ("H",), "overlay", checked_text="Hide hands"),
    ActionKey.JOINTS_ONLY: ActionInfo("Joints only", ("J",), checked_text="Show bones"),
    ActionKey.LABELS: ActionInfo("Labels", ("Shift+L",), checked_text="Hide labels"),
    ActionKey.NAMES: ActionInfo("Joint names", ("N",), checked_text="Hide joint names"),
    ActionKey.BOXES: ActionInfo("Crop boxes", ("B",), checked_text="Hide crop boxes"),
    ActionKey.FREEZE: ActionInfo("Freeze frame", ("Z",), "freeze", checked_text="Unfreeze"),
    ActionKey.INSPECT: ActionInfo("Inspector", ("I",), "inspect", checked_text="Close inspector"),
    ActionKey.PLOT: ActionInfo("Plot", ("P",), checked_text="Close plot"),
    ActionKey.COPY_HAND: ActionInfo("Copy hands as JSON", ("Ctrl+C",), "copy"),
    ActionKey.OPTIONS: ActionInfo("Options", ("Ctrl+,",), "options", checked_text="Close options"),
    ActionKey.FULL_SCREEN: ActionInfo("Full screen", ("F", "F11"), "full_screen"),
    ActionKey.LEAVE_FULL_SCREEN: ActionInfo("Leave full screen", ("Esc",)),
    ActionKey.THEME_DARK: ActionInfo("Dark", group="theme"),
    ActionKey.THEME_LIGHT: ActionInfo("Light", group="theme"),
    ActionKey.THEME_SYSTEM: ActionInfo("System", group="theme"),
    ActionKey.EDIT_GESTURES: ActionInfo("Custom gestures…"),
    ActionKey.SHOW_LOG: ActionInfo("Show log"),
    ActionKey.HELP: ActionInfo("Shortcuts and measurements", ("F1",), "help"),
}

# None is a separator. The menu of cameras is filled as they come and go.
CAMERAS = "&Camera"
MENUS: dict[str, tuple[ActionKey | Submenu | None, ...]] = {
    "&File": (
        *(
            ActionKey.OPEN_FILE,
            ActionKey.OPEN_FOLDER,
            ActionKey.OPEN_STREAM,
            ActionKey.PLAY_DEMO,
            ActionKey.CLOSE_SOURCE,
            None,
        ),
        ActionKey.QUIT,
    ),
    CAMERAS: (),
    "&Playback": (
        *(ActionKey.PLAY, ActionKey.STEP, ActionKey.STEP_BACK, ActionKey.BACK, ActionKey.FORWARD, None),
        *(ActionKey.SLOWER, ActionKey.FASTER, ActionKey.LOOP),
    ),
    "&Record": (ActionKey.RECORD, ActionKey.PAUSE_RECORDING, ActionKey.SNAPSHOT, None, ActionKey.SHOW_FOLDER),
    "&View": (
        *(ActionKey.SELFIE, ActionKey.OVERLAY, None),
        *(ActionKey.JOINTS_ONLY, ActionKey.LABELS, ActionKey.NAMES, ActionKey.BOXES, None),
        *(ActionKey.FREEZE, ActionKey.INSPECT, ActionKey.PLOT, ActionKey.COPY_HAND, None),
        *(
            ActionKey.FULL_SCREEN,
            Submenu("Theme", (ActionKey.THEME_DARK, ActionKey.THEME_LIGHT, ActionKey.THEME_SYSTEM)),
            ActionKey.OPTIONS,
        ),
    ),
    "&Help": (ActionKey.HELP, ActionKey.EDIT_GESTURES, ActionKey.SHOW_LOG),
}
TOOLBAR: tuple[ActionKey | None, ...] = (
    *(ActionKey.OPEN_FILE, None),
    *(ActionKey.PLAY, ActionKey.STEP_BACK, ActionKey.STEP, None),
    *(ActionKey.RECORD, ActionKey.SNAPSHOT, None),
    *(ActionKey.SELFIE, ActionKey.OVERLAY, ActionKey.FREEZE, ActionKey.INSPECT, None),
    *(ActionKey.OPTIONS, ActionKey.FULL_SCREEN),
)

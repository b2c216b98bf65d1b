"""Checks whether a window can be opened, before Qt aborts the program because it cannot.

Imports no Qt, so that the command line can ask before it loads anything.
"""

import ctypes
import os
import socket
import sys
from pathlib import Path

from handpose_live.types.errors import HandPoseError

# Libraries that Qt's X11 plugin needs and a desktop may lack, with their Debian and Ubuntu packages.
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
DESKTOPS = {"xcb", "wayland"}


def check_display() -> None:
    """Check that Qt will find a display on Linux; other systems always have one.

    Raises:
        HandPoseError: there is no display or it does not answer, or a system library is missing.
    """
    if sys.platform != "linux":
        return
    platforms = {name.partition(":")[0].partition("-")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";")}
    wanted = (platforms & DESKTOPS) or DESKTOPS
    needs_none = not platforms <= DESKTOPS | {""}
    if needs_none or ("wayland" in wanted and _wayland_answers()):
        return
    if "xcb" not in wanted or not _x11_answers():
        raise HandPoseError("There is no display to open a window on: add --headless to work without one.")
    missing = [name for name in X11_LIBRARIES if not _can_load(name)]
    if missing:
        packages = " ".join(X11_LIBRARIES[name] for name in missing)
        raise HandPoseError(
            f"A window needs {', '.join(missing)}: install it, on Debian and Ubuntu with "
            f"'sudo apt-get install {packages}', or add --headless to work without a window."
        )


def forget_cv2_plugins() -> None:
    """Remove the environment variables that OpenCV sets: Qt would look for its plugins in OpenCV's folder."""
    cv2 = sys.modules.get("cv2")
    if cv2 is None or cv2.__file__ is None:
        return
    folder = Path(cv2.__file__).parent
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if folder in Path(os.environ.get(name, "")).parents:
            del os.environ[name]


def _x11_answers() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    # Left open: a server resets when its last client disconnects, and would refuse Qt meanwhile.
    return bool(xcb.xcb_connection_has_error(xcb.xcb_connect(None, None)) == 0)


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as compositor:
        try:
            compositor.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name))
        except OSError:
            return False
    return True


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True

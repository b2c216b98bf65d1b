"""HandPose Live: the 21 joints of every hand in view, live.

Everything that is public is a name of this package; it loads what it needs when it is first used.

Example:
    >>> import handpose_live as hp
    >>> for frame, hands in hp.track_video("demo"):
    ...     picture = hp.draw_hands(frame.image, hands)
    ...     if hands:
    ...         break
    >>> hands[0].side, hands[0].joints.shape
    ('right', (21, 2))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handpose_live.media.recording.landmarks import read_landmarks
    from handpose_live.overlay.draw import OverlayStyle, draw_hands
    from handpose_live.runtime.track_video import track_video
    from handpose_live.tracking.hand_tracker import HandTracker
    from handpose_live.types.errors import HandPoseError
    from handpose_live.types.frame import Frame
    from handpose_live.types.gesture import Gesture
    from handpose_live.types.hand import Hand
    from handpose_live.types.skeleton import BONES, JOINT_NAMES

__version__ = "0.1.0"

__all__ = [
    "BONES",
    "JOINT_NAMES",
    "Frame",
    "Gesture",
    "Hand",
    "HandPoseError",
    "HandTracker",
    "OverlayStyle",
    "__version__",
    "draw_hands",
    "read_landmarks",
    "track_video",
]

# The module of each name, imported when the name is first used: NumPy and OpenCV take long to load.
_MODULES = {
    "BONES": "types.skeleton",
    "JOINT_NAMES": "types.skeleton",
    "Frame": "types.frame",
    "Gesture": "types.gesture",
    "Hand": "types.hand",
    "HandPoseError": "types.errors",
    "HandTracker": "tracking.hand_tracker",
    "OverlayStyle": "overlay.draw",
    "draw_hands": "overlay.draw",
    "read_landmarks": "media.recording.landmarks",
    "track_video": "runtime.track_video",
}
_WITHOUT_OPENCV = {"types.errors", "types.frame", "types.gesture", "types.skeleton"}

if not TYPE_CHECKING:  # or else type checkers would accept any name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if _MODULES[name] not in _WITHOUT_OPENCV:
            import_module(f"{__name__}.system.opencv").check_opencv()
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

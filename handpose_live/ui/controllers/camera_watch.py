"""Watches which cameras are connected, and asks for permission to use them."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread

from PyQt6.QtCore import QCameraPermission, QCoreApplication, QObject, pyqtSignal

from handpose_live.media.live.camera import Camera

INTERVAL_S = 2.0


def when_allowed(spec: str, use: Callable[[], object]) -> None:
    """Use a source; if it is a camera on macOS, request permission first. Call it in the main thread.

    macOS shows its dialog only when it is requested in the main thread, but the player opens cameras in another one.
    A refusal is ignored here: Qt also reports one when Python runs outside of an application bundle, which may not
    request it. Then the system itself asks, for the terminal, when the camera starts; and where it is really refused,
    opening fails with a sentence that says where to allow it.

    Args:
        spec: names the source.
        use: called at once, or after the answer.
    """
    application = QCoreApplication.instance()
    if sys.platform != "darwin" or not spec.isdecimal() or application is None:
        use()
        return
    os.environ["OPENCV_AVFOUNDATION_SKIP_AUTH"] = "1"  # OpenCV would ask in the wrong thread, and fail
    application.requestPermission(QCameraPermission(), lambda _: use())


class CameraWatch(QObject):
    """Lists the cameras repeatedly, in a thread of its own since some systems take long to answer.

    Attributes:
        changed: the connected cameras; emitted once at the start and then whenever they change.
        cameras: as last emitted.
    """

    changed = pyqtSignal(list)

    def __init__(self, find: Callable[[], Sequence[Camera]]) -> None:
        super().__init__()
        self.cameras: list[Camera] = []
        self._find = find
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="camera watch", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; does not wait."""
        self._stopping.set()

    def _watch(self) -> None:
        before: list[Camera] | None = None
        while not self._stopping.is_set():
            now = self._list()
            if now != before and not self._stopping.is_set():
                before = self.cameras = now
                with suppress(RuntimeError):  # the interface is deleted
                    self.changed.emit(now)
            self._stopping.wait(INTERVAL_S)

    def _list(self) -> list[Camera]:
        # A system that fails to answer counts as one without cameras: an error would be shown every two seconds.
        try:
            return list(self._find())
        except Exception:
            return []

"""Which cameras there are, now and whenever one comes or goes; and leave to use them."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread

from PyQt6.QtCore import QCameraPermission, QCoreApplication, QObject, pyqtSignal

from handpose_live.media.live.camera import Camera

INTERVAL_S = 2.0


def when_allowed(spec: str, use: Callable[[], object]) -> None:
    """Use a source; if it is a camera, on macOS ask for leave first. Call it in the main thread.

    macOS asks on the main thread only, where OpenCV would, but the player opens cameras on another. A refusal stops
    nothing here: Qt reports one, too, when Python runs this program unpacked and so has no right to ask. Then the
    system itself asks, for the terminal, when the camera starts; and where it is really refused, opening fails and
    says where to allow it.

    Args:
        spec: what a person typed or chose.
        use: called at once, or with the answer.
    """
    application = QCoreApplication.instance()
    if sys.platform != "darwin" or not spec.isdecimal() or application is None:
        use()
        return
    os.environ["OPENCV_AVFOUNDATION_SKIP_AUTH"] = "1"  # OpenCV is not to ask, and fail
    application.requestPermission(QCameraPermission(), lambda _: use())


class CameraWatch(QObject):
    """Asks for the cameras again and again, in a thread of its own, for some systems take long to answer.

    Attributes:
        changed: the cameras that there are now; told once at the start and then whenever they differ.
        cameras: as told last.
    """

    changed = pyqtSignal(list)

    def __init__(self, find: Callable[[], Sequence[Camera]]) -> None:
        super().__init__()
        self.cameras: list[Camera] = []
        self._find = find
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="camera watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; does not wait."""
        self._stopping.set()

    def _watch(self) -> None:
        before: list[Camera] | None = None
        while not self._stopping.is_set():
            now = self._look()
            if now != before and not self._stopping.is_set():
                before = self.cameras = now
                with suppress(RuntimeError):  # the interface is gone
                    self.changed.emit(now)
            self._stopping.wait(INTERVAL_S)

    def _look(self) -> list[Camera]:
        # A system that fails to answer is one without cameras, not a fault to show every two seconds.
        try:
            return list(self._find())
        except Exception:
            return []

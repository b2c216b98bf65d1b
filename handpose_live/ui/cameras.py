"""Which cameras there are, now and whenever one comes or goes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread

from PyQt6.QtCore import QObject, pyqtSignal

from handpose_live.capture.camera import Camera

INTERVAL_S = 2.0


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

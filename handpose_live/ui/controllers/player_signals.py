"""Brings the events of a player's thread into the thread of the interface."""

from contextlib import suppress

from PyQt6.QtCore import QObject, pyqtSignal

from handpose_live.runtime.events import PlayerEvent


class PlayerSignals(QObject):
    """Made in the thread of the interface; what is posted from another one is queued for it by Qt.

    Attributes:
        received: an event, in the thread of the interface.
    """

    received = pyqtSignal(object)

    def __init__(self, parent: QObject) -> None:
        """``parent``: with which it is deleted."""
        super().__init__(parent)

    def post(self, event: PlayerEvent) -> None:
        """Report an event; callable from any thread, also after this was deleted."""
        with suppress(RuntimeError):
            self.received.emit(event)

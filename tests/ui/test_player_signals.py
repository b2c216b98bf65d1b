"""Events of the player arrive in the thread of the interface, and are dropped once it is deleted."""

from threading import Thread, current_thread

from PyQt6 import sip
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from handpose_live.runtime.events import Ended, FrameReady, PlayerEvent
from handpose_live.ui.controllers.player_signals import PlayerSignals


def post(signals: PlayerSignals, *events: PlayerEvent) -> list[BaseException]:
    """Post events from another thread and return the exceptions that this raised."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            for event in events:
                signals.post(event)
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return errors


def test_events_arrive_in_order_in_the_thread_of_the_interface(qtbot: QtBot) -> None:
    parent = QObject()
    signals = PlayerSignals(parent)
    received: list[tuple[PlayerEvent, Thread]] = []
    signals.received.connect(lambda event: received.append((event, current_thread())))
    assert post(signals, FrameReady(), Ended()) == []
    assert received == []  # queued until the event loop of the interface runs
    qtbot.waitUntil(lambda: len(received) == 2, timeout=60_000)
    assert received == [(FrameReady(), current_thread()), (Ended(), current_thread())]


def test_an_event_for_a_deleted_interface_is_dropped() -> None:
    parent = QObject()
    signals = PlayerSignals(parent)
    sip.delete(parent)
    assert post(signals, FrameReady()) == []

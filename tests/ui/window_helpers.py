"""Helpers for tests that control a window and read from it."""

from pytestqt.qtbot import QtBot

from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import TwoHandsDetector, session_factory

TIMEOUT_MS = 60_000


def playing(qtbot: QtBot, start: Start, spec: str) -> Window:
    window = start(session_factory(detector=TwoHandsDetector()), spec)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    return window


def do(window: Window, key: str) -> None:
    window.actions_[ActionKey(key)].trigger()


def time_s(window: Window) -> float:
    assert window.display.state is not None
    return window.display.state.result.frame.time_s


def notified(window: Window, text: str) -> bool:
    return text in window.view.notice.text().replace("\N{ZERO WIDTH SPACE}", "")

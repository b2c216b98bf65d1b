"""The options dock."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import session_factory
from tests.ui.window_helpers import TIMEOUT_MS, do, playing


def enter(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text or "\b")  # type: ignore[call-arg, arg-type]
    QTest.keyClick(field, Qt.Key.Key_Return)  # type: ignore[call-overload]


@pytest.fixture
def window(start: Start) -> Window:
    return start(session_factory())


def test_the_hand_length_is_a_number_in_mm_or_none(window: Window) -> None:
    field = window.options.hand_length
    for text, length_mm, shown in (("182.5", 182.5, "182.5 mm"), ("190 mm", 190.0, "190 mm"), ("", None, "")):
        enter(field, text)
        assert window.settings.current.tracking.hand_length_mm == length_mm
        assert field.text() == shown


@pytest.mark.parametrize("text", ["18", "7300", "nan", "long"])
def test_a_hand_length_in_another_unit_is_replaced_by_the_one_before(window: Window, text: str) -> None:
    field = window.options.hand_length
    enter(field, "185")
    enter(field, text)
    assert window.settings.current.tracking.hand_length_mm == 185
    assert field.text() == "185 mm"


def test_the_hand_length_is_fixed_during_a_recording(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    field = window.options.hand_length
    assert field.isEnabled()
    do(window, "record")
    qtbot.waitUntil(lambda: not field.isEnabled(), timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(field.isEnabled, timeout=TIMEOUT_MS)

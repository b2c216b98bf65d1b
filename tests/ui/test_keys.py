"""Keys are handled by the focused control, or by the window's shortcuts if it does not use them."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.help_sheet import HelpSheet
from handpose_live.ui.inspector.orbit import Orbit
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import FakeVideo, session_factory

TIMEOUT_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, start: Start) -> Window:
    """Open a window with a paused video and the options dock."""
    window = start(session_factory(FakeVideo(600)), "video")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    window.actions_[ActionKey.PLAY].trigger()
    window.actions_[ActionKey.OPTIONS].trigger()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=TIMEOUT_MS)
    return window


@pytest.fixture
def triggered(window: Window) -> list[str]:
    """Return a list that collects the triggered commands, which are not executed."""
    triggered: list[str] = []
    for key in ActionKey:
        action = window.actions_[ActionKey(key)]
        action.blockSignals(True)  # the command must be noticed, not executed
        action.blockSignals(False)
        action.triggered.connect(lambda _, key=key: triggered.append(key))
    return triggered


def focus(qtbot: QtBot, control: QWidget) -> None:
    control.setFocus()
    qtbot.waitUntil(control.hasFocus, timeout=TIMEOUT_MS)


def press(control: QWidget, *keys: Qt.Key, ctrl: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(control, key, held)  # type: ignore[call-overload]


def test_a_text_field_accepts_letters_and_editing_keys(qtbot: QtBot, window: Window, triggered: list[str]) -> None:
    field = window.options.pattern
    focus(qtbot, field)
    field.selectAll()
    QTest.keyClicks(field, "RSHJ.,[] zmlq")  # type: ignore[call-arg, arg-type]
    press(field, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Delete, Qt.Key.Key_Space)
    assert field.text() == " SHJ.,[] zmlq"
    press(field, Qt.Key.Key_A, Qt.Key.Key_C, ctrl=True)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == field.text()
    assert triggered == []


def test_arrow_keys_move_the_focused_slider(qtbot: QtBot, window: Window, triggered: list[str]) -> None:
    slider = window.options.smoothing
    focus(qtbot, slider)
    before = slider.value()
    press(slider, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up)
    assert slider.value() == before + 2
    press(slider, Qt.Key.Key_Home)
    assert slider.value() == slider.minimum()
    assert triggered == []


def test_arrow_keys_turn_the_focused_hand_in_3d(qtbot: QtBot, window: Window, triggered: list[str]) -> None:
    window.actions_[ActionKey.INSPECT].trigger()
    triggered.clear()
    view = window.inspector.panels[0].view_3d
    focus(qtbot, view)
    press(view, Qt.Key.Key_Right, Qt.Key.Key_Down)
    assert view.orbit == Orbit(15, 15)
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert view.orbit == Orbit(-15, 0)
    press(view, Qt.Key.Key_Home)
    assert view.orbit == Orbit()
    assert triggered == []


def test_a_letter_selects_an_entry_of_a_combo_box(qtbot: QtBot, window: Window, triggered: list[str]) -> None:
    box = window.options.colours
    focus(qtbot, box)
    press(box, Qt.Key.Key_S)
    assert box.currentText().startswith("S")
    press(box, Qt.Key.Key_Up)
    assert not box.currentText().startswith("S")
    assert triggered == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_return_press_the_focused_button(
    qtbot: QtBot, window: Window, triggered: list[str], key: Qt.Key
) -> None:
    pressed: list[str] = []
    for number, button in enumerate((QPushButton("one"), QToolButton())):
        qtbot.addWidget(button)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda _, number=number: pressed.append(str(number)))
        button.setParent(window.centralWidget())
        button.show()
        focus(qtbot, button)
        press(button, key)
    assert pressed == ["0", "1"]
    assert triggered == []


def test_space_toggles_the_focused_check_box(qtbot: QtBot, window: Window, triggered: list[str]) -> None:
    box = window.options.landmarks
    focus(qtbot, box)
    before = box.isChecked()
    press(box, Qt.Key.Key_Space)
    assert box.isChecked() is not before
    assert triggered == []


def test_a_key_that_the_focused_control_does_not_use_is_a_shortcut(
    qtbot: QtBot, window: Window, triggered: list[str]
) -> None:
    focus(qtbot, window.options.smoothing)
    press(window.options.smoothing, Qt.Key.Key_H, Qt.Key.Key_Space)
    focus(qtbot, window.options.landmarks)
    press(window.options.landmarks, Qt.Key.Key_Left)
    focus(qtbot, window.options.pattern)
    press(window.options.pattern, Qt.Key.Key_Comma, ctrl=True)
    assert triggered == ["overlay", "play", "back", "options"]


def test_keys_in_a_floating_dock_are_handled_by_its_controls_too(
    qtbot: QtBot, window: Window, triggered: list[str]
) -> None:
    dock = window.inspector.plot_dock
    window.actions_[ActionKey.PLOT].trigger()
    triggered.clear()
    dock.setFloating(True)
    dock.activateWindow()
    plot = window.inspector.plot
    assert plot is not None
    box = plot.choices[0]
    focus(qtbot, box)
    box.setCurrentText("Hand score")
    press(box, Qt.Key.Key_P)
    assert box.currentText() == "Pinch"
    assert triggered == []


def test_the_help_sheet_is_opened_only_once(qtbot: QtBot, window: Window) -> None:
    for _ in range(3):
        window.actions_[ActionKey.HELP].trigger()
    [sheet] = window.findChildren(HelpSheet)
    sheet.close()
    window.actions_[ActionKey.HELP].trigger()
    assert window.findChildren(HelpSheet) == [sheet]
    assert sheet.isVisible()
    sheet.close()
    qtbot.wait(1)


def test_a_tooltip_says_what_the_button_does_now(qtbot: QtBot, window: Window) -> None:
    actions = window.actions_
    assert actions[ActionKey.PLAY].toolTip() == "Play (Space)"
    actions[ActionKey.PLAY].trigger()
    assert actions[ActionKey.PLAY].toolTip() == "Pause (Space)"
    assert actions[ActionKey.RECORD].toolTip() == "Record (R)"
    actions[ActionKey.RECORD].trigger()
    qtbot.waitUntil(lambda: actions[ActionKey.RECORD].toolTip() == "Stop recording (R)", timeout=TIMEOUT_MS)
    icon = actions[ActionKey.RECORD].icon().pixmap(24).toImage()
    actions[ActionKey.THEME_LIGHT].trigger()
    actions[ActionKey.THEME_DARK].trigger()
    assert actions[ActionKey.RECORD].icon().pixmap(24).toImage() == icon
    assert actions[ActionKey.OVERLAY].toolTip() == "Hide hands (H)"
    actions[ActionKey.OVERLAY].trigger()
    assert actions[ActionKey.OVERLAY].toolTip() == "Show hands (H)"
    assert actions[ActionKey.OPTIONS].toolTip() == "Close options (Ctrl+,)"

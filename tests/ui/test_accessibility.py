"""Accessibility: contrast, names for screen readers, keyboard control, small screens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLayout,
    QMainWindow,
    QMenu,
    QScrollArea,
    QScrollBar,
    QSizeGrip,
    QSplitterHandle,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from handpose_live.media.live.camera import Camera
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.settings import Settings
from handpose_live.ui.action_table import ACTIONS, ActionKey
from handpose_live.ui.help_sheet import CAPS, MEASUREMENTS, HelpSheet
from handpose_live.ui.inspector.joint_picker import JointPicker
from handpose_live.ui.inspector.view_3d import View3D
from handpose_live.ui.options.options import Options
from handpose_live.ui.theme import style
from handpose_live.ui.theme.dock import DockTitle
from handpose_live.ui.theme.logo import Logo
from handpose_live.ui.theme.style import DARK, LIGHT, Colours
from handpose_live.ui.viewer.geometry import FRAME_HEIGHT, FRAME_WIDTH, fit_to_screen
from handpose_live.ui.window import FIRST_HEIGHT, FIRST_WIDTH, Window
from tests.ui.conftest import Display, Start
from tests.ui.fakes import session_factory
from tests.ui.test_inspector import inspections
from tests.ui.test_window import press

ROOT = Path(__file__).parents[2]
# A screen of 1280x800 px at a scale of 200 %.
SMALL = QSize(640 - FRAME_WIDTH, 400 - FRAME_HEIGHT)
TEXT_CONTRAST, BORDER_CONTRAST = 4.5, 3.0


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio as defined in WCAG 2.2."""

    def luminance(colour: str) -> float:
        shares = (QColor(colour).getRgbF() or ())[:3]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def open_docks(start: Start, *, cameras: list[Camera] | None = None) -> Window:
    """Open a window with all docks, and a hand in each."""
    window = start(session_factory(), cameras=cameras)
    for key in ("inspect", "plot", "options"):
        window.actions_[ActionKey(key)].trigger()
    window.inspector.show_frame(0.0, inspections())
    window.inspector.show_frame(0.1, inspections(0.1))
    window.activateWindow()
    return window


# ---------------------------------------------------------------------- contrast


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_texts_borders_and_curves_have_enough_contrast(colours: Colours) -> None:
    backgrounds = (colours.background, colours.surface, colours.control)
    for text, background in product((colours.text, colours.muted_text), backgrounds):
        assert contrast(text, background) >= TEXT_CONTRAST, (text, background)
    assert contrast(colours.on_accent, colours.accent) >= TEXT_CONTRAST
    for curve in (colours.left_hand, colours.right_hand, colours.muted_text):
        assert contrast(curve, colours.surface) >= TEXT_CONTRAST, curve
    for line, background in product((colours.border, colours.accent), backgrounds):
        assert contrast(line, background) >= BORDER_CONTRAST, (line, background)
    assert contrast(colours.text, colours.border) >= BORDER_CONTRAST, "a slider's handle on its groove"
    assert contrast(style.RECORDING, colours.surface) >= BORDER_CONTRAST


def test_the_recording_badge_is_readable_on_any_image() -> None:
    for image_colour in ("#ffffff", "#000000"):
        background = QColor(
            *(
                round(style.BADGE_OPACITY * over + (1 - style.BADGE_OPACITY) * under)
                for over, under in zip(
                    QColor(style.BADGE_BACKGROUND).getRgb()[:3],
                    QColor(image_colour).getRgb()[:3],
                    strict=True,
                )
            )
        ).name()
        for text in (style.BADGE_TEXT, style.BADGE_MUTED_TEXT, style.RECORDING):
            assert contrast(text, background) >= TEXT_CONTRAST, (text, background)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_controls_have_the_border_colour_with_enough_contrast(colours: Colours) -> None:
    sheet = style.style_sheet(colours)
    for control in ("QPushButton {", "QComboBox, QLineEdit", "QCheckBox::indicator {", "#key"):
        rule = sheet[sheet.index(control) :].split("}")[0]
        assert f"1px solid {colours.border}" in rule, control
    groove = sheet[sheet.index("QSlider::groove") :].split("}")[0]
    assert f"background: {colours.border}" in groove


# ---------------------------------------------------------------------- names


def controls(window: QWidget) -> Iterator[QWidget]:
    """Yield all widgets that the user can see or focus, except containers."""
    for widget in window.findChildren(QWidget):
        is_part = isinstance(widget, QScrollBar | QSizeGrip | QSplitterHandle | QMenu | QLabel | Logo | DockTitle)
        reached = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        paints_itself = type(widget).__module__.startswith("handpose_live") and not isinstance(widget, QMainWindow)
        if widget.isVisible() and not is_part and (reached or paints_itself):
            yield widget


def name(widget: QWidget) -> str:
    """Return the name that a screen reader announces, as Qt derives it."""
    if isinstance(widget, QAbstractButton):
        return widget.accessibleName() or widget.text()
    if isinstance(widget, QTabBar):
        return widget.accessibleName() or widget.tabText(widget.currentIndex())
    return widget.accessibleName() or widget.windowTitle()


def described(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {widget.objectName()!r} {widget.accessibleName()!r} in {type(parent).__name__}"


def test_every_visible_or_focusable_widget_has_a_name(start: Start) -> None:
    window = open_docks(start, cameras=[Camera(0, "Desk cam")])
    window.seek_bar.show()
    window.view.notice.show_message("Something", persistent=True)
    found = list(controls(window))
    assert len(found) > 30
    unnamed = [widget for widget in found if not name(widget).strip()]
    assert not unnamed, [described(widget) for widget in unnamed]


def test_every_figure_has_a_description(start: Start) -> None:
    window = start(session_factory())
    window.status.show_frame(hands=2, dropped=7, unrecorded=0)
    names = [figure.accessibleName() for figure in window.status.figures]
    assert {"2 hands", "7 dropped"} <= set(names)
    assert all(figure.accessibleDescription() for figure in window.status.figures)


# ---------------------------------------------------------------------- keyboard


def test_the_keyboard_reaches_every_control(qtbot: QtBot, start: Start) -> None:
    window = open_docks(start, cameras=[Camera(0, "Desk cam")])
    qtbot.waitUntil(window.isActiveWindow)
    window.seek_bar.show()
    window.view.notice.show_message("Something", persistent=True)
    qtbot.waitUntil(window.view.start.isVisible)
    reached = set()
    for _ in range(200):
        press(window, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    expected = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | JointPicker | View3D)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.objectName() != "qt_toolbar_ext_button"
    ]
    assert len(expected) > 12
    missing = [
        widget for widget in [*expected, window.seek_bar.slider, window.view.notice.body] if widget not in reached
    ]
    assert not missing, missing
    assert any(isinstance(widget, QTabBar) for widget in reached), "the docks' tabs"


def test_the_focused_widget_is_visibly_marked(qtbot: QtBot, start: Start) -> None:
    window = open_docks(start, cameras=[Camera(0, "Desk cam")])
    window.resize(780, 780)
    window.seek_bar.show()
    window.view.notice.show_message("Something", persistent=True)
    qtbot.waitUntil(window.isActiveWindow)
    unmarked = []
    for widget in controls(window):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            window.view.setFocus()
            before = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.grab().toImage() == before:
                unmarked.append(widget)
    assert not unmarked, [described(widget) for widget in unmarked]


def test_the_arrow_keys_move_between_joints(qtbot: QtBot, start: Start) -> None:
    window = open_docks(start)
    qtbot.waitUntil(window.isActiveWindow)
    panel = window.inspector.panels[0]
    panel.crop.setFocus()
    press(panel.crop, Qt.Key.Key_Right)
    assert panel.joint.text().startswith("wrist")
    press(panel.crop, Qt.Key.Key_Right)
    assert panel.joint.text().startswith("thumb cmc")
    assert panel.crop.accessibleDescription() == panel.joint.text()
    panel.grid.setFocus()
    press(panel.grid, Qt.Key.Key_Right)
    press(panel.grid, Qt.Key.Key_Down)
    assert panel.joint.text().startswith("index dip")
    assert panel.crop.highlighted == panel.grid.highlighted == 7


# ---------------------------------------------------------------------- small screens


def test_the_window_fits_a_small_screen_with_all_docks_open(start: Start) -> None:
    window = open_docks(start)
    window.seek_bar.show()
    layout = window.layout()
    assert isinstance(layout, QLayout)
    layout.activate()
    minimum = window.minimumSizeHint()
    assert minimum.width() <= SMALL.width()
    assert minimum.height() <= SMALL.height()


def test_the_first_window_fits_its_screen() -> None:
    expected = QSize(FIRST_WIDTH, FIRST_HEIGHT)
    assert fit_to_screen(expected, QSize(640, 400)) == SMALL
    assert fit_to_screen(expected, QSize(1920, 1040)) == expected


def test_a_window_from_a_larger_screen_is_moved_onto_the_current_one(start: Start) -> None:
    before = start(session_factory())
    before.setGeometry(5000, 3000, 3000, 2000)
    geometry = bytes(before.saveGeometry().data())
    window = start(session_factory(), settings=Settings(geometry=geometry))
    screen = window.screen()
    assert screen is not None
    assert screen.availableGeometry().contains(window.geometry())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this X server")
def test_a_real_window_at_200_percent_fits_a_screen_of_1280_by_800(tmp_path: Path, display: Display) -> None:
    env = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "2"}
    measure = """
import sys
from pathlib import Path
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.settings import Settings
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.start import create_application
from handpose_live.ui.window import Window
from tests.ui.fakes import session_factory
application = create_application(Settings())
window = Window(session_factory(), Settings(), Path(sys.argv[1]), find_cameras=list)
window.show()
for key in (ActionKey.INSPECT, ActionKey.PLOT, ActionKey.OPTIONS):
    window.actions_[ActionKey(key)].trigger()
application.processEvents()
print(window.screen().availableGeometry().contains(window.frameGeometry()), window.devicePixelRatio())
window.stop()
"""
    command = [sys.executable, "-c", measure, str(tmp_path / "settings.ini")]
    done = subprocess.run(command, env={**os.environ, **env}, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "2.0"]


def test_every_part_of_the_docks_can_be_scrolled_to(qtbot: QtBot, start: Start) -> None:
    window = open_docks(start)
    window.resize(SMALL)
    qtbot.waitUntil(lambda: window.size() == SMALL)
    for dock in (window.options, window.inspector.docks[0], window.inspector.plot_dock):
        area = dock.widget()
        assert isinstance(area, QScrollArea)
        content = area.widget()
        assert content is not None
        assert content.width() >= content.minimumSizeHint().width()
        assert content.height() >= content.minimumSizeHint().height()


def test_the_help_sheet_shows_every_key_and_figure_in_full(qtbot: QtBot, start: Start) -> None:
    sheet = HelpSheet(start(session_factory()))
    sheet.resize(SMALL)
    sheet.show()
    qtbot.waitUntil(sheet.isVisible)
    labels = [label for label in sheet.findChildren(QLabel) if label.isVisible()]
    texts = {label.text() for label in labels}
    keys = {CAPS.get(key, key) for action in ACTIONS.values() for key in action.shortcuts}
    assert keys <= texts
    assert set(MEASUREMENTS) <= texts
    assert {"ms latency", "Unrecorded", "Dropped", "Hands"} <= texts
    for label in labels:
        height = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= height, label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    bar = sheet.findChildren(QScrollArea)[0].horizontalScrollBar()
    assert bar is not None
    assert bar.maximum() == 0


@pytest.mark.parametrize("width", [240, 312])
def test_a_long_recording_folder_is_elided(qtbot: QtBot, start: Start, width: int) -> None:
    folder = "/somewhere/" + "recordings of hands/" * 10
    window = start(session_factory(), settings=Settings(recording=RecordingSettings(folder=folder)))
    window.options.show()
    window.resizeDocks([window.options], [width], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: window.options.width() == width)
    button = window.options.folder
    assert "…" in button.text()
    assert button.fontMetrics().horizontalAdvance(button.text()) <= button.width() - 2 * 17
    assert button.toolTip() == str(window.settings.current.recording.directory)


def test_the_options_include_colours_for_colour_blind_users(start: Start) -> None:
    window = start(session_factory())
    options: Options = window.options
    options.colours.setCurrentText("Colour-blind safe")
    assert window.settings.current.style.colours == "colour_blind"

"""Every action of the table, on a real window."""

import json
import logging
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from handpose_live.media.opening import open_source
from handpose_live.media.source import Source
from handpose_live.system.log import log_file, log_to_file
from handpose_live.ui.action_table import ACTIONS, MENUS, TOOLBAR, ActionKey, Submenu
from handpose_live.ui.help_sheet import HelpSheet
from handpose_live.ui.theme.icons import FOLDER as ICONS
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import FakeCamera, TwoHandsDetector, session_factory, trained
from tests.ui.window_helpers import TIMEOUT_MS, do, notified, playing, time_s


def wait_until_idle(qtbot: QtBot, window: Window) -> None:
    """Wait until all requests to a paused video are done and its frame is displayed."""
    player, done = window.sources.player, Event()
    assert player is not None
    player._commands.do(done.set)
    qtbot.waitUntil(done.is_set, timeout=TIMEOUT_MS)

    def is_idle() -> bool:
        displayed = window.display.state.result if window.display.state is not None else None
        return player.playback.is_idle and not player.playback.has_request and displayed is player._current

    qtbot.waitUntil(is_idle, timeout=TIMEOUT_MS)


# ---------------------------------------------------------------------- the table


def test_every_action_of_the_table_is_created_and_in_one_menu(start: Start) -> None:
    window = start(session_factory())
    entries = [entry for menu in MENUS.values() for entry in menu if entry is not None]
    in_menus = [key for entry in entries for key in (entry.keys if isinstance(entry, Submenu) else (entry,))]
    assert len(set(in_menus)) == len(in_menus)
    assert {*in_menus, ActionKey.LEAVE_FULL_SCREEN} == set(ActionKey) == set(ACTIONS)
    assert {key for key in TOOLBAR if key} <= set(ActionKey)
    assert {action.icon for action in ACTIONS.values() if action.icon} <= {path.stem for path in ICONS.glob("*.svg")}
    shortcuts = [shortcut for action in ACTIONS.values() for shortcut in action.shortcuts]
    assert len(set(shortcuts)) == len(shortcuts)
    for key, info in ACTIONS.items():
        assert window.actions_[ActionKey(key)].isCheckable() == bool(info.checked_text or info.group)


def test_every_action_can_be_triggered_at_any_time(
    qtbot: QtBot, start: Start, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("", False))
    empty = start(session_factory())
    window = playing(qtbot, start, clip)
    for each in (empty, window):
        for key in ActionKey:
            if key not in (ActionKey.QUIT, ActionKey.CLOSE_SOURCE, ActionKey.PLAY_DEMO):
                do(each, key)
                qtbot.wait(1)
    for key in (ActionKey.PLAY_DEMO, ActionKey.CLOSE_SOURCE, ActionKey.QUIT):
        do(window, key)
    assert not window.isVisible()


def test_the_help_sheet_names_every_action_that_has_a_shortcut(qtbot: QtBot, start: Start) -> None:
    window = start(session_factory())
    do(window, "help")
    [sheet] = window.findChildren(HelpSheet)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {action.text.rstrip("…") for action in ACTIONS.values() if action.shortcuts} <= texts | {"Leave full screen"}
    sheet.close()
    qtbot.wait(1)


# ---------------------------------------------------------------------- sources and playback


def test_a_chosen_file_folder_or_address_is_played(
    qtbot: QtBot, start: Start, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def open_any(spec: str) -> Source:
        asked.append(spec)
        return open_source(clip)

    window = start(session_factory(open_any))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("video.mp4", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "images")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (" rtsp://host/live ", True))
    for number, key in enumerate(("open_file", "open_folder", "open_stream", "play_demo"), start=1):
        do(window, key)
        qtbot.waitUntil(partial(_has, asked, number), timeout=TIMEOUT_MS)
    assert asked == ["video.mp4", "images", "rtsp://host/live", "demo"]
    do(window, "close_source")
    assert window.sources.player is None
    assert window.view.start.isVisible()


def test_a_video_is_paused_stepped_and_resumed(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "step")
    wait_until_idle(qtbot, window)
    before_s = time_s(window)
    assert window.actions_[ActionKey.PLAY].text() == "Play"
    do(window, "step")
    wait_until_idle(qtbot, window)
    assert time_s(window) == pytest.approx(before_s + 0.1)
    do(window, "play")
    qtbot.waitUntil(lambda: time_s(window) > before_s + 0.3, timeout=TIMEOUT_MS)


def test_a_paused_video_can_be_seeked_forwards_and_backwards(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "step")
    window.seek_bar.slider.setValue(300)
    qtbot.waitUntil(lambda: time_s(window) == pytest.approx(3.0), timeout=TIMEOUT_MS)
    do(window, "back")
    qtbot.waitUntil(lambda: time_s(window) == pytest.approx(0.0), timeout=TIMEOUT_MS)
    assert window.seek_bar.position.text() == "0:00 / 0:05"


def test_a_video_at_its_end_plays_from_the_start(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "forward")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
    )
    qtbot.waitUntil(lambda: notified(window, "End of video."), timeout=TIMEOUT_MS)
    for _ in range(3):  # the slowest speed, so that the test cannot miss the start
        do(window, "slower")
    do(window, "play")
    qtbot.waitUntil(lambda: time_s(window) < 1, timeout=TIMEOUT_MS)


def test_a_looped_video_starts_again_at_its_end(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "loop")
    window.seek_bar.slider.setValue(450)
    qtbot.waitUntil(lambda: time_s(window) > 4, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: time_s(window) < 2, timeout=TIMEOUT_MS)


def test_the_demo_is_looped_and_what_is_opened_after_it_is_not(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "play_demo")
    assert window.actions_[ActionKey.LOOP].isChecked()
    assert window.sources.player is not None
    assert window.sources.player.playback.looped
    window.sources.open(clip)
    assert not window.actions_[ActionKey.LOOP].isChecked()
    assert not window.sources.player.playback.looped
    window.actions_.check("loop", True)
    window.sources.open(clip)
    assert window.sources.player.playback.looped


def test_the_speed_changes_within_its_limits(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    texts = []
    for key in ("faster", "faster", "faster", *["slower"] * 7):
        do(window, key)
        texts.append(window.seek_bar.speed.text())
    assert texts == ["2×", "4×", "4×", "2×", "1×", "0.5×", "0.25×", "0.1×", "0.1×", "0.1×"]


def _has(things: list[str], count: int) -> bool:
    return len(things) == count


# ---------------------------------------------------------------------- view


def test_a_style_change_applies_at_once_and_is_kept(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    style = window.settings.current.style
    for key in ("selfie", "overlay", "joints_only", "labels", "names", "boxes"):
        if window.actions_[ActionKey(key)].isEnabled():
            do(window, key)
    now = window.settings.current.style
    assert (now.overlay, now.bones, now.labels) == (not style.overlay, not style.bones, not style.labels)
    assert (now.names, now.boxes) == (not style.names, not style.boxes)
    assert window.sources.player is not None
    assert window.sources.player.style.overlay is now.overlay
    do(window, "theme_light")
    assert window.settings.current.theme == "light"


def test_the_selfie_view_applies_to_cameras_and_not_to_videos(qtbot: QtBot, start: Start, clip: str) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(session_factory(lambda spec: camera if spec == "7" else open_source(spec)), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    assert window.sources.player is not None
    assert window.sources.player.style.selfie
    window.sources.open(clip)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    assert not window.sources.player.style.selfie
    camera.release.set()


def test_a_frozen_frame_stays_while_the_video_continues(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "freeze")
    frozen = window.display.state
    qtbot.waitUntil(lambda: window.sources.latest is not frozen, timeout=TIMEOUT_MS)
    assert window.display.state is frozen
    do(window, "freeze")
    qtbot.waitUntil(lambda: window.display.state is not frozen, timeout=TIMEOUT_MS)


def test_hands_are_copied_as_json(qtbot: QtBot, start: Start, clip: str) -> None:
    window = start(session_factory(detector=TwoHandsDetector(), network=trained), clip)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands),
        timeout=TIMEOUT_MS,
    )
    do(window, "step")
    do(window, "copy_hand")
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    record = json.loads(clipboard.text())
    assert window.display.state is not None
    result = window.display.state.result
    assert record == {
        "frame": result.frame.index,
        "time_s": round(result.frame.time_s, 6),
        "hands": [hand.to_dict() for hand in result.hands],
    }


def test_the_file_of_custom_gestures_is_created_and_opened(start: Start, opened_outside: list[str]) -> None:
    window = start(session_factory())
    do(window, "edit_gestures")
    assert Path(opened_outside[0]).name == "gestures.toml"
    assert 'name = "love"' in Path(opened_outside[0]).read_text()


def test_the_log_is_opened_if_there_is_one(
    start: Start, opened_outside: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    window = start(session_factory())
    do(window, "show_log")
    assert opened_outside == []
    assert notified(window, f"Nothing is logged yet; it will be in {log_file()}.")
    with log_to_file():
        logging.getLogger("handpose_live.somewhere").error("It went wrong.")
    do(window, "show_log")
    assert opened_outside == [str(log_file())]
    assert notified(window, f"The log is {log_file()}.")

"""What is saved from one run to the next: changes of the user, no command-line options, no secrets."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from handpose_live import app
from handpose_live.cli import parse_options
from handpose_live.gestures.classifier import user_rules_file
from handpose_live.gestures.rules import default_rules
from handpose_live.media.address import without_credentials
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.settings import Settings
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.settings_store import load_settings, save_settings
from handpose_live.ui.window import Window
from tests.media.servers import MotionJpeg, serving
from tests.ui.conftest import Start
from tests.ui.fakes import FakeVideo, session_factory

TIMEOUT_MS = 60_000


def open_window(qtbot: QtBot, path: Path, saved: Settings, settings: Settings) -> Window:
    window = Window(session_factory(), settings, path, saved=saved, find_cameras=list)
    qtbot.addWidget(window)
    window.show()
    return window


def test_options_of_the_command_line_apply_to_one_run_and_changes_in_the_window_are_saved(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path, saved = tmp_path / "settings.ini", Settings(tracking=TrackerConfig(max_hands=3, smoothing=0.4))
    save_settings(path, saved)
    flags = replace(saved, tracking=replace(saved.tracking, max_hands=1, smoothing=0.0))
    window = open_window(qtbot, path, saved, flags)
    assert window.options.max_hands.currentText() == "1"
    window.options.min_score.setValue(20)
    window.actions_[ActionKey.NAMES].trigger()
    window.close()
    kept = load_settings(path)
    assert kept.tracking == TrackerConfig(max_hands=3, smoothing=0.4, min_score=0.2)
    assert kept.style == replace(OverlayStyle(selfie=True), names=True)


def test_the_value_of_a_command_line_option_is_saved_if_the_user_selects_it(qtbot: QtBot, tmp_path: Path) -> None:
    path, saved = tmp_path / "settings.ini", Settings(tracking=TrackerConfig(max_hands=3))
    window = open_window(qtbot, path, saved, replace(saved, tracking=TrackerConfig(max_hands=1)))
    for count in ("2", "1"):
        window.options.max_hands.setCurrentText(count)
    window.close()
    assert load_settings(path).tracking.max_hands == 1


def has(things: list[str], count: int) -> bool:
    return len(things) == count


@pytest.mark.parametrize("fails", [False, True])
def test_a_password_is_used_during_the_run_and_neither_saved_nor_displayed(
    qtbot: QtBot, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    opened: list[str] = []
    secret = "rtsp://me:hush@192.0.2.7:554/live?token=hush"
    displayed = "rtsp://192.0.2.7:554/live"

    def open_any(spec: str) -> Source:
        opened.append(spec)
        if fails:
            raise HandPoseError(f"{without_credentials(spec)} does not answer.")
        video = FakeVideo(600)
        video.info = replace(video.info, name=without_credentials(spec))
        return video

    offered: list[str] = []

    def ask(*_: Any, text: str) -> tuple[str, bool]:
        offered.append(text)
        return (secret if len(offered) == 1 else text), True

    monkeypatch.setattr(QInputDialog, "getText", ask)
    window = start(session_factory(open_any))
    for count in (1, 2):
        window.actions_[ActionKey.OPEN_STREAM].trigger()
        qtbot.waitUntil(partial(has, opened, count), timeout=TIMEOUT_MS)
        qtbot.waitUntil(
            lambda: window.view.start.isVisible() if fails else window.display.state is not None,
            timeout=TIMEOUT_MS,
        )
    assert opened == [secret, secret]
    assert offered == ["rtsp://", displayed]
    texts = [label.text() for label in window.findChildren(QLabel)]
    texts += [window.windowTitle(), window.view.start.body.text(), window.view.notice.text()]
    assert not [text for text in texts if "hush" in text]
    window.close()
    assert "hush" not in (tmp_path / "settings.ini").read_text()
    assert load_settings(tmp_path / "settings.ini").source == displayed


def test_a_stream_of_the_last_run_that_needs_a_password_says_so(qtbot: QtBot, start: Start) -> None:
    with serving(MotionJpeg) as server:
        address = f"http://{server.address}/locked"
        window = start(session_factory(), settings=Settings(source=address))
        window.sources.open_last()
        qtbot.waitUntil(window.view.start.isVisible, timeout=TIMEOUT_MS)
    sentence = window.view.start.body.text().replace("\N{ZERO WIDTH SPACE}", "")
    assert sentence.startswith(address)
    assert "password" in sentence


# ---------------------------------------------------------------------- errors in the user's gestures


OPTIONS = parse_options([])


def test_an_error_in_custom_gestures_is_reported_in_the_window(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_rules_file().parent.mkdir(parents=True)
    user_rules_file().write_text('[[gesture]]\nname = "love"\nthumb = "sideways"\n')
    given: dict[str, Any] = {}

    def run(spec: object, factory: object, **others: Any) -> int:
        given.update(others, spec=spec, factory=factory)
        return 0

    monkeypatch.setattr("handpose_live.ui.start.run_window", run)
    assert app._run_window(OPTIONS) == 0
    assert given["factory"].rules == default_rules()
    assert str(user_rules_file()) in given["problem"]
    assert "sideways" in given["problem"]
    with pytest.raises(HandPoseError, match="sideways"):
        app._session_factory(OPTIONS)
    window = start(session_factory(FakeVideo(3)))
    window.error_raised.emit(given["problem"])
    window.sources.open("video")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
    )
    window.view.notice._timer.timeout.emit()  # expires a transient message
    assert "sideways" in window.view.notice.text()
    window.actions_[ActionKey.LEAVE_FULL_SCREEN].trigger()
    assert not window.view.notice.isVisible()

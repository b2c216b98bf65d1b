"""The window over real sessions: clips, cameras that break off or hang, unhandled exceptions."""

import sys
import threading
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QDropEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.live.camera import Camera
from handpose_live.media.opening import open_source
from handpose_live.media.source import Source
from handpose_live.system.log import unhandled_exceptions_reported
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.settings_store import load_settings
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.stand_ins import BROKE_OFF, PATIENCE_S, BlindDetector, StandInCamera, grey, tools, untrained

PATIENCE_MS = 60_000


def on_screen(window: Window) -> Image:
    """The picture as it is shown, ``(h, w, 3)`` RGB, without the ground around it."""
    image = window.view.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint8)
    pixels = pixels.reshape(image.height(), -1, 4)[:, : image.width(), :3]
    lit = (pixels.max(axis=2) > 20).nonzero()
    return pixels[lit[0].min() : lit[0].max() + 1, lit[1].min() : lit[1].max() + 1]


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]


def plain(sentence: str) -> str:
    return sentence.replace("\N{ZERO WIDTH SPACE}", "")


@pytest.fixture
def clip(shared: Path) -> str:
    return str(shared / "data/clips/scale_1.mp4")


def test_a_clip_plays_to_its_end(qtbot: QtBot, start: Start, clip: str) -> None:
    window = start(tools(), clip)
    qtbot.waitUntil(lambda: window.view.notice.text() == "End of video.", timeout=PATIENCE_MS)
    assert window.windowTitle() == "scale_1.mp4 – HandPose Live"
    assert window.display.state is not None
    assert window.display.state.result.frame.index == 49
    last = list(open_source(clip))[-1].image
    assert np.array_equal(window.display.state.picture, last)
    assert window.seek_bar.isVisible()


def test_the_window_is_open_while_the_source_loads_and_says_so(qtbot: QtBot, start: Start) -> None:
    loaded = Event()
    camera = StandInCamera(1, then="hang")

    def load() -> PoseEstimator:
        loaded.wait(PATIENCE_S)
        return untrained()

    window = start(tools(camera, network=load), "7")
    assert window.isVisible()
    assert "loading" in window.view.message.body.text()
    loaded.set()
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=PATIENCE_MS)
    assert not window.view.message.isVisible()
    assert on_screen(window).mean() == pytest.approx(grey(0).mean(), abs=30)
    camera.release.set()


def test_a_source_that_cannot_be_opened_is_explained_and_others_are_offered(qtbot: QtBot, start: Start) -> None:
    window = start(tools(), "nowhere/film.mp4", cameras=[Camera(3, "Bird table")])
    qtbot.waitUntil(window.view.start.isVisible, timeout=PATIENCE_MS)
    assert window.view.start.title.text() == "Cannot play this source"
    assert "nowhere/film.mp4" in plain(window.view.start.body.text())
    assert window.view.start.demo.isVisible()


def test_without_a_camera_the_start_overlay_lists_cameras_as_they_are_connected(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handpose_live.ui.controllers.camera_watch.INTERVAL_S", 0.02)
    cameras: list[Camera] = []
    opened: list[str] = []

    def open_camera(spec: str) -> Source:
        opened.append(spec)
        return StandInCamera(1)

    window = start(tools(open_camera), cameras=cameras)
    window.sources.watch._find = lambda: list(cameras)
    qtbot.waitUntil(window.view.start.isVisible)
    assert "no camera" in window.view.start.body.text().lower()
    cameras.append(Camera(3, "Bird table"))

    def named() -> bool:
        return any(action.text() == "Bird table" for action in window.menus["&Camera"].actions())

    qtbot.waitUntil(named, timeout=PATIENCE_MS)
    window.view.start.camera_requested.emit(3)
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=PATIENCE_MS)
    assert opened == ["3"]
    [action] = window.menus["&Camera"].actions()
    assert action.isChecked()
    cameras.clear()
    qtbot.waitUntil(lambda: not named(), timeout=PATIENCE_MS)


def test_the_first_camera_or_that_of_the_last_run_is_opened_at_the_start(qtbot: QtBot, start: Start) -> None:
    opened: list[str] = []

    def open_camera(spec: str) -> Source:
        opened.append(spec)
        return StandInCamera(1)

    cameras = [Camera(0, "Door"), Camera(2, "Desk")]
    window = start(tools(open_camera), cameras=cameras)
    window.sources.open_last()
    qtbot.waitUntil(lambda: opened == ["0"], timeout=PATIENCE_MS)
    window.sources.open("2")
    again = start(tools(open_camera), cameras=cameras, settings=window.settings.current)
    again.sources.open_last()
    qtbot.waitUntil(lambda: opened == ["0", "2", "2"], timeout=PATIENCE_MS)


def test_a_lost_camera_keeps_its_dimmed_picture_and_resumes_when_it_returns(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01)
    is_back = Event()
    cameras = [StandInCamera(3, then="break off")]

    def open_camera(_: str) -> Source:
        if cameras:
            return cameras.pop()
        if not is_back.is_set():
            raise HandPoseError(BROKE_OFF)
        return StandInCamera(9, then="hang")

    window = start(tools(open_camera), "7")
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=PATIENCE_MS)
    assert plain(window.view.message.body.text()) == f"{BROKE_OFF} Reconnecting…"
    assert window.view.message.isVisible()
    assert window.view.picture is not None
    is_back.set()
    qtbot.waitUntil(lambda: not window.view.message.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: window.display.state is not None and window.display.state.result.frame.index == 8,
        timeout=PATIENCE_MS,
    )


def test_closing_does_not_wait_for_a_camera_that_hangs(qtbot: QtBot, start: Start) -> None:
    camera, detector = StandInCamera(3, then="hang"), BlindDetector()
    window = start(tools(camera, detector), "7")
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    window.close()
    assert window.left_behind
    assert detector.closed.wait(PATIENCE_S)
    camera.release.set()


def test_closing_does_not_wait_for_a_source_that_hangs_on_opening(qtbot: QtBot, start: Start) -> None:
    opening, release = Event(), Event()

    def hang(_: str) -> Source:
        opening.set()
        release.wait(PATIENCE_S)
        raise HandPoseError("too late")

    window = start(tools(hang), "7")
    qtbot.waitUntil(opening.is_set, timeout=PATIENCE_MS)
    window.close()
    assert not window.isVisible()
    assert window.left_behind
    release.set()


def test_another_source_replaces_one_that_hangs(qtbot: QtBot, start: Start, clip: str) -> None:
    camera = StandInCamera(1, then="hang")
    window = start(tools(lambda spec: camera if spec == "7" else open_source(spec)), "7")
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    window.sources.open(clip)
    qtbot.waitUntil(
        lambda: window.sources.info is not None and window.sources.info.name == "scale_1.mp4", timeout=PATIENCE_MS
    )
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    camera.release.set()


def test_a_file_that_is_dropped_on_the_window_is_played(qtbot: QtBot, start: Start, clip: str) -> None:
    window = start(tools())
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(clip)])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.view.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    assert window.windowTitle() == "scale_1.mp4 – HandPose Live"


def test_an_exception_in_a_slot_is_shown_and_logged_and_the_window_stays_open(
    qtbot: QtBot, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    camera = StandInCamera(1, then="hang")
    window = start(tools(camera), "7")
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=PATIENCE_MS)
    hooks = sys.excepthook, threading.excepthook
    with unhandled_exceptions_reported(window.error_raised.emit):
        QTimer.singleShot(0, lambda: 1 // 0)
        qtbot.waitUntil(window.view.notice.isVisible, timeout=PATIENCE_MS)
    camera.release.set()
    assert "ZeroDivisionError" in window.view.notice.text()
    assert window.isVisible()
    assert "ZeroDivisionError: " in caplog.text
    assert (sys.excepthook, threading.excepthook) == hooks


def test_an_exception_in_the_player_is_shown_and_logged_and_the_session_closed(
    qtbot: QtBot, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    camera, detector = StandInCamera(0, then="raise"), BlindDetector()
    with unhandled_exceptions_reported(lambda _: None):
        window = start(tools(camera, detector), "7")
        qtbot.waitUntil(window.view.start.isVisible, timeout=PATIENCE_MS)
    assert "Unexpected error" in window.view.start.body.text()
    assert detector.closed.wait(PATIENCE_S)
    assert "KeyError: 'a bug'" in caplog.text


def test_keys_enter_and_leave_full_screen(qtbot: QtBot, start: Start) -> None:
    camera = StandInCamera(1)
    window = start(tools(camera), "7")
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=PATIENCE_MS)
    window.activateWindow()
    for enter, leave in ((Qt.Key.Key_F, Qt.Key.Key_Escape), (Qt.Key.Key_F11, Qt.Key.Key_F)):
        press(window, enter)
        assert window.isFullScreen()
        assert not window.status.isVisible()
        press(window, leave)
        assert not window.isFullScreen()
        assert window.status.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    press(window, Qt.Key.Key_Q)
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)  # type: ignore[call-overload]
    assert not window.isVisible()


def test_the_layout_of_the_last_run_is_restored(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    window = start(tools())
    window.resize(760, 650)  # the screen of the tests is 800 px wide
    for key in ("inspect", "plot", "options", "names"):
        window.actions_[ActionKey(key)].trigger()
    window.close()
    again = start(tools(), settings=load_settings(tmp_path / "settings.ini"))
    qtbot.waitUntil(again.inspector.plot_dock.isVisible, timeout=PATIENCE_MS)
    assert all(again.actions_[ActionKey(key)].isChecked() for key in ("inspect", "plot", "options", "names"))
    assert again.inspector.plot is not None
    assert again.size() == window.size()
    assert again.inspector.is_open


def test_a_damaged_settings_file_opens_a_window_with_the_defaults(start: Start, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ini"
    broken.write_bytes(b"[General]\ngeometry=@ByteArray(nonsense)\nlayout=@ByteArray(\\x1)\ntheme=7\n\xff\xfe")
    window = start(tools(), settings=load_settings(broken))
    assert window.isVisible()
    assert window.settings.current.theme == "dark"
    assert (window.width(), window.height()) == (784, 720)  # what fits a screen of 800 px

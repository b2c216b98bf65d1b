"""The window over real sessions: clips, cameras that fail or hang, unhandled exceptions."""

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
from tests.ui.fakes import CAMERA_LOST, TIMEOUT_S, FakeCamera, NoHandsDetector, grey, session_factory, untrained

TIMEOUT_MS = 60_000


def on_screen(window: Window) -> Image:
    """Grab the displayed image, ``(h, w, 3)`` RGB, without the background around it."""
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


def test_a_clip_plays_to_its_end(qtbot: QtBot, start: Start, clip: str) -> None:
    window = start(session_factory(), clip)
    qtbot.waitUntil(lambda: window.view.notice.text() == "End of video.", timeout=TIMEOUT_MS)
    assert window.windowTitle() == "scale_1.mp4 – HandPose Live"
    assert window.display.state is not None
    assert window.display.state.result.frame.index == 49
    last = list(open_source(clip))[-1].image
    assert np.array_equal(window.display.state.picture, last)
    assert window.seek_bar.isVisible()


def test_the_window_is_open_while_the_source_loads_and_says_so(qtbot: QtBot, start: Start) -> None:
    loaded = Event()
    camera = FakeCamera(1, then="hang")

    def load() -> PoseEstimator:
        loaded.wait(TIMEOUT_S)
        return untrained()

    window = start(session_factory(camera, network=load), "7")
    assert window.isVisible()
    assert "loading" in window.view.message.body.text()
    loaded.set()
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=TIMEOUT_MS)
    assert not window.view.message.isVisible()
    assert on_screen(window).mean() == pytest.approx(grey(0).mean(), abs=30)
    camera.release.set()


def test_a_source_that_cannot_be_opened_is_explained_and_others_are_offered(qtbot: QtBot, start: Start) -> None:
    window = start(session_factory(), "missing/video.mp4", cameras=[Camera(3, "Bird table")])
    qtbot.waitUntil(window.view.start.isVisible, timeout=TIMEOUT_MS)
    assert window.view.start.title.text() == "Cannot play this source"
    assert "missing/video.mp4" in plain(window.view.start.body.text())
    assert window.view.start.demo.isVisible()


def test_without_a_camera_the_start_overlay_lists_cameras_as_they_are_connected(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handpose_live.ui.controllers.camera_watch.INTERVAL_S", 0.02)
    cameras: list[Camera] = []
    opened: list[str] = []

    def open_camera(spec: str) -> Source:
        opened.append(spec)
        return FakeCamera(1)

    window = start(session_factory(open_camera), cameras=cameras)
    window.sources.watch._find = lambda: list(cameras)
    qtbot.waitUntil(window.view.start.isVisible)
    assert "no camera" in window.view.start.body.text().lower()
    cameras.append(Camera(3, "Bird table"))

    def named() -> bool:
        return any(action.text() == "Bird table" for action in window.menus["&Camera"].actions())

    qtbot.waitUntil(named, timeout=TIMEOUT_MS)
    window.view.start.camera_requested.emit(3)
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=TIMEOUT_MS)
    assert opened == ["3"]
    [action] = window.menus["&Camera"].actions()
    assert action.isChecked()
    cameras.clear()
    qtbot.waitUntil(lambda: not named(), timeout=TIMEOUT_MS)


def test_the_first_camera_or_that_of_the_last_run_is_opened_at_the_start(qtbot: QtBot, start: Start) -> None:
    opened: list[str] = []

    def open_camera(spec: str) -> Source:
        opened.append(spec)
        return FakeCamera(1)

    cameras = [Camera(0, "Door"), Camera(2, "Desk")]
    window = start(session_factory(open_camera), cameras=cameras)
    window.sources.open_last()
    qtbot.waitUntil(lambda: opened == ["0"], timeout=TIMEOUT_MS)
    window.sources.open("2")
    again = start(session_factory(open_camera), cameras=cameras, settings=window.settings.current)
    again.sources.open_last()
    qtbot.waitUntil(lambda: opened == ["0", "2", "2"], timeout=TIMEOUT_MS)


def test_a_lost_camera_keeps_its_dimmed_image_and_resumes_when_it_returns(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01)
    is_back = Event()
    cameras = [FakeCamera(3, then="fail")]

    def open_camera(_: str) -> Source:
        if cameras:
            return cameras.pop()
        if not is_back.is_set():
            raise HandPoseError(CAMERA_LOST)
        return FakeCamera(9, then="hang")

    window = start(session_factory(open_camera), "7")
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=TIMEOUT_MS)
    assert plain(window.view.message.body.text()) == f"{CAMERA_LOST} Reconnecting…"
    assert window.view.message.isVisible()
    assert window.view.picture is not None
    is_back.set()
    qtbot.waitUntil(lambda: not window.view.message.isVisible(), timeout=TIMEOUT_MS)
    qtbot.waitUntil(
        lambda: window.display.state is not None and window.display.state.result.frame.index == 8,
        timeout=TIMEOUT_MS,
    )


def test_closing_does_not_wait_for_a_camera_that_hangs(qtbot: QtBot, start: Start) -> None:
    camera, detector = FakeCamera(3, then="hang"), NoHandsDetector()
    window = start(session_factory(camera, detector), "7")
    qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    window.close()
    assert window.left_behind
    assert detector.closed.wait(TIMEOUT_S)
    camera.release.set()


def test_closing_does_not_wait_for_a_source_that_hangs_on_opening(qtbot: QtBot, start: Start) -> None:
    opening, release = Event(), Event()

    def hang(_: str) -> Source:
        opening.set()
        release.wait(TIMEOUT_S)
        raise HandPoseError("too late")

    window = start(session_factory(hang), "7")
    qtbot.waitUntil(opening.is_set, timeout=TIMEOUT_MS)
    window.close()
    assert not window.isVisible()
    assert window.left_behind
    release.set()


def test_another_source_replaces_one_that_hangs(qtbot: QtBot, start: Start, clip: str) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(session_factory(lambda spec: camera if spec == "7" else open_source(spec)), "7")
    qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    window.sources.open(clip)
    qtbot.waitUntil(
        lambda: window.sources.info is not None and window.sources.info.name == "scale_1.mp4", timeout=TIMEOUT_MS
    )
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    camera.release.set()


def test_a_file_dropped_on_the_window_is_played(qtbot: QtBot, start: Start, clip: str) -> None:
    window = start(session_factory())
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(clip)])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.view.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    assert window.windowTitle() == "scale_1.mp4 – HandPose Live"


def test_an_exception_in_a_slot_is_displayed_and_logged_and_the_window_stays_open(
    qtbot: QtBot, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=TIMEOUT_MS)
    hooks = sys.excepthook, threading.excepthook
    with unhandled_exceptions_reported(window.error_raised.emit):
        QTimer.singleShot(0, lambda: 1 // 0)
        qtbot.waitUntil(window.view.notice.isVisible, timeout=TIMEOUT_MS)
    camera.release.set()
    assert "ZeroDivisionError" in window.view.notice.text()
    assert window.isVisible()
    assert "ZeroDivisionError: " in caplog.text
    assert (sys.excepthook, threading.excepthook) == hooks


def test_an_exception_in_the_player_is_displayed_and_logged_and_the_session_closed(
    qtbot: QtBot, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    camera, detector = FakeCamera(0, then="raise"), NoHandsDetector()
    with unhandled_exceptions_reported(lambda _: None):
        window = start(session_factory(camera, detector), "7")
        qtbot.waitUntil(window.view.start.isVisible, timeout=TIMEOUT_MS)
    assert "Unexpected error" in window.view.start.body.text()
    assert detector.closed.wait(TIMEOUT_S)
    assert "KeyError: 'a bug'" in caplog.text


def test_keys_enter_and_leave_full_screen(qtbot: QtBot, start: Start) -> None:
    camera = FakeCamera(1)
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=TIMEOUT_MS)
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
    window = start(session_factory())
    window.resize(760, 650)  # the offscreen platform has a screen 800 px wide
    for key in ("inspect", "plot", "options", "names"):
        window.actions_[ActionKey(key)].trigger()
    window.close()
    again = start(session_factory(), settings=load_settings(tmp_path / "settings.ini"))
    qtbot.waitUntil(again.inspector.plot_dock.isVisible, timeout=TIMEOUT_MS)
    assert all(again.actions_[ActionKey(key)].isChecked() for key in ("inspect", "plot", "options", "names"))
    assert again.inspector.plot is not None
    assert again.size() == window.size()
    assert again.inspector.is_open


def test_a_damaged_settings_file_opens_a_window_with_the_defaults(start: Start, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ini"
    broken.write_bytes(b"[General]\ngeometry=@ByteArray(nonsense)\nlayout=@ByteArray(\\x1)\ntheme=7\n\xff\xfe")
    window = start(session_factory(), settings=load_settings(broken))
    assert window.isVisible()
    assert window.settings.current.theme == "dark"
    assert (window.width(), window.height()) == (784, 720)  # the largest size that fits a screen of 800 px

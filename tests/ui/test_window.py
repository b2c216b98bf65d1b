"""The window over real sessions: a real clip, a camera that breaks off or hangs, faults of the program."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from handpose_live.capture.frame import Image
from handpose_live.capture.opening import open_source
from handpose_live.capture.source import SourceInfo
from handpose_live.errors import HandPoseError
from handpose_live.session import Session
from handpose_live.ui.faults import faults_shown
from handpose_live.ui.window import Window
from handpose_live.ui.worker import Worker
from tests.ui.stand_ins import BROKE_OFF, PATIENCE_S, BlindDetector, StandInCamera, grey, session_over

PATIENCE_MS = 60_000

Open = Callable[[SourceInfo, Callable[[], Session]], tuple[Window, Worker]]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """Opens windows over sessions, and stops their workers at the end."""
    workers: list[Worker] = []

    def open_window(info: SourceInfo, open_session: Callable[[], Session]) -> tuple[Window, Worker]:
        worker = Worker(open_session, live=info.live)
        window = Window(info, worker, Path("film.mp4"))
        qtbot.addWidget(window)
        window.show()
        workers.append(worker)
        worker.start()
        return window, worker

    yield open_window
    for worker in workers:
        worker.stop()


def on_screen(window: Window) -> Image:
    """The picture as it is shown, ``(h, w, 3)`` RGB, without the ground around it."""
    image = window.view.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint8)
    pixels = pixels.reshape(image.height(), -1, 4)[:, : image.width(), :3]
    lit = (pixels.max(axis=2) > 20).nonzero()
    return pixels[lit[0].min() : lit[0].max() + 1, lit[1].min() : lit[1].max() + 1]


def press(qtbot: QtBot, window: Window, key: Qt.Key) -> None:
    qtbot.keyClick(window, key)  # type: ignore[no-untyped-call]


def frame_count(film: Path) -> int:
    return int(cv2.VideoCapture(str(film)).get(cv2.CAP_PROP_FRAME_COUNT))


def plain(sentence: str) -> str:
    return sentence.replace("\N{ZERO WIDTH SPACE}", "")


def test_a_clip_plays_to_its_end_and_every_frame_is_recorded(
    qtbot: QtBot, opened: Open, shared: Path, tmp_path: Path
) -> None:
    clip = str(shared / "data/clips/scale_1.mp4")
    source = open_source(clip)
    recording = tmp_path / "film.mp4"
    window, _ = opened(source.info, lambda: session_over(source, recording=recording))
    assert window.windowTitle() == "scale_1.mp4 – HandPose Live"
    qtbot.waitUntil(window.view.notice.isVisible, timeout=PATIENCE_MS)
    assert on_screen(window)[:240] == pytest.approx(list(open_source(clip))[-1].image[:240], abs=1)
    assert "film.mp4" in window.view.notice.text()
    assert frame_count(recording) == 50


def test_the_window_says_what_it_waits_for(qtbot: QtBot, opened: Open) -> None:
    loaded = Event()
    camera = StandInCamera(1)

    def load() -> Session:
        loaded.wait(PATIENCE_S)
        return session_over(camera)

    window, _ = opened(camera.info, load)
    assert "Loading" in window.view.panel.sentence.text()
    loaded.set()
    qtbot.waitUntil(window.view.notice.isVisible, timeout=PATIENCE_MS)
    assert not window.view.panel.isVisible()
    assert on_screen(window).mean() == pytest.approx(grey(0).mean(), abs=30)


def test_a_session_that_cannot_be_opened_leaves_a_window_that_says_why(qtbot: QtBot, opened: Open) -> None:
    def fail() -> Session:
        raise HandPoseError("There is no weights file here/there.safetensors; train one.")

    window, _ = opened(StandInCamera(0).info, fail)
    qtbot.waitUntil(lambda: window.view.panel.title.text() == "Cannot start", timeout=PATIENCE_MS)
    assert window.isVisible()
    assert window.view.panel.isVisible()
    assert plain(window.view.panel.sentence.text()) == "There is no weights file here/there.safetensors; train one."


def test_a_camera_that_breaks_off_leaves_its_last_picture_dimmed_and_says_so(qtbot: QtBot, opened: Open) -> None:
    camera, detector = StandInCamera(3, then="break off"), BlindDetector()
    window, _ = opened(camera.info, lambda: session_over(camera, detector))
    qtbot.waitUntil(lambda: window.view.panel.title.text() == "Stopped", timeout=PATIENCE_MS)
    assert plain(window.view.panel.sentence.text()) == BROKE_OFF
    assert window.view.panel.isVisible()
    assert window.view.has_picture
    assert detector.closed.wait(PATIENCE_S)


def test_closing_finishes_the_session_although_the_camera_hangs(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    camera, detector, recording = StandInCamera(3, then="hang"), BlindDetector(), tmp_path / "film.mp4"
    window, worker = opened(camera.info, lambda: session_over(camera, detector, recording))
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    window.close()
    assert worker.stop() is False
    assert detector.closed.wait(PATIENCE_S)
    assert frame_count(recording) >= 1
    camera.let_go.set()


def test_a_slow_interface_gets_the_newest_frame_and_no_queue(qtbot: QtBot) -> None:
    camera, detector = StandInCamera(20), BlindDetector()
    worker = Worker(lambda: session_over(camera, detector), live=True)
    announced: list[None] = []
    worker.arrived.connect(lambda: announced.append(None))
    worker.start()
    assert detector.closed.wait(PATIENCE_S)
    qtbot.waitUntil(lambda: bool(announced), timeout=PATIENCE_MS)
    qtbot.wait(1)
    assert len(announced) == 1
    newest = worker.take()
    assert newest is not None
    assert newest.annotated.frame.index == 19
    assert newest.dropped == camera.dropped
    assert worker.take() is None
    assert worker.stop()


def test_an_exception_in_a_slot_is_shown_and_printed_and_the_window_lives(
    qtbot: QtBot, opened: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    camera = StandInCamera(1, then="hang")
    window, _ = opened(camera.info, lambda: session_over(camera))
    qtbot.waitUntil(lambda: window.view.has_picture, timeout=PATIENCE_MS)
    hooks = sys.excepthook, threading.excepthook
    with faults_shown(window.fault.emit):
        QTimer.singleShot(0, lambda: 1 // 0)
        qtbot.waitUntil(window.view.notice.isVisible, timeout=PATIENCE_MS)
    camera.let_go.set()
    assert "ZeroDivisionError" in window.view.notice.text()
    assert window.isVisible()
    assert "please report it" in capfd.readouterr().err
    assert (sys.excepthook, threading.excepthook) == hooks


def test_an_exception_in_the_worker_is_shown_and_printed_and_the_session_closed(
    qtbot: QtBot, opened: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    camera, detector = StandInCamera(0, then="fault"), BlindDetector()
    hold = Event()

    def load() -> Session:
        hold.wait(PATIENCE_S)
        return session_over(camera, detector)

    window, _ = opened(camera.info, load)
    with faults_shown(window.fault.emit):
        hold.set()
        qtbot.waitUntil(lambda: "KeyError" in window.view.panel.sentence.text(), timeout=PATIENCE_MS)
    assert detector.closed.wait(PATIENCE_S)
    assert "KeyError: 'a fault of the program'" in capfd.readouterr().err


def test_keys_give_the_picture_the_whole_screen_and_take_it_back(qtbot: QtBot, opened: Open) -> None:
    camera = StandInCamera(1)
    window, _ = opened(camera.info, lambda: session_over(camera))
    qtbot.waitUntil(window.view.notice.isVisible, timeout=PATIENCE_MS)
    window.activateWindow()
    for enter, leave in ((Qt.Key.Key_F, Qt.Key.Key_Escape), (Qt.Key.Key_F11, Qt.Key.Key_F)):
        press(qtbot, window, enter)
        assert window.isFullScreen()
        assert not window.status.isVisible()
        press(qtbot, window, leave)
        assert not window.isFullScreen()
        assert window.status.isVisible()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.isVisible()
    press(qtbot, window, Qt.Key.Key_Q)
    assert not window.isVisible()

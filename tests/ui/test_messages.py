"""Messages are never cut off, selectable and persistent; downloads show their progress."""

from dataclasses import replace
from threading import Event

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from handpose_live.media.live.camera import Camera
from handpose_live.runtime.events import Fetching, PlayerEvent
from handpose_live.ui.controllers.message_controller import LOADING
from handpose_live.ui.viewer import notice as notice_module
from handpose_live.ui.viewer.message_text import MessageText
from handpose_live.ui.viewer.notice import Notice
from handpose_live.ui.viewer.picture_view import PictureView
from tests.ui.conftest import Start
from tests.ui.fakes import TIMEOUT_S, FakeCamera, session_factory
from tests.ui.test_window import press

TIMEOUT_MS = 60_000
LONG_PATH = "Cannot write /" + "recordings_of_hands-2024/" * 12 + "video.mp4: no space is left."
WITHOUT_SPACES = "/" + "手の動きを調べる" * 38 + ".mp4"
ONE_WORD = "W" * 300


def open_view(qtbot: QtBot, width: int, height: int) -> PictureView:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    return view


def is_whole(sentence: MessageText) -> bool:
    """Return whether the whole text is visible or can be scrolled to, and no line is too wide."""
    document, bar = sentence.document(), sentence.verticalScrollBar()
    viewport = sentence.viewport()
    assert document is not None
    assert bar is not None
    assert viewport is not None
    fits = document.size().height() <= viewport.height() + bar.maximum() + 1
    return fits and document.idealWidth() <= viewport.width() + 1


@pytest.mark.parametrize("text", [LONG_PATH, WITHOUT_SPACES, ONE_WORD], ids=["path", "CJK", "one word"])
@pytest.mark.parametrize(("width", "height"), [(1100, 600), (620, 250), (220, 160)])
def test_a_long_text_is_never_cut_off(qtbot: QtBot, text: str, width: int, height: int) -> None:
    view = open_view(qtbot, width, height)
    view.start.offer([Camera(number, f"Camera {number}") for number in range(4)], text)
    view.notice.show_message(text, persistent=True)
    qtbot.waitUntil(lambda: is_whole(view.start.body) and is_whole(view.notice.body))
    for part in (view.start, view.notice):
        assert view.rect().contains(part.geometry())
    content, bar = view.start.widget(), view.start.verticalScrollBar()
    assert content is not None
    assert bar is not None
    assert content.height() >= content.minimumSizeHint().height()
    assert bar.maximum() >= content.height() - view.start.height()
    start = view.start
    assert start.body.height() < start.body.max_height_px, "the overlay scrolls, not the text in it"


@pytest.mark.parametrize("text", [LONG_PATH, WITHOUT_SPACES], ids=["path", "CJK"])
def test_a_text_can_be_copied_unchanged_with_the_keyboard_alone(qtbot: QtBot, start: Start, text: str) -> None:
    window = start(session_factory())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.view.start.offer([], text)
    window.view.notice.show_message(text, persistent=True)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    for sentence in (window.view.start.body, window.view.notice.body):
        clipboard.clear()
        sentence.setFocus()
        for key in (Qt.Key.Key_A, Qt.Key.Key_C):
            press(sentence, key, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == text
        assert sentence.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_the_context_menu_of_a_text_offers_to_copy_it(qtbot: QtBot) -> None:
    sentence = MessageText("Notice")
    qtbot.addWidget(sentence)
    sentence.set_text(LONG_PATH)
    menu = sentence.createStandardContextMenu()
    assert menu is not None
    assert any("Copy" in action.text() for action in menu.actions())


def test_a_persistent_message_stays_until_it_is_dismissed_even_if_transient_ones_replace_it(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_module, "NOTICE_MS", 1)
    notice = start(session_factory()).view.notice
    notice.show_message("Cannot write.", persistent=True)
    notice.show_message("End of video.")
    assert notice.text() == "End of video."
    qtbot.waitUntil(lambda: notice.text() == "Cannot write.", timeout=TIMEOUT_MS)
    notice.show_message("Cannot read.", persistent=True)
    assert notice.text() == "Cannot write.\nCannot read."
    notice.close_button.click()
    assert notice.isHidden()
    notice.show_message("End of video.")
    qtbot.waitUntil(notice.isHidden, timeout=TIMEOUT_MS)


def test_escape_dismisses_a_notice(qtbot: QtBot, start: Start) -> None:
    window = start(session_factory())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=TIMEOUT_MS)
    window.error_raised.emit("Unexpected error.")
    qtbot.waitUntil(window.view.notice.isVisible, timeout=TIMEOUT_MS)
    press(window, Qt.Key.Key_Escape)
    assert window.view.notice.isHidden()


def test_the_status_is_displayed_while_there_is_no_message(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    notice.set_status("Frozen: press Z to resume.")
    notice.show_message("Cannot write.", persistent=True)
    assert notice.text() == "Cannot write."
    notice.dismiss()
    assert notice.text() == "Frozen: press Z to resume."
    notice.set_status("")
    assert notice.isHidden()


def test_fetching_shows_its_progress_and_loading_a_busy_indicator(qtbot: QtBot, start: Start) -> None:
    displayed: list[tuple[str, int, int]] = []
    connected = Event()
    camera = FakeCamera(1, then="hang")

    def fetch(progress: object) -> None:
        assert connected.wait(TIMEOUT_S)
        for received in (0, 2_000_000, 8_000_000):
            progress(received, 8_000_000)  # type: ignore[operator]

    window = start(replace(session_factory(camera), fetch=fetch))
    panel = window.view.message

    def record(event: PlayerEvent) -> None:
        if isinstance(event, Fetching):
            displayed.append((panel.body.text(), panel.progress.value(), panel.progress.maximum()))

    window.sources.open("7")
    assert panel.progress.isVisible()
    window.sources.player_event.connect(record)
    connected.set()
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=TIMEOUT_MS)
    camera.release.set()
    busy = 0
    assert [maximum for _, _, maximum in displayed] == [busy, 100, busy]
    assert displayed[1] == ("Downloading the hand detector's model, once: 2.0 MB of 8.0 MB…", 25, 100)
    assert displayed[2][0] == LOADING
    assert not panel.progress.isVisible()


@pytest.mark.parametrize("width", [240, 270, 400, 1100])
def test_no_button_of_the_start_overlay_is_cut_off(qtbot: QtBot, width: int) -> None:
    view = open_view(qtbot, width, 600)
    start = view.start
    start.offer([Camera(0, "Camera")], "Choose a camera.")
    content, viewport = start.widget(), start.viewport()
    assert content is not None
    assert viewport is not None
    qtbot.waitUntil(lambda: content.width() == viewport.width())
    assert content.minimumSizeHint().width() <= content.width()

"""The seek bar requests a position only when the user moves it."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.viewer.seek_bar import STEPS_PER_S, SeekBar
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import FakeCamera, FakeVideo, session_factory

TIMEOUT_MS = 60_000


@pytest.fixture
def bar(qtbot: QtBot) -> SeekBar:
    bar = SeekBar()
    qtbot.addWidget(bar)
    bar.resize(500, 40)
    bar.show()
    return bar


def test_opening_a_shorter_or_longer_file_requests_no_seek(bar: SeekBar) -> None:
    requests: list[float] = []
    bar.seek_requested.connect(requests.append)
    for length_s in (60.0, 5.0, 0.0, 7200.0):
        bar.open(length_s)
        bar.show_time(length_s)
        bar.show_time(length_s / 2)
    assert requests == []
    assert bar.slider.value() == 3600 * STEPS_PER_S


def test_a_slider_being_dragged_while_another_file_opens_is_released(bar: SeekBar) -> None:
    bar.open(60.0)
    QTest.mousePress(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(200, 10))  # type: ignore[call-overload]
    assert bar.slider.isSliderDown()
    requests: list[float] = []
    bar.seek_requested.connect(requests.append)
    bar.open(5.0)
    bar.show_time(1.0)
    assert requests == []
    assert bar.slider.value() == STEPS_PER_S


def test_a_second_shorter_video_plays_from_its_start(qtbot: QtBot, start: Start) -> None:
    lengths = {"long": 600, "short": 4}
    window = start(session_factory(lambda spec: FakeVideo(lengths[spec])), "long")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    window.seek_bar.slider.setValue(50 * STEPS_PER_S)
    qtbot.waitUntil(lambda: index(window) >= 500, timeout=TIMEOUT_MS)
    window.sources.open("short")
    displayed: list[int] = []
    assert window.sources.player is not None
    window.sources.frame_ready.connect(lambda _: displayed.append(index(window)))
    qtbot.waitUntil(lambda: window.view.notice.text() == "End of video.", timeout=TIMEOUT_MS)
    assert displayed == sorted(displayed)
    assert index(window) == 3
    assert window.sources.player.meter.speed(0.0).fps is None or len(displayed) <= 4
    assert window.sources.player._session is not None
    assert window.sources.player._session.frames == 4


def test_a_live_source_ignores_seek_requests(qtbot: QtBot, start: Start) -> None:
    camera = FakeCamera(None)
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    window.seek_bar.seek_requested.emit(3.0)
    before = index(window)
    qtbot.waitUntil(lambda: index(window) > before + 2, timeout=TIMEOUT_MS)
    camera.enough.set()


def test_a_seek_at_the_very_end_is_not_lost(qtbot: QtBot, start: Start) -> None:
    window = start(session_factory(FakeVideo(5)), "video")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
    )
    window.seek_bar.slider.setValue(0)
    qtbot.waitUntil(lambda: index(window) < 3, timeout=TIMEOUT_MS)
    assert window.actions_[ActionKey.PLAY].text() == "Pause"


# ---------------------------------------------------------------------- stepping back


def index(window: Window) -> int:
    return window.display.state.result.frame.index if window.display.state is not None else -1


def test_stepping_back_shows_the_previous_frame_also_after_a_seek_and_at_the_end_but_none_before_the_first(
    qtbot: QtBot, start: Start
) -> None:
    window = start(session_factory(FakeVideo(40)), "video")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)

    def press(key: str, count: int, expected: int) -> None:
        for _ in range(count):
            window.actions_[ActionKey(key)].trigger()
        qtbot.waitUntil(lambda: index(window) == expected, timeout=TIMEOUT_MS)

    window.seek_bar.slider.setValue(350)
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
    )
    press("step_back", 1, 38)
    assert window.actions_[ActionKey.PLAY].text() == "Play"
    press("step_back", 3, 35)
    press("step", 2, 37)
    press("step_back", 1, 36)
    window.seek_bar.slider.setValue(100)
    qtbot.waitUntil(lambda: index(window) == 10, timeout=TIMEOUT_MS)
    press("step_back", 1, 9)
    press("step_back", 20, 0)
    press("step", 1, 1)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=TIMEOUT_MS)
    QTest.keyClick(window, Qt.Key.Key_Comma)  # type: ignore[call-overload]
    qtbot.waitUntil(lambda: index(window) == 0, timeout=TIMEOUT_MS)

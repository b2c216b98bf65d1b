"""Requests are served also while no frame arrives: a camera hangs, a source is opened, lost or retried."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.source import Source
from handpose_live.runtime.events import Ended, Failed, Lost
from handpose_live.types.errors import HandPoseError
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.stand_ins import BROKE_OFF, PATIENCE_S, StandInCamera, StandInFilm, frame_count, tools

PATIENCE_MS = 60_000


@pytest.fixture
def camera() -> Iterator[StandInCamera]:
    """Hangs when it is told that it is enough."""
    camera = StandInCamera(None, then="hang")
    yield camera
    camera.enough.set()
    camera.release.set()


def do(window: Window, key: str) -> None:
    window.actions_[ActionKey(key)].trigger()


def recording(qtbot: QtBot, start: Start, source: Source) -> Window:
    """A window that records, with at least three frames in its files."""
    window = start(tools(source), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=PATIENCE_MS)
    return window


def _recorded_s(window: Window) -> float:
    state = window.sources.latest.recording if window.sources.latest is not None else None
    return state.time_s if state is not None else 0.0


def assert_the_files_are_whole(window: Window) -> None:
    folder = window.settings.current.recording.directory
    [film], [joints] = folder.glob("*.mp4"), folder.glob("*.jsonl")
    assert frame_count(film) >= 1
    assert len(read_landmarks(joints)[1]) >= frame_count(film)


def test_a_recording_of_a_camera_that_hangs_can_be_stopped(qtbot: QtBot, start: Start, camera: StandInCamera) -> None:
    window = recording(qtbot, start, camera)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    assert not window.view.badge.isVisible()
    assert window.actions_[ActionKey.RECORD].text() == "Record"
    assert_the_files_are_whole(window)
    camera.release.set()


def test_a_recording_of_a_camera_that_hangs_can_be_started_and_paused(
    qtbot: QtBot, start: Start, camera: StandInCamera
) -> None:
    window = start(tools(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(window.view.badge.isVisible, timeout=PATIENCE_MS)
    do(window, "pause_recording")
    qtbot.waitUntil(lambda: "❚❚" in window.view.badge.text(), timeout=PATIENCE_MS)
    do(window, "pause_recording")
    qtbot.waitUntil(lambda: "●" in window.view.badge.text(), timeout=PATIENCE_MS)
    camera.release.set()


def test_a_recording_of_a_video_whose_drive_hangs_can_be_stopped(qtbot: QtBot, start: Start) -> None:
    film = StandInFilm(1000)
    window = recording(qtbot, start, film)
    film.held.clear()
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    assert_the_files_are_whole(window)
    film.held.set()


@pytest.mark.parametrize("hangs", [False, True])
def test_a_recording_can_be_stopped_while_its_camera_is_lost_or_hangs_during_reopening(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01 if hangs else PATIENCE_S)
    camera, opening, release = StandInCamera(None, then="break off"), Event(), Event()

    def open_camera(_: str) -> Source:
        if not camera.given.is_set():
            return camera
        opening.set()
        release.wait(PATIENCE_S)
        raise HandPoseError(BROKE_OFF)

    window = start(tools(open_camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=PATIENCE_MS)
    camera.enough.set()
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=PATIENCE_MS)
    if hangs:
        qtbot.waitUntil(opening.is_set, timeout=PATIENCE_MS)
    assert window.view.badge.isVisible()
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    assert_the_files_are_whole(window)
    release.set()


def test_another_source_can_be_opened_while_the_first_hangs_and_the_recording_is_kept(
    qtbot: QtBot, start: Start, camera: StandInCamera
) -> None:
    film = StandInFilm(1000)
    window = start(tools(lambda spec: camera if spec == "7" else film), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=PATIENCE_MS)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    window.sources.open("film.mp4")
    assert not window.view.badge.isVisible()
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: window.sources.info is not None and window.sources.info.name == "film.mp4", timeout=PATIENCE_MS
    )
    assert_the_files_are_whole(window)
    camera.release.set()


def test_a_source_that_opens_after_it_was_closed_is_closed(qtbot: QtBot, start: Start) -> None:
    release, opening, closed = Event(), Event(), Event()

    class Late(StandInCamera):
        def close(self) -> None:
            closed.set()

    def open_late(_: str) -> Source:
        opening.set()
        release.wait(PATIENCE_S)
        return Late(3)

    window = start(tools(open_late), "7")
    qtbot.waitUntil(opening.is_set, timeout=PATIENCE_MS)
    window.sources.close()
    release.set()
    assert closed.wait(PATIENCE_S)
    assert window.sources.info is None


def test_tracking_changed_while_the_source_is_opened_applies(qtbot: QtBot, start: Start) -> None:
    release, opening = Event(), Event()

    def open_late(_: str) -> Source:
        opening.set()
        release.wait(PATIENCE_S)
        return StandInFilm(1000)

    window = start(tools(open_late), "film.mp4")
    qtbot.waitUntil(opening.is_set, timeout=PATIENCE_MS)
    window.options.smoothing.setValue(13)
    release.set()
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    assert window.sources.player is not None
    assert window.sources.player._session is not None
    assert window.sources.player._session.tracker.smoothing == 0.13


def test_missing_frames_of_a_video_are_reported_at_its_end_until_dismissed(qtbot: QtBot, start: Start) -> None:
    sentence = "film.mp4 ends after 3 of 90 frames: it is torn."
    window = start(tools(StandInFilm(3, [sentence])), "film.mp4")
    qtbot.waitUntil(lambda: window.view.notice.text() == "End of video.", timeout=PATIENCE_MS)
    window.view.notice._timer.timeout.emit()  # what passes has passed
    assert window.view.notice.text().replace("\N{ZERO WIDTH SPACE}", "") == sentence
    do(window, "leave_full_screen")
    assert not window.view.notice.isVisible()


def test_late_events_of_a_replaced_source_are_ignored(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    window = start(tools(lambda spec: StandInFilm(1000) if spec == "a" else StandInFilm(2000)), "a")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    old = window.sources.player
    assert old is not None
    window.sources.open(str(tmp_path / "b"))
    for event in (Failed("too late"), Ended(), Lost("too late")):
        old._emit(event)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    assert window.sources.info is not None
    assert window.sources.info.frame_count == 2000
    assert not window.view.start.isVisible()

"""Requests are served even while no frame arrives: a camera hangs, a source is opened, lost or retried."""

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
from tests.ui.fakes import CAMERA_LOST, TIMEOUT_S, FakeCamera, FakeVideo, frame_count, session_factory
from tests.ui.window_helpers import TIMEOUT_MS, do


@pytest.fixture
def camera() -> Iterator[FakeCamera]:
    """Return a camera that hangs once ``enough`` is set."""
    camera = FakeCamera(None, then="hang")
    yield camera
    camera.enough.set()
    camera.release.set()


def recording(qtbot: QtBot, start: Start, source: Source) -> Window:
    """Return a window whose recording has at least three frames."""
    window = start(session_factory(source), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=TIMEOUT_MS)
    return window


def _recorded_s(window: Window) -> float:
    state = window.sources.latest.recording if window.sources.latest is not None else None
    return state.time_s if state is not None else 0.0


def assert_files_are_complete(window: Window) -> None:
    folder = window.settings.current.recording.directory
    [video], [joints] = folder.glob("*.mp4"), folder.glob("*.jsonl")
    assert frame_count(video) >= 1
    assert len(read_landmarks(joints)[1]) >= frame_count(video)


def test_a_recording_of_a_camera_that_hangs_can_be_stopped(qtbot: QtBot, start: Start, camera: FakeCamera) -> None:
    window = recording(qtbot, start, camera)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    assert not window.view.badge.isVisible()
    assert window.actions_[ActionKey.RECORD].text() == "Record"
    assert_files_are_complete(window)
    camera.release.set()


def test_a_recording_of_a_camera_that_hangs_can_be_started_and_paused(
    qtbot: QtBot, start: Start, camera: FakeCamera
) -> None:
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(window.view.badge.isVisible, timeout=TIMEOUT_MS)
    do(window, "pause_recording")
    qtbot.waitUntil(lambda: "❚❚" in window.view.badge.text(), timeout=TIMEOUT_MS)
    do(window, "pause_recording")
    qtbot.waitUntil(lambda: "●" in window.view.badge.text(), timeout=TIMEOUT_MS)
    camera.release.set()


def test_a_recording_of_a_video_whose_drive_hangs_can_be_stopped(qtbot: QtBot, start: Start) -> None:
    video = FakeVideo(1000)
    window = recording(qtbot, start, video)
    video.running.clear()
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    assert_files_are_complete(window)
    video.running.set()


@pytest.mark.parametrize("hangs", [False, True])
def test_a_recording_can_be_stopped_while_its_camera_is_lost_or_hangs_during_reopening(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01 if hangs else TIMEOUT_S)
    camera, opening, release = FakeCamera(None, then="fail"), Event(), Event()

    def open_camera(_: str) -> Source:
        if not camera.given.is_set():
            return camera
        opening.set()
        release.wait(TIMEOUT_S)
        raise HandPoseError(CAMERA_LOST)

    window = start(session_factory(open_camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=TIMEOUT_MS)
    camera.enough.set()
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=TIMEOUT_MS)
    if hangs:
        qtbot.waitUntil(opening.is_set, timeout=TIMEOUT_MS)
    assert window.view.badge.isVisible()
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    assert_files_are_complete(window)
    release.set()


def test_another_source_can_be_opened_while_the_first_hangs_and_the_recording_is_kept(
    qtbot: QtBot, start: Start, camera: FakeCamera
) -> None:
    video = FakeVideo(1000)
    window = start(session_factory(lambda spec: camera if spec == "7" else video), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: _recorded_s(window) > 0.05, timeout=TIMEOUT_MS)
    camera.enough.set()
    qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    window.sources.open("video.mp4")
    assert not window.view.badge.isVisible()
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    qtbot.waitUntil(
        lambda: window.sources.info is not None and window.sources.info.name == "video.mp4", timeout=TIMEOUT_MS
    )
    assert_files_are_complete(window)
    camera.release.set()


def test_a_source_that_opens_after_it_was_closed_is_closed(qtbot: QtBot, start: Start) -> None:
    release, opening, closed = Event(), Event(), Event()

    class LateCamera(FakeCamera):
        def close(self) -> None:
            closed.set()

    def open_late(_: str) -> Source:
        opening.set()
        release.wait(TIMEOUT_S)
        return LateCamera(3)

    window = start(session_factory(open_late), "7")
    qtbot.waitUntil(opening.is_set, timeout=TIMEOUT_MS)
    window.sources.close()
    release.set()
    assert closed.wait(TIMEOUT_S)
    assert window.sources.info is None


def test_tracking_changed_while_the_source_is_opened_applies(qtbot: QtBot, start: Start) -> None:
    release, opening = Event(), Event()

    def open_late(_: str) -> Source:
        opening.set()
        release.wait(TIMEOUT_S)
        return FakeVideo(1000)

    window = start(session_factory(open_late), "video.mp4")
    qtbot.waitUntil(opening.is_set, timeout=TIMEOUT_MS)
    window.options.smoothing.setValue(13)
    release.set()
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    assert window.sources.player is not None
    assert window.sources.player._session is not None
    assert window.sources.player._session.tracker.smoothing == 0.13


def test_missing_frames_of_a_video_are_reported_at_its_end_until_dismissed(qtbot: QtBot, start: Start) -> None:
    sentence = "video.mp4 ends after 3 of 90 frames: it is truncated."
    window = start(session_factory(FakeVideo(3, [sentence])), "video.mp4")
    qtbot.waitUntil(lambda: window.view.notice.text() == "End of video.", timeout=TIMEOUT_MS)
    window.view.notice._timer.timeout.emit()  # expires a transient message
    assert window.view.notice.text().replace("\N{ZERO WIDTH SPACE}", "") == sentence
    do(window, "leave_full_screen")
    assert not window.view.notice.isVisible()


def test_late_events_of_a_replaced_source_are_ignored(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    window = start(session_factory(lambda spec: FakeVideo(1000) if spec == "a" else FakeVideo(2000)), "a")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    old = window.sources.player
    assert old is not None
    window.sources.open(str(tmp_path / "b"))
    for event in (Failed("too late"), Ended(), Lost("too late")):
        old._emit(event)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    assert window.sources.info is not None
    assert window.sources.info.frame_count == 2000
    assert not window.view.start.isVisible()

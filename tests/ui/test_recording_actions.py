"""Actions that record, pause and stop a recording, or save a snapshot."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.window import Window
from tests.media.file_size_limit import file_size_limit
from tests.media.servers import MotionJpeg, serving
from tests.ui.conftest import Start
from tests.ui.fakes import FakeCamera, frame_count, grey, session_factory
from tests.ui.window_helpers import TIMEOUT_MS, do, notified, playing, time_s


@pytest.mark.parametrize("camera_hangs", [False, True])
def test_a_recording_has_every_frame_also_when_the_window_is_closed_during_it(
    qtbot: QtBot, start: Start, camera_hangs: bool
) -> None:
    camera = FakeCamera(None, then="hang")
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.sources.info is not None, timeout=TIMEOUT_MS)
    do(window, "record")
    folder = window.settings.current.recording.directory
    qtbot.waitUntil(window.view.badge.isVisible, timeout=TIMEOUT_MS)
    assert window.actions_[ActionKey.RECORD].text() == "Stop recording"
    if camera_hangs:
        camera.enough.set()
        qtbot.waitUntil(camera.given.is_set, timeout=TIMEOUT_MS)
    window.close()
    camera.enough.set()
    camera.release.set()
    [video], [joints] = folder.glob("*.mp4"), folder.glob("*.jsonl")
    header, frames = read_landmarks(joints)
    assert header["source"] == "camera 7"
    recorded = [frame for frame in frames if frame["video_time_s"] is not None]
    assert frame_count(video) == len(recorded) >= 1


def test_triggering_record_again_stops_the_recording_and_names_its_file(
    qtbot: QtBot, start: Start, clip: str, opened_outside: list[str]
) -> None:
    window = playing(qtbot, start, clip)
    do(window, "record")
    qtbot.waitUntil(window.view.badge.isVisible, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: time_s(window) > 1, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: notified(window, "Recorded: "), timeout=TIMEOUT_MS)
    assert not window.view.badge.isVisible()
    [video] = window.settings.current.recording.directory.glob("*.mp4")
    assert notified(window, str(video))
    assert video.name.endswith(" scale_1.mp4")
    do(window, "show_folder")
    assert [Path(path) for path in opened_outside] == [video.parent]


def recorded_s(window: Window) -> float:
    return (
        window.display.state.recording.time_s
        if window.display.state is not None and window.display.state.recording is not None
        else 0.0
    )


def test_a_paused_recording_omits_frames(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    do(window, "record")
    qtbot.waitUntil(window.view.badge.isVisible, timeout=TIMEOUT_MS)
    # A recording that is paused before its first frame has no video.
    qtbot.waitUntil(lambda: recorded_s(window) > 0, timeout=TIMEOUT_MS)
    do(window, "pause_recording")
    qtbot.waitUntil(lambda: "❚❚" in window.view.badge.text(), timeout=TIMEOUT_MS)
    before_s = time_s(window)
    qtbot.waitUntil(lambda: time_s(window) > before_s + 1, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: notified(window, "Recorded: "), timeout=TIMEOUT_MS)
    [video] = window.settings.current.recording.directory.glob("*.mp4")
    assert frame_count(video) < 10 * time_s(window) - 5
    assert not window.actions_[ActionKey.PAUSE_RECORDING].isChecked()


def test_a_full_disk_ends_the_recording_with_a_message_and_the_video_continues(
    qtbot: QtBot, start: Start, clip: str
) -> None:
    window = playing(qtbot, start, clip)
    do(window, "loop")
    with file_size_limit(60_000):
        do(window, "record")
        qtbot.waitUntil(lambda: notified(window, "No room left"), timeout=TIMEOUT_MS)
    assert not window.view.badge.isVisible()
    [video] = window.settings.current.recording.directory.glob("*.mp4")
    with av.open(str(video)) as file:
        assert next(file.decode(video=0)) is not None
    before = window.display.state
    qtbot.waitUntil(lambda: window.display.state is not before, timeout=TIMEOUT_MS)


def test_a_folder_that_cannot_be_created_is_named(qtbot: QtBot, start: Start, clip: str) -> None:
    window = playing(qtbot, start, clip)
    folder = window.settings.current.recording.directory
    folder.write_text("in the way")
    for key in ("record", "snapshot"):
        do(window, key)
        assert notified(window, f"Cannot write {folder}")
        window.view.notice.hide()


def test_a_snapshot_is_the_displayed_image(qtbot: QtBot, start: Start) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(session_factory(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "snapshot")
    [path] = window.settings.current.recording.directory.glob("*.png")
    assert notified(window, f"Snapshot: {path}")
    assert np.array_equal(np.asarray(cv2.imread(str(path))), grey(0))
    camera.release.set()


def test_a_stream_that_stops_is_reported_as_lost_and_resumes_when_it_returns(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.05)
    with serving(MotionJpeg) as server:
        window = start(session_factory(), f"http://{server.address}/video")
        qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
        do(window, "record")
        qtbot.waitUntil(window.view.badge.isVisible, timeout=TIMEOUT_MS)
        server.end.set()
        qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=TIMEOUT_MS)
        server.end.clear()
        qtbot.waitUntil(lambda: not window.view.message.isVisible(), timeout=TIMEOUT_MS)
        assert window.view.badge.isVisible()
        do(window, "record")
        qtbot.waitUntil(lambda: notified(window, "Recorded: "), timeout=TIMEOUT_MS)
        window.sources.close()
    [video] = window.settings.current.recording.directory.glob("*.mp4")
    assert frame_count(video) > 1

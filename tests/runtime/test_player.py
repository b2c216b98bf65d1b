"""The player thread, without an interface."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.events import Ended, Failed, FrameReady, Lost, Opened
from handpose_live.runtime.player import Player
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.tracking.config import TrackerConfig
from tests.runtime.event_log import TIMEOUT_S, EventLog, wait_until_served
from tests.ui.fakes import CAMERA_LOST, FakeCamera, FakeVideo, NoHandsDetector, session_factory


def player_of(factory: SessionFactory, log: EventLog, spec: str = "7") -> Player:
    return Player(spec, factory, TrackerConfig(), OverlayStyle(), log)


def test_a_slow_interface_gets_only_the_latest_frame() -> None:
    camera, log = FakeCamera(20, then="hang"), EventLog()
    player = player_of(session_factory(camera), log)
    player.start()
    assert camera.given.wait(TIMEOUT_S)
    log.wait_for(FrameReady)
    wait_until_served(player)
    assert len(log.of(FrameReady)) == 1
    latest = player.take()
    assert latest is not None
    assert latest.result.frame.index == 19
    assert latest.dropped == camera.dropped
    assert player.take() is None
    camera.release.set()
    assert player.stop()


def test_a_recording_requested_before_the_start_has_the_first_frame(tmp_path: Path) -> None:
    camera, file = FakeCamera(5, then="hang"), tmp_path / "video.jsonl"
    player = player_of(session_factory(camera), EventLog())
    player.recording.start(RecordingFiles(landmarks=file))
    player.start()
    assert camera.given.wait(TIMEOUT_S)
    camera.release.set()
    assert player.stop()
    assert read_landmarks(file)[1][0]["frame"] == 0


def test_stopping_does_not_wait_for_sources_that_hang() -> None:
    release, opening = Event(), [Event() for _ in range(4)]

    def hang(spec: str) -> Source:
        opening[int(spec)].set()
        release.wait(TIMEOUT_S)
        return FakeCamera(0)

    players = [player_of(session_factory(hang), EventLog(), str(number)) for number in range(4)]
    for player in players:
        player.start()
    assert all(each.wait(TIMEOUT_S) for each in opening)
    for player in players:
        player.request_stop()
    assert [player.stop(0.1) for player in players] == [False] * 4
    release.set()
    assert all(player.stop(TIMEOUT_S) for player in players)


def test_another_tracker_configuration_applies_from_the_next_frame() -> None:
    requested: list[int] = []
    camera, log = FakeCamera(None, then="hang"), EventLog()

    def open_detector(count: int) -> NoHandsDetector:
        requested.append(count)
        return NoHandsDetector()

    player = player_of(replace(session_factory(camera), open_detector=open_detector), log)
    player.start()
    log.wait_for(Opened)
    player.track(TrackerConfig(max_hands=4, smoothing=0.1, min_score=0.3))
    wait_until_served(player)
    assert requested == [2, 4]
    player.track(TrackerConfig(max_hands=4, smoothing=0.9, min_score=0.3))
    wait_until_served(player)
    assert player._session is not None
    assert player._session.tracker.smoothing == 0.9
    assert requested == [2, 4]
    camera.enough.set()
    camera.release.set()
    player.stop()


def test_a_lost_camera_is_reported_and_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01)
    last, log = FakeCamera(3, then="hang"), EventLog()
    cameras: list[Source] = [FakeCamera(3, then="fail"), last]
    player = player_of(session_factory(lambda _: cameras.pop(0)), log)
    player.start()
    assert log.wait_for(Lost).sentence == CAMERA_LOST
    log.wait_for(Opened, count=2)
    assert [event.reopened for event in log.of(Opened)] == [False, True]
    assert [event.info.name for event in log.of(Opened)] == ["camera 7"] * 2
    assert not log.of(Failed)
    last.release.set()
    assert player.stop(TIMEOUT_S)


def test_a_file_is_played_to_its_end_rewound_and_stepped() -> None:
    log = EventLog()
    player = player_of(session_factory(FakeVideo(5)), log, "video")
    player.playback.speed = 4.0
    player.start()
    log.wait_for(Ended)
    wait_until_served(player)
    assert player.playback.at_end
    assert player.playback.speed == 4.0
    player.playback.play(False)
    assert player.take() is not None
    requests: list[tuple[Callable[[], object], int]] = [
        (lambda: player.playback.seek(0.2), 2),
        (lambda: player.playback.step(1), 3),
        (lambda: player.playback.step(-1), 2),
    ]
    for count, (request, index) in enumerate(requests, start=2):
        request()
        log.wait_for(FrameReady, count=count)
        latest = player.take()
        assert latest is not None
        assert latest.result.frame.index == index
    assert not player.playback.at_end
    assert player.stop(TIMEOUT_S)


def test_a_source_that_cannot_be_opened_fails_with_a_one_sentence_error(tmp_path: Path) -> None:
    log = EventLog()
    player = player_of(session_factory(open_source), log, str(tmp_path / "missing.mp4"))
    player.start()
    assert "missing.mp4" in log.wait_for(Failed).sentence
    assert player.stop(TIMEOUT_S)


def test_nothing_is_reported_after_the_player_has_stopped() -> None:
    camera, log = FakeCamera(None), EventLog()
    player = player_of(session_factory(camera), log)
    player.start()
    log.wait_for(FrameReady)
    assert player.stop(TIMEOUT_S)
    count = len(log.of(object))
    camera.enough.set()
    assert not player.is_running
    assert len(log.of(object)) == count

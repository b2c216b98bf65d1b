"""The thread that plays, without an interface."""

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
from tests.runtime.event_log import PATIENCE_S, EventLog, served
from tests.ui.stand_ins import BROKE_OFF, BlindDetector, StandInCamera, StandInFilm, tools


def player_of(factory: SessionFactory, log: EventLog, spec: str = "7") -> Player:
    return Player(spec, factory, TrackerConfig(), OverlayStyle(), log)


def test_a_slow_interface_gets_the_latest_frame_and_no_queue() -> None:
    camera, log = StandInCamera(20, then="hang"), EventLog()
    player = player_of(tools(camera), log)
    player.start()
    assert camera.given.wait(PATIENCE_S)
    log.wait_for(FrameReady)
    served(player)
    assert len(log.of(FrameReady)) == 1
    latest = player.take()
    assert latest is not None
    assert latest.result.frame.index == 19
    assert latest.dropped == camera.dropped
    assert player.take() is None
    camera.release.set()
    assert player.stop()


def test_a_recording_requested_before_the_start_has_the_first_frame(tmp_path: Path) -> None:
    camera, file = StandInCamera(5, then="hang"), tmp_path / "film.jsonl"
    player = player_of(tools(camera), EventLog())
    player.recording.start(RecordingFiles(landmarks=file))
    player.start()
    assert camera.given.wait(PATIENCE_S)
    camera.release.set()
    assert player.stop()
    assert read_landmarks(file)[1][0]["frame"] == 0


def test_sources_that_hang_are_left_behind() -> None:
    release, opening = Event(), [Event() for _ in range(4)]

    def hang(spec: str) -> Source:
        opening[int(spec)].set()
        release.wait(PATIENCE_S)
        return StandInCamera(0)

    players = [player_of(tools(hang), EventLog(), str(number)) for number in range(4)]
    for player in players:
        player.start()
    assert all(each.wait(PATIENCE_S) for each in opening)
    for player in players:
        player.request_stop()
    assert [player.stop(0.1) for player in players] == [False] * 4
    release.set()
    assert all(player.stop(PATIENCE_S) for player in players)


def test_another_tracker_configuration_applies_from_the_next_frame_on() -> None:
    requested: list[int] = []
    camera, log = StandInCamera(None, then="hang"), EventLog()

    def open_detector(count: int) -> BlindDetector:
        requested.append(count)
        return BlindDetector()

    player = player_of(replace(tools(camera), open_detector=open_detector), log)
    player.start()
    log.wait_for(Opened)
    player.track(TrackerConfig(max_hands=4, smoothing=0.1, min_score=0.3))
    served(player)
    assert requested == [2, 4]
    player.track(TrackerConfig(max_hands=4, smoothing=0.9, min_score=0.3))
    served(player)
    assert player._session is not None
    assert player._session.tracker.smoothing == 0.9
    assert requested == [2, 4]
    camera.enough.set()
    camera.release.set()
    player.stop()


def test_a_lost_camera_is_reported_and_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handpose_live.runtime.player.RETRY_S", 0.01)
    last, log = StandInCamera(3, then="hang"), EventLog()
    cameras: list[Source] = [StandInCamera(3, then="break off"), last]
    player = player_of(tools(lambda _: cameras.pop(0)), log)
    player.start()
    assert log.wait_for(Lost).sentence == BROKE_OFF
    log.wait_for(Opened, count=2)
    assert [event.reopened for event in log.of(Opened)] == [False, True]
    assert [event.info.name for event in log.of(Opened)] == ["camera 7"] * 2
    assert not log.of(Failed)
    last.release.set()
    assert player.stop(PATIENCE_S)


def test_a_file_is_played_to_its_end_rewound_and_stepped() -> None:
    log = EventLog()
    player = player_of(tools(StandInFilm(5)), log, "film")
    player.playback.speed = 4.0
    player.start()
    log.wait_for(Ended)
    served(player)
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
    assert player.stop(PATIENCE_S)


def test_what_cannot_be_opened_fails_with_a_sentence(tmp_path: Path) -> None:
    log = EventLog()
    player = player_of(tools(open_source), log, str(tmp_path / "missing.mp4"))
    player.start()
    assert "missing.mp4" in log.wait_for(Failed).sentence
    assert player.stop(PATIENCE_S)


def test_nothing_is_reported_after_the_player_has_stopped() -> None:
    camera, log = StandInCamera(None), EventLog()
    player = player_of(tools(camera), log)
    player.start()
    log.wait_for(FrameReady)
    assert player.stop(PATIENCE_S)
    count = len(log.of(object))
    camera.enough.set()
    assert not player.is_running
    assert len(log.of(object)) == count

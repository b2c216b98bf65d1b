"""The thread that plays, without a window."""

from dataclasses import replace
from pathlib import Path
from threading import Event

from pytestqt.qtbot import QtBot

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.player import Player
from handpose_live.tracking.config import TrackerConfig
from tests.ui.stand_ins import BlindDetector, StandInCamera, tools

PATIENCE_MS = 60_000


def test_a_slow_interface_gets_the_newest_frame_and_no_queue(qtbot: QtBot) -> None:
    camera, detector = StandInCamera(20, then="hang"), BlindDetector()
    player = Player("7", tools(camera, detector), TrackerConfig(), OverlayStyle())
    announced: list[None] = []
    player.arrived.connect(lambda: announced.append(None))
    player.start()
    qtbot.waitUntil(lambda: camera.given.is_set() and bool(announced), timeout=PATIENCE_MS)
    qtbot.wait(1)
    assert len(announced) == 1
    newest = player.take()
    assert newest is not None
    assert newest.annotated.frame.index == 19
    assert newest.dropped == camera.dropped
    assert player.take() is None
    camera.request_stop.set()
    assert player.stop()


def test_a_recording_wanted_from_the_start_has_the_first_frame(qtbot: QtBot, tmp_path: Path) -> None:
    camera, file = StandInCamera(5, then="hang"), tmp_path / "film.jsonl"
    player = Player("7", tools(camera), TrackerConfig(), OverlayStyle())
    player.record(RecordingFiles(landmarks=file))
    player.start()
    qtbot.waitUntil(camera.given.is_set, timeout=PATIENCE_MS)
    camera.request_stop.set()
    assert player.stop()
    assert read_landmarks(file)[1][0]["frame"] == 0


def test_sources_that_hang_are_left_behind(qtbot: QtBot) -> None:
    request_stop, opening = Event(), []

    def hang(spec: str) -> Source:
        opening.append(spec)
        request_stop.wait(60)
        return StandInCamera(0)

    players = [Player(str(number), tools(hang), TrackerConfig(), OverlayStyle()) for number in range(4)]
    for player in players:
        player.start()
    qtbot.waitUntil(lambda: len(opening) == 4, timeout=PATIENCE_MS)
    for player in players:
        player.request_stop()
    assert [player.stop(0.1) for player in players] == [False] * 4
    request_stop.set()
    qtbot.waitUntil(lambda: not any(player.is_running for player in players), timeout=PATIENCE_MS)


def test_other_wishes_for_tracking_count_from_the_next_frame_on(qtbot: QtBot) -> None:
    asked: list[int] = []
    camera = StandInCamera(5000, then="hang")
    parts = tools(camera)

    def open_detector(count: int) -> BlindDetector:
        asked.append(count)
        return BlindDetector()

    player = Player("7", replace(parts, open_detector=open_detector), TrackerConfig(), OverlayStyle())
    player.start()
    qtbot.waitUntil(lambda: asked == [2], timeout=PATIENCE_MS)
    player.track(TrackerConfig(max_hands=4, smoothing=0.1, min_score=0.3))
    qtbot.waitUntil(lambda: asked == [2, 4], timeout=PATIENCE_MS)
    player.track(TrackerConfig(max_hands=4, smoothing=0.9, min_score=0.3))

    def smoothing() -> float:
        return player._session.tracker.smoothing if player._session else -1.0

    qtbot.waitUntil(lambda: smoothing() == 0.9, timeout=PATIENCE_MS)
    assert asked == [2, 4]
    camera.request_stop.set()
    player.stop()

"""A session: one run over a source."""

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from handpose_live.media.demo import open_demo
from handpose_live.media.recording.landmarks import Record, read_landmarks
from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.source import Source, StoredSource
from handpose_live.runtime.session import Session
from handpose_live.tracking.config import TrackerConfig
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.tracking.two_sided import LOOKAHEAD
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from tests.media.file_size_limit import file_size_limit
from tests.ui.fakes import FakeCamera, FakeVideo, frame_count, session_factory, trained

UNREADABLE = "demo cannot be read any further."


def _open(source: Source) -> Session:
    return Session(source, HandTracker(estimator=trained(), detector="included"))


def _part_of_the_demo(frames: range, *, then_fail: bool = False, cut: int | None = None) -> StoredSource:
    """Some frames of the demo, after which the file breaks off, or with a cut in them."""
    demo = open_demo()

    def read(_: float) -> Generator[Frame]:
        for frame in demo:
            if frame.index >= frames.stop:
                break
            if frame.index >= frames.start:
                yield replace(frame, index=frame.index - frames.start, continues=frame.index - frames.start != cut)
        if then_fail:
            raise HandPoseError(UNREADABLE)

    return StoredSource(replace(demo.info, frame_count=len(frames)), read)


def _record(session: Session, folder: Path) -> Path:
    session.recording = Recording(
        RecordingFiles(annotated=folder / "out.mp4", landmarks=folder / "out.jsonl"), session.source.info
    )
    return folder / "out.jsonl"


def _frames(landmarks: Path) -> list[Record]:
    return read_landmarks(landmarks)[1]


def test_hands_are_drawn_only_if_the_image_is_used() -> None:
    session = session_factory(FakeCamera(3)).open_session(FakeCamera(3), TrackerConfig())
    for annotated in session:
        np.testing.assert_array_equal(annotated.picture(session.style), annotated.frame.image)  # no hand in it
    assert "overlay" not in session.summary()
    session.close()


def test_a_landmark_file_has_the_unit_that_the_tracker_returns(tmp_path: Path) -> None:
    for number, (length_mm, unit) in enumerate({None: "palm size", 185.0: "mm"}.items()):
        session = session_factory(FakeCamera(1)).open_session(FakeCamera(1), TrackerConfig(hand_length_mm=length_mm))
        session.record(RecordingFiles(landmarks=tmp_path / f"{number}.jsonl"))
        session.close()
        assert read_landmarks(tmp_path / f"{number}.jsonl")[0]["joints_3d_unit"] == unit


def test_warnings_about_the_frames_are_in_the_summary(tmp_path: Path) -> None:
    camera = FakeCamera(1)
    session = session_factory(camera).open_session(camera, TrackerConfig())
    wide = replace(camera.info, width=20_000)
    session.recording = Recording(RecordingFiles(clean=tmp_path / "out.mp4"), wide)
    for _ in session:
        camera.warnings.append("half.mp4 ends after 28 of 90 frames.")
    session.close()
    last_lines = session.summary().splitlines()[-2:]
    assert last_lines[0] == "half.mp4 ends after 28 of 90 frames."
    assert last_lines[1].startswith("out.mp4 shows images of 20000x48 px at ")


def test_each_frame_of_a_file_is_recorded_once_with_its_own_hands(tmp_path: Path) -> None:
    session = _open(_part_of_the_demo(range(60, 90)))
    landmarks = _record(session, tmp_path)
    results = list(session)
    session.close()
    assert [result.frame.index for result in results] == list(range(30))
    recorded = _frames(landmarks)
    assert [record["frame"] for record in recorded] == list(range(30))
    assert [record["hands"] for record in recorded] == [[hand.to_dict() for hand in each.hands] for each in results]
    assert sum(bool(record["hands"]) for record in recorded) > 20
    assert frame_count(tmp_path / "out.mp4") == session.frames == 30


def test_a_second_run_gives_the_same_hands() -> None:
    once, again = (
        [hand.to_dict() for result in _open(_part_of_the_demo(range(60, 80))) for hand in result.hands] for _ in "12"
    )
    assert once
    assert once == again


def test_frames_of_a_camera_do_not_wait_for_others() -> None:
    camera = FakeCamera(LOOKAHEAD)
    session = session_factory(camera).open_session(camera, TrackerConfig())
    assert next(iter(session)).frame.index == 0
    assert not camera.given.is_set()


def test_a_file_that_breaks_off_has_all_hands_up_to_there(tmp_path: Path) -> None:
    session = _open(_part_of_the_demo(range(60, 70), then_fail=True))
    landmarks = _record(session, tmp_path)
    results = iter(session)
    assert [next(results).frame.index for _ in range(10)] == list(range(10))
    with pytest.raises(HandPoseError, match=UNREADABLE):
        next(results)
    session.close()
    assert [record["frame"] for record in _frames(landmarks)] == list(range(10))


def test_frames_that_wait_when_a_run_is_interrupted_are_recorded(tmp_path: Path) -> None:
    session = _open(FakeVideo(30))
    landmarks = _record(session, tmp_path)
    for result in session:
        if result.frame.index == 7:
            break
    session.close()
    assert [record["frame"] for record in _frames(landmarks)] == list(range(7 + LOOKAHEAD + 1))
    assert frame_count(tmp_path / "out.mp4") == session.frames == 7 + LOOKAHEAD + 1


def test_hands_do_not_continue_across_a_cut() -> None:
    session = _open(_part_of_the_demo(range(60, 80), cut=10))
    results = list(session)
    assert [result.frame.index for result in results] == list(range(20))
    before, after = ({hand.track_id for each in part for hand in each.hands} for part in (results[:10], results[10:]))
    assert before
    assert after
    assert not before & after


def test_frames_that_wait_when_a_recording_fails_are_not_appended_after_a_gap(tmp_path: Path) -> None:
    session = _open(_part_of_the_demo(range(60, 110)))
    landmarks = tmp_path / "out.jsonl"
    session.recording = Recording(RecordingFiles(landmarks=landmarks), session.source.info)
    with file_size_limit(40_000), pytest.raises(HandPoseError, match="No room left"):
        list(session)
    session.close()
    recorded = landmarks.read_text(encoding="utf-8").splitlines()[1:]
    complete = [json.loads(line)["frame"] for line in recorded if line.endswith("}")]
    assert len(complete) > 10
    assert complete == list(range(len(complete)))
    assert len(recorded) <= len(complete) + 1

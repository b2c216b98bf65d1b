"""A session: one run over a source."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.tracking.config import TrackerConfig
from tests.ui.fakes import FakeCamera, session_factory


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

"""Names and locations of recorded files."""

from datetime import datetime
from pathlib import Path

import pytest

from handpose_live.runtime.recording_settings import RecordingSettings, source_stem

NOW = datetime(2031, 2, 3, 4, 5, 6)


def test_the_file_name_has_date_time_and_source(tmp_path: Path) -> None:
    files = RecordingSettings(folder=str(tmp_path)).files("clip.mov", NOW)
    assert files.annotated == tmp_path / "2031-02-03 04-05-06 clip.mp4"
    assert files.clean is None
    assert files.landmarks == tmp_path / "2031-02-03 04-05-06 clip.jsonl"


@pytest.mark.parametrize(("videos", "count"), [("annotated", 1), ("clean", 1), ("both", 2)])
def test_only_selected_files_are_written(tmp_path: Path, videos: str, count: int) -> None:
    settings = RecordingSettings(folder=str(tmp_path), videos=videos, landmarks=False)  # type: ignore[arg-type]
    assert len(settings.files("clip.mov", NOW).paths) == count


def test_existing_files_are_not_replaced(tmp_path: Path) -> None:
    settings = RecordingSettings(folder=str(tmp_path), pattern="video")
    for ending in (".mp4", " (2).jsonl"):
        (tmp_path / f"video{ending}").touch()
    assert settings.files("clip.mov", NOW).annotated == tmp_path / "video (3).mp4"


@pytest.mark.parametrize("source", ["rtsp://user@host:554/a/b?c", "camera 0 (HD: <USB>)", "..", "x" * 500, "a/../../b"])
@pytest.mark.parametrize("pattern", ["{source}", "../{source}", "{date} {source} {oops}", ""])
def test_any_source_and_pattern_makes_a_name_in_the_folder(tmp_path: Path, source: str, pattern: str) -> None:
    [path] = RecordingSettings(folder=str(tmp_path), pattern=pattern, landmarks=False).files(source, NOW).paths
    assert path.parent == tmp_path
    path.touch()
    assert len(path.name) < 120


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("my.video.v2.mp4", "my.video.v2"),
        ("CLIP.MOV", "CLIP"),
        ("hand.jpeg", "hand"),
        ("camera 0 (Logi C920 v1.2)", "camera 0 (Logi C920 v1.2)"),
        ("shots.v2", "shots.v2"),
        ("rtsp://192.0.2.7:554/live/ch1.sdp", "192.0.2.7 ch1.sdp"),
        ("http://cam.example.org/a/b/video.mjpg", "cam.example.org video"),
        ("http://cam.example.org:80/", "cam.example.org"),
        ("demo", "demo"),
    ],
)
def test_the_name_of_a_source_is_shortened(source: str, stem: str) -> None:
    assert source_stem(source) == stem


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("NUL.mp4", "_NUL.mp4"),
        ("com1.take 2.mp4", "_com1.take 2.mp4"),
        ("Console.mp4", "Console.mp4"),
        ("video..mp4", "video.mp4"),
        ("a\udcffb\u202egpj.mp4", "a-bgpj.mp4"),
        ("camera 1 (HD: <USB>)", "camera 1 (HD- -USB-).mp4"),
        ("手✋🏽.mp4", "手✋🏽.mp4"),
    ],
)
def test_a_file_name_is_valid_on_every_system(tmp_path: Path, source: str, name: str) -> None:
    files = RecordingSettings(folder=str(tmp_path), pattern="{source}", landmarks=False).files(source, NOW)
    assert files.annotated == tmp_path / name


@pytest.mark.parametrize("letter", ["手", "✋🏽", "x"])
def test_the_longest_name_leaves_room_for_suffix_and_number(tmp_path: Path, letter: str) -> None:
    settings = RecordingSettings(folder=str(tmp_path), pattern="{source}", videos="both")
    for _ in range(2):
        for path in settings.files(letter * 300, NOW).paths:
            path.touch()
            assert len(path.name.encode()) <= 255
            assert "\ufffd" not in path.name
    assert len(list(tmp_path.iterdir())) == 6

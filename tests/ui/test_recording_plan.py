"""Where a recording goes."""

from datetime import datetime
from pathlib import Path

import pytest

from handpose_live.ui.recording_plan import RecordingPlan

NOW = datetime(2031, 2, 3, 4, 5, 6)


def test_the_name_tells_when_and_what(tmp_path: Path) -> None:
    files = RecordingPlan(folder=str(tmp_path)).files("clip.mov", NOW)
    assert files.annotated == tmp_path / "2031-02-03 04-05-06 clip.mp4"
    assert files.clean is None
    assert files.landmarks == tmp_path / "2031-02-03 04-05-06 clip.jsonl"


@pytest.mark.parametrize(("videos", "count"), [("annotated", 1), ("clean", 1), ("both", 2)])
def test_only_what_is_wanted_is_written(tmp_path: Path, videos: str, count: int) -> None:
    plan = RecordingPlan(folder=str(tmp_path), videos=videos, landmarks=False)  # type: ignore[arg-type]
    assert len(plan.files("clip.mov", NOW).paths) == count


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    plan = RecordingPlan(folder=str(tmp_path), pattern="film")
    for ending in (".mp4", " (2).jsonl"):
        (tmp_path / f"film{ending}").touch()
    assert plan.files("clip.mov", NOW).annotated == tmp_path / "film (3).mp4"


@pytest.mark.parametrize("source", ["rtsp://user@host:554/a/b?c", "camera 0 (HD: <USB>)", "..", "x" * 500, "a/../../b"])
@pytest.mark.parametrize("pattern", ["{source}", "../{source}", "{date} {source} {oops}", ""])
def test_any_source_and_pattern_makes_a_name_in_the_folder(tmp_path: Path, source: str, pattern: str) -> None:
    [path] = RecordingPlan(folder=str(tmp_path), pattern=pattern, landmarks=False).files(source, NOW).paths
    assert path.parent == tmp_path
    path.touch()
    assert len(path.name) < 120

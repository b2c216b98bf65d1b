"""Opening sources by the specification that the user enters."""

import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.media.opening import open_path, open_source
from handpose_live.types.errors import HandPoseError
from tests.media.videos import GREEN, RED, plain, write_video


@pytest.mark.parametrize(
    "spec", ["missing.mp4", "", "ftp://host/video.mp4", "x" * 5000, "-1", "9" * 20, "9" * 5000, "٣", "²"]
)
def test_the_error_for_an_unknown_source_lists_the_possible_ones(spec: str) -> None:
    with pytest.raises(HandPoseError, match=rf'^There is no "{spec}": give [^\n]*camera[^\n]*folder[^\n]*rtsp://\.$'):
        open_source(spec)


@pytest.mark.parametrize("name", ["demo", "3", "http:"])
def test_an_existing_path_is_opened_even_if_named_like_another_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "video.mp4", [plain(RED)] * 3).rename(name)
    for path in (name, Path(name), f"./{name}"):
        assert len(list(open_path(path))) == 3


def test_a_number_too_long_for_a_camera_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "20240501123000").mkdir()
    write_video(tmp_path / "video.mp4", [plain(GREEN)]).rename("2024050112300")
    assert len(list(open_source("2024050112300"))) == 1
    with pytest.raises(HandPoseError, match=r"^20240501123000 holds no image that can be read: give .* video"):
        open_source("20240501123000")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    for name in ("empty.png", "empty.mp4", "empty"):
        (tmp_path / name).touch()
        with pytest.raises(HandPoseError, match=rf"^{name} is an empty file: give another video or image\.$"):
            open_source(str(tmp_path / name))


def test_importing_the_opener_loads_neither_opencv_nor_ffmpeg() -> None:
    code = "import sys, handpose_live.media.opening; sys.exit(bool({'cv2', 'av', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Folders of pictures, and single ones."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from handpose_live.capture.frame import Image
from handpose_live.capture.opening import open_source
from handpose_live.capture.source import StoredSource
from handpose_live.errors import HandPoseError
from tests.capture.films import GREEN, RED, plain


def write_picture(path: Path, image: Image) -> Path:
    encoded = cv2.imencode(path.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())
    return path


def test_a_folder_is_read_in_the_order_a_person_counts(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        write_picture(tmp_path / f"hand{number}.png", plain((number, 0, 0)))
    (tmp_path / "notes.txt").write_text("not a picture")
    source = open_source(str(tmp_path))
    frames = list(source)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 10]
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert source.info.fps is not None
    assert [frame.time_s * source.info.fps for frame in frames] == pytest.approx([0, 1, 2])
    assert (source.info.name, source.info.frame_count) == (tmp_path.name, 3)


def test_a_single_picture_is_one_frame(tmp_path: Path) -> None:
    (frame,) = open_source(str(write_picture(tmp_path / "手.png", plain(RED))))
    np.testing.assert_array_equal(frame.image, plain(RED))


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_a_broken_picture_is_skipped_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    write_picture(tmp_path / "1.png", plain(RED))
    (tmp_path / "2.png").write_bytes(content)
    write_picture(tmp_path / "3.png", plain(GREEN))
    assert [frame.index for frame in open_source(str(tmp_path))] == [0, 2]
    assert "2.png" in caplog.text


def test_pictures_of_all_sizes_are_fitted_into_the_first(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", plain(RED, 64, 48))
    write_picture(tmp_path / "2.png", plain(GREEN, 300, 300))
    first, second = open_source(str(tmp_path))
    assert second.image.shape == first.image.shape == (48, 64, 3)
    assert tuple(second.image[24, 32]) == GREEN
    assert tuple(second.image[24, 4]) == (0, 0, 0)


def test_a_folder_without_a_readable_picture_ends_in_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jpg").write_text("not a picture")
    for spec in (tmp_path, tmp_path / "broken.jpg"):
        with pytest.raises(HandPoseError, match=rf"^{spec.name} holds no picture that can be read: give [^.\n]*\.$"):
            open_source(str(spec))
    assert capfd.readouterr().err == ""


def test_a_folder_can_be_wound_to_a_picture(tmp_path: Path) -> None:
    for index in range(5):
        assert cv2.imwrite(str(tmp_path / f"{index}.png"), np.full((8, 8, 3), 40 * index, np.uint8))
    source = open_source(str(tmp_path))
    assert isinstance(source, StoredSource)
    source.seek(3 / 30)
    assert [(frame.index, int(frame.image.mean())) for frame in source] == [(3, 120), (4, 160)]

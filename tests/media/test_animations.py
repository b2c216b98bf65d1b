"""Animations and documents of several pages: image files with several frames."""

from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.source import StoredSource
from tests.media.image_files import read_single, write_frames, write_image
from tests.media.videos import GREEN, RED, plain

GREY = (128, 128, 128)
CLEAR = (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("suffix", "durations_ms"),
    [(".gif", [100, 100, 20, 250]), (".webp", [100, 100, 20, 250]), (".png", [100, 100, 20, 250])],
)
def test_an_animation_is_a_video_whose_frames_last_as_long_as_in_a_browser(
    tmp_path: Path, suffix: str, durations_ms: list[int]
) -> None:
    options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
    source = open_source(str(write_frames(tmp_path / f"video{suffix}", 4, duration=[0, 10, 20, 250], **options)))
    frames = list(source)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == pytest.approx([80, 90, 100, 110], abs=1)
    assert [frame.time_s for frame in frames] == pytest.approx(np.cumsum([0, *durations_ms[:-1]]) / 1000)
    assert [frame.continues for frame in frames] == [False, True, True, True]
    assert source.info.frame_count == 4
    assert source.info.fps == pytest.approx(4 / 0.47, abs=0.001)


def test_an_avif_sequence_has_all_its_frames(tmp_path: Path) -> None:
    frames = list(open_source(str(write_frames(tmp_path / "video.avif", 3, duration=40))))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.04, 0.08])


def test_an_animation_can_be_seeked_to_a_time(tmp_path: Path) -> None:
    source = open_source(str(write_frames(tmp_path / "video.gif", 5, duration=200)))
    assert isinstance(source, StoredSource)
    source.seek(0.55)
    frames = list(source)
    assert [frame.index for frame in frames] == [3, 4]
    assert [frame.time_s for frame in frames] == pytest.approx([0.6, 0.8])
    assert [int(frame.image[0, 0, 0]) for frame in frames] == pytest.approx([110, 120], abs=1)


def test_cleared_parts_of_an_animation_show_the_background(tmp_path: Path) -> None:
    square = PIL.Image.new("RGBA", (64, 48), CLEAR)
    square.paste(RED, (0, 0, 32, 24))
    other = PIL.Image.new("RGBA", (64, 48), CLEAR)
    other.paste(GREEN, (32, 24, 64, 48))
    square.save(tmp_path / "video.gif", save_all=True, append_images=[other], duration=100, disposal=2)
    first, second = open_source(str(tmp_path / "video.gif"))
    assert (tuple(first.image[5, 5]), tuple(first.image[40, 60])) == (RED, GREY)
    assert (tuple(second.image[5, 5]), tuple(second.image[40, 60])) == (GREY, GREEN)


def test_an_animated_png_gives_its_animation_and_not_its_fallback_image(tmp_path: Path) -> None:
    frames = list(open_source(str(write_frames(tmp_path / "video.png", 3, duration=40, default_image=True))))
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [90, 100]


@pytest.mark.parametrize("suffix", [".gif", ".png", ".tif"])
def test_a_truncated_animation_or_document_gets_a_warning_with_its_length(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0)
    first, *others = (PIL.Image.fromarray(noise.integers(0, 255, (48, 64, 3), np.uint8)) for _ in range(10))
    video = tmp_path / f"video{suffix}"
    first.save(video, save_all=True, append_images=others, duration=100)
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    source = open_source(str(video))
    count = len(list(source))
    assert 3 <= count <= 6
    assert source.info.frame_count == count
    assert source.warnings == [f"{video.name} ends after image {count}: the rest is missing or corrupt."]


@pytest.mark.parametrize("suffix", [".tif", ".heic"])
def test_the_pages_of_a_document_are_separate_images(tmp_path: Path, suffix: str) -> None:
    source = open_source(str(write_frames(tmp_path / f"pages{suffix}", 3)))
    frames = list(source)
    assert [int(frame.image[9, 9, 0]) for frame in frames] == pytest.approx([80, 90, 100], abs=3)
    assert not any(frame.continues for frame in frames)
    assert source.info.frame_count == 3


def test_a_reduced_version_of_a_page_is_not_a_page(tmp_path: Path) -> None:
    page, small = PIL.Image.fromarray(plain(RED)), PIL.Image.fromarray(plain(RED, 16, 12))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    page.save(tmp_path / "pyramid.tif", save_all=True, append_images=[small])
    assert read_single(tmp_path / "pyramid.tif").shape == (48, 64, 3)


def test_the_second_image_in_the_photo_of_a_phone_is_ignored(tmp_path: Path) -> None:
    write_frames(tmp_path / "photo.jpg", 2, format="MPO")
    assert int(read_single(tmp_path / "photo.jpg")[9, 9, 0]) == pytest.approx(80, abs=3)


def test_a_folder_gives_every_frame_of_every_file(tmp_path: Path) -> None:
    write_frames(tmp_path / "a.gif", 3, duration=100)
    write_image(tmp_path / "b.png", plain(GREEN))
    write_frames(tmp_path / "c.tif", 2)
    frames = list(open_source(str(tmp_path)))
    assert [frame.index for frame in frames] == list(range(6))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.1, 0.2, 0.3, 0.3 + 1 / 30, 0.3 + 2 / 30])
    assert [frame.continues for frame in frames] == [False, True, True, False, False, False]

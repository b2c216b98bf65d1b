"""Folders of images, and single image files."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from handpose_live.media.opening import open_path, open_source
from handpose_live.media.source import StoredSource
from handpose_live.types.errors import HandPoseError
from tests.media.image_files import read_single, write_frames, write_image
from tests.media.videos import GREEN, RED, cornered, plain, red_corner, write_video

GREY = (128, 128, 128)


def test_a_folder_is_read_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        write_image(tmp_path / f"hand{number}.png", plain((number, 0, 0)))
    (tmp_path / "notes.txt").write_text("not an image")
    source = open_source(str(tmp_path))
    frames = list(source)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 10]
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert source.info.fps is not None
    assert [frame.time_s * source.info.fps for frame in frames] == pytest.approx([0, 1, 2])
    assert (source.info.name, source.info.frame_count) == (tmp_path.name, 3)


def test_a_single_image_is_one_frame(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_single(write_image(tmp_path / "手.png", plain(RED))), plain(RED))


@pytest.mark.parametrize("content", [b"", b"not an image"])
def test_a_corrupt_image_is_skipped_with_one_warning(tmp_path: Path, content: bytes) -> None:
    write_image(tmp_path / "1.png", plain(RED))
    (tmp_path / "2.png").write_bytes(content)
    write_image(tmp_path / "3.png", plain(GREEN))
    source = open_source(str(tmp_path))
    for _ in range(2):
        assert [frame.index for frame in source] == [0, 2]
    assert source.warnings == ["2.png cannot be read as an image and is skipped."]


def test_of_many_corrupt_images_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    write_image(tmp_path / "0.png", plain(RED))
    for number in range(1, 61):
        (tmp_path / f"{number}.png").write_text("not an image")
    source = open_source(str(tmp_path))
    assert len(list(source)) == 1
    assert source.warnings[0].startswith("1.png")
    assert source.warnings[-1] == "40 more could not be read in full."
    assert len(source.warnings) == 21


def test_images_of_different_sizes_keep_their_size(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", plain(RED, 64, 48))
    write_image(tmp_path / "2.png", plain(GREEN, 300, 200))
    source = open_source(str(tmp_path))
    first, second = source
    assert (source.info.width, source.info.height) == (64, 48)
    np.testing.assert_array_equal(first.image, plain(RED, 64, 48))
    np.testing.assert_array_equal(second.image, plain(GREEN, 300, 200))


def test_a_folder_without_a_readable_image_is_a_one_sentence_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jpg").write_text("not an image")
    for spec in (tmp_path, tmp_path / "broken.jpg"):
        with pytest.raises(HandPoseError, match=rf"^{spec.name} holds no image that can be read: give [^.\n]*\.$"):
            open_source(str(spec))
    assert capfd.readouterr().err == ""


def test_hidden_files_of_a_folder_are_ignored(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", plain(RED))
    (tmp_path / "._1.png").write_bytes(b"metadata of macOS")
    source = open_source(str(tmp_path))
    assert (len(list(source)), source.warnings) == (1, [])


def test_a_folder_can_be_seeked_to_an_image(tmp_path: Path) -> None:
    for index in range(5):
        assert cv2.imwrite(str(tmp_path / f"{index}.png"), np.full((8, 8, 3), 40 * index, np.uint8))
    source = open_source(str(tmp_path))
    assert isinstance(source, StoredSource)
    source.seek(3 / 30)
    assert [(frame.index, int(frame.image.mean())) for frame in source] == [(3, 120), (4, 160)]


@pytest.mark.parametrize(
    ("names", "continue_"),
    [
        (("frame_0001.png", "frame_0002.png", "frame_0004.png"), True),
        (("img7_9.png", "img7_10.png", "img7_11.png"), True),
        (("1.png", "2.jpg", "3.png"), False),
        (("anna.png", "ben.png", "cleo.png"), False),
        (("hand3.png", "hand70.png", "hand900.png"), False),
        (("left1.png", "left2.png", "right3.png"), False),
    ],
)
def test_only_numbered_images_continue_each_other(tmp_path: Path, names: tuple[str, ...], continue_: bool) -> None:
    for name in names:
        write_image(tmp_path / name, plain(RED))
    assert [frame.continues for frame in open_source(str(tmp_path))] == [False, continue_, continue_]


def test_numbered_photos_do_not_continue_each_other(tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:30:00"
    for number in range(3):
        PIL.Image.fromarray(plain(RED)).save(tmp_path / f"DSC_000{number}.JPG", exif=exif)
    assert not any(frame.continues for frame in open_source(str(tmp_path)))


def test_an_image_that_was_deleted_after_opening_is_skipped(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        write_image(tmp_path / name, plain(RED))
    source = open_source(str(tmp_path))
    (tmp_path / "b.png").unlink()
    assert [frame.index for frame in source] == [0, 2]
    assert source.warnings == ["b.png cannot be read as an image (No such file or directory) and is skipped."]


def test_numbered_images_of_several_sizes_do_not_continue_each_other(tmp_path: Path) -> None:
    for number, width in enumerate((64, 64, 80)):
        write_image(tmp_path / f"{number}.png", plain(RED, width, 48))
    assert not any(frame.continues for frame in open_source(str(tmp_path)))


@pytest.mark.parametrize("suffix", [".jpg", ".jfif", ".png", ".webp", ".tif", ".avif"])
def test_an_image_is_rotated_upright(tmp_path: Path, suffix: str) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.fromarray(cornered()).save(tmp_path / f"rotated{suffix}", exif=exif)
    image = read_single(tmp_path / f"rotated{suffix}")
    assert (image.shape, red_corner(image)) == ((64, 48, 3), "top right")


def test_a_tiled_heic_is_one_image(shared: Path) -> None:
    image = read_single(shared / "cases/grid.heic")
    np.testing.assert_allclose(image, read_single(shared / "cases/grid_as_it_looks.png"), atol=12)


def _uniform(mode: str, colour: object) -> PIL.Image.Image:
    return PIL.Image.new(mode, (8, 8), colour)  # type: ignore[arg-type]


def _palette(alpha: int) -> PIL.Image.Image:
    image = _uniform("P", 3)
    image.putpalette([0] * 9 + list(GREEN))
    image.info["transparency"] = bytes([255, 255, 255, alpha])
    return image


@pytest.mark.parametrize(
    ("name", "image", "rgb"),
    [
        ("deep.png", _uniform("I;16", 32896), GREY),
        ("deep.tif", _uniform("I;16", 32896), GREY),
        ("deep.pgm", _uniform("I;16", 32896), GREY),
        ("float.tif", _uniform("F", 0.5), GREY),
        ("float_255.tif", _uniform("F", 128.0), GREY),
        ("bits.png", _uniform("1", 1), (255, 255, 255)),
        ("bits.pbm", _uniform("1", 0), (0, 0, 0)),
        ("grey.jpg", _uniform("L", 128), GREY),
        ("grey_alpha.png", _uniform("LA", (255, 0)), GREY),
        ("half_clear.png", _uniform("RGBA", (255, 0, 0, 128)), (192, 64, 64)),
        ("half_clear.webp", _uniform("RGBA", (0, 0, 0, 0)), GREY),
        ("palette.png", _palette(255), GREEN),
        ("palette_clear.png", _palette(0), GREY),
        ("cmyk.jpg", _uniform("CMYK", (0, 255, 255, 0)), (254, 0, 0)),
        ("cmyk.tif", _uniform("CMYK", (0, 255, 255, 0)), RED),
        ("colour.bmp", _uniform("RGB", RED), RED),
        ("colour.jp2", _uniform("RGB", RED), RED),
        ("colour.ppm", _uniform("RGB", RED), RED),
    ],
)
def test_every_colour_mode_is_converted_to_rgb(
    tmp_path: Path, name: str, image: PIL.Image.Image, rgb: tuple[int, int, int]
) -> None:
    image.save(tmp_path / name)
    assert read_single(tmp_path / name)[4, 4].tolist() == pytest.approx(rgb, abs=2)


def test_colours_of_16_bits_are_scaled(tmp_path: Path) -> None:
    for suffix in (".png", ".tif"):
        cv2.imwrite(str(tmp_path / f"deep{suffix}"), np.full((8, 8, 3), (0x2000, 0x8000, 0xFFFF), np.uint16))
        assert read_single(tmp_path / f"deep{suffix}")[4, 4].tolist() == pytest.approx((255, 128, 32), abs=1)


def adobe_rgb() -> bytes:
    """Build an ICC profile of Adobe RGB, the colour space of many cameras: primaries, white and a gamma of 2.2."""
    fixed = [
        round(65536 * value) for value in (0.9505, 1, 1.0891, 0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087)
    ]
    fixed += [round(65536 * value) for value in (0.14919, 0.06322, 0.74457)]
    points = [struct.pack(">4s4x3i", b"XYZ ", *fixed[at : at + 3]) for at in range(0, 12, 3)]
    curve = struct.pack(">4s4xIH2x", b"curv", 1, 563)
    name = struct.pack(">4s4xI10s79x", b"desc", 10, b"Adobe RGB")
    tags = dict(zip((b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ"), points, strict=True))
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"desc": name + bytes(-len(name) % 4)}
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, 132 + 12 * len(tags) + len(body), len(content))
        body += content
    white = (round(65536 * value) for value in (0.9642, 1, 0.8249))
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x3i48x",
        132 + 12 * len(tags) + len(body),
        0x02400000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        b"acsp",
        *white,
    )
    return head + table + body


@pytest.mark.parametrize(
    "name", ["colour.jpg", "colour.png", "colour.tif", "colour.webp", "colour.heic", "colour.avif"]
)
def test_colours_are_converted_to_srgb(tmp_path: Path, name: str) -> None:
    # The red of sRGB in Adobe RGB.
    _uniform("RGB", (219, 0, 0)).save(tmp_path / name, icc_profile=adobe_rgb())
    assert read_single(tmp_path / name)[4, 4].tolist() == pytest.approx(RED, abs=6)


def test_an_image_with_a_corrupt_colour_profile_is_readable(tmp_path: Path) -> None:
    for mode in ("RGB", "L", "CMYK"):
        _uniform(mode, 0 if mode == "L" else (0,) * len(mode)).save(tmp_path / f"{mode}.tif", icc_profile=b"no profile")
        assert read_single(tmp_path / f"{mode}.tif").shape == (8, 8, 3)
    _uniform("CMYK", (0, 0, 0, 0)).save(tmp_path / "rgb_profile.jpg", icc_profile=adobe_rgb())
    assert read_single(tmp_path / "rgb_profile.jpg").min() > 250


def test_the_readable_part_of_a_truncated_photo_is_used(tmp_path: Path) -> None:
    noise = np.repeat(np.random.default_rng(0).integers(0, 255, (480, 640, 1), np.uint8), 3, axis=2)
    for name in ("truncated.jpg", "truncated.png"):
        whole = write_image(tmp_path / name, noise).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        source = open_source(str(tmp_path / name))
        (frame,) = source
        assert np.abs(frame.image[:200].astype(int) - noise[:200]).mean() < 30
        assert source.warnings == [f"{name} is truncated: only the part of it that could be read is shown."]


def test_an_image_larger_than_memory_allows_is_skipped_with_a_warning(tmp_path: Path) -> None:
    size = struct.pack(">II", 30_000, 30_000)
    small = write_image(tmp_path / "a.png", plain(RED)).read_bytes()
    header = small[12:16] + size + small[24:29]
    huge = small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]
    (tmp_path / "b.png").write_bytes(huge)
    source = open_source(str(tmp_path))
    assert len(list(source)) == 1
    assert source.warnings == ["b.png cannot be read as an image (more than 178 megapixels) and is skipped."]
    with pytest.raises(HandPoseError, match=r"^b\.png holds no image that can be read \(more than 178 megapixels\): "):
        open_source(str(tmp_path / "b.png"))


def test_a_very_wide_image_opens(tmp_path: Path) -> None:
    assert read_single(write_image(tmp_path / "wide.jpg", plain(RED, 20_000, 40))).shape == (40, 20_000, 3)


def test_an_image_with_corrupt_exif_is_readable(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("photo.jpg", "photo.png", "photo.webp"):
        _uniform("RGB", GREY).save(tmp_path / name, exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
        assert read_single(tmp_path / name).shape == (8, 8, 3)
    assert capfd.readouterr().err == ""


def _as_png(path: Path) -> None:
    PIL.Image.fromarray(plain(RED)).save(path, format="png")


@pytest.mark.parametrize(
    ("name", "write", "frames"),
    [
        ("image.jpg", _as_png, 1),
        ("image.mp4", _as_png, 1),
        ("image", _as_png, 1),
        ("animation.mp4", lambda path: write_frames(path, 3, format="gif", duration=40), 3),
        ("pages.avi", lambda path: write_frames(path, 3, format="tiff"), 3),
        ("photo.mov", lambda path: write_frames(path, 1, format="heif"), 1),
        ("video.jpg", lambda path: write_video(path.with_suffix(".mp4"), [plain(RED)] * 3).rename(path), 3),
    ],
)
def test_the_type_of_a_file_is_determined_by_its_content_and_not_its_name(
    tmp_path: Path, name: str, write: Callable[[Path], object], frames: int
) -> None:
    write(tmp_path / name)
    source = open_path(tmp_path / name)
    assert (len(list(source)), source.info.frame_count) == (frames, frames)

"""Decoded frames become upright images with square pixels and correct colours."""

import gc
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from handpose_live.media.opening import open_source
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.media.source import StoredSource
from handpose_live.media.video.conversion import FrameConverter
from handpose_live.types.errors import HandPoseError
from tests.media.colour_videos import (
    COLOURS,
    SKIN,
    assert_colour,
    coded,
    decode_single_frame,
    uniform,
    write,
)
from tests.media.videos import cornered, plain, red_corner, write_video


@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        (Fraction(4, 3), (85, 48)),
        (Fraction(3, 4), (64, 64)),
        (Fraction(1), (64, 48)),
        (Fraction(1, 1000), (64, 48)),
        (Fraction(1000), (64, 48)),
    ],
)
def test_pixels_become_square_without_losing_resolution(
    tmp_path: Path, aspect: Fraction, size: tuple[int, int]
) -> None:
    video = write(tmp_path / "video.mp4", uniform("yuv420p", coded((0, 1, 0), 5)), "libx264", aspect=aspect)
    source = open_source(str(video))
    assert (source.info.width, source.info.height) == size
    assert decode_single_frame(video).shape == (size[1], size[0], 3)


@pytest.mark.parametrize(("name", "codec"), [("video.mkv", "libx264"), ("video.avi", "mjpeg"), ("video.mov", "mpeg4")])
def test_pixels_become_square_in_every_kind_of_video(tmp_path: Path, name: str, codec: str) -> None:
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    video = write(tmp_path / name, uniform(pixels, coded((0, 1, 0), 5)), codec, aspect=Fraction(16, 11))
    assert decode_single_frame(video).shape == (48, 93, 3)


def test_wide_pixels_of_a_large_video_reduce_its_height_instead(tmp_path: Path) -> None:
    video = write(tmp_path / "video.mp4", uniform("yuv420p", [128] * 3, 4096, 2160), "mpeg4", aspect=Fraction(8, 3))
    assert decode_single_frame(video).shape == (810, 4096, 3)


def test_pixels_become_square_before_the_video_is_rotated(tmp_path: Path) -> None:
    frame = uniform("yuv420p", coded((0, 1, 0), 5))
    video = write(tmp_path / "video.mp4", frame, "libx264", aspect=Fraction(4, 3), counter_clockwise_deg=90)
    assert decode_single_frame(video).shape == (85, 48, 3)


def test_frames_whose_pixel_aspect_changes_are_letterboxed_to_the_first_size(tmp_path: Path) -> None:
    frame = uniform("yuv420p", coded((0, 1, 0), 5))
    wide = write(tmp_path / "wide.h264", frame, "libx264", aspect=Fraction(4, 3)).read_bytes()
    square = write(tmp_path / "square.h264", frame, "libx264", aspect=Fraction(1)).read_bytes()
    (tmp_path / "both.h264").write_bytes(wide * 8 + square * 8)
    first, *_, last = [frame.image for frame in open_source(str(tmp_path / "both.h264"))]
    assert first.shape == last.shape == (48, 85, 3)
    assert_colour(first[:, :8], (0, 255, 0), 4)
    assert_colour(last[:, :8], (0, 0, 0), 4)
    assert_colour(last, (0, 255, 0), 4)


def test_a_video_whose_size_changes_keeps_the_first_size_also_after_a_seek(tmp_path: Path) -> None:
    small = write_video(tmp_path / "small.ts", [cornered()] * 10)
    large = write_video(
        tmp_path / "large.ts", [cornered(192, 96)] * 10, times_ms=[1000 + 100 * index for index in range(10)]
    )
    (tmp_path / "both.ts").write_bytes(small.read_bytes() + large.read_bytes())
    source = open_source(str(tmp_path / "both.ts"))
    assert isinstance(source, StoredSource)
    source.seek(1.5)
    assert {frame.image.shape for frame in source} == {(48, 64, 3)}


def exif_jpeg(orientation: int) -> bytes:
    """Encode a JPEG with an EXIF orientation, as cameras do."""
    tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + bytes(6)
    jpeg = cv2.imencode(".jpg", cornered()[..., ::-1])[1].tobytes()
    return jpeg[:2] + b"\xff\xe1" + (len(tiff) + 8).to_bytes(2) + b"Exif\0\0" + tiff + jpeg[2:]


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, "top left"),
        (2, "top right"),
        (3, "bottom right"),
        (4, "bottom left"),
        (5, "top left"),
        (6, "top right"),
        (7, "bottom right"),
        (8, "bottom left"),
    ],
)
def test_motion_jpeg_is_rotated_by_its_exif_orientation(tmp_path: Path, orientation: int, corner: str) -> None:
    video = tmp_path / "camera.mjpeg"
    video.write_bytes(exif_jpeg(orientation) * 2)
    first, second = [frame.image for frame in open_source(str(video))]
    assert first.shape == second.shape == ((64, 48, 3) if orientation > 4 else (48, 64, 3))
    assert red_corner(first) == red_corner(second) == corner


def test_a_video_whose_orientation_changes_is_upright_throughout(tmp_path: Path) -> None:
    video = tmp_path / "camera.mjpeg"
    video.write_bytes(exif_jpeg(1) + exif_jpeg(3))
    assert [red_corner(frame.image) for frame in open_source(str(video))] == ["top left", "bottom right"]


def test_the_print_density_of_motion_jpeg_does_not_change_its_size(tmp_path: Path) -> None:
    jpeg = bytearray(cv2.imencode(".jpg", cornered())[1].tobytes())
    at = jpeg.index(b"JFIF\0") + 7
    jpeg[at : at + 5] = b"\x01\x00\x90\x00\x48"  # 144 by 72 dpi
    (tmp_path / "camera.mjpeg").write_bytes(jpeg)
    assert decode_single_frame(tmp_path / "camera.mjpeg").shape == (48, 64, 3)


@pytest.mark.parametrize("matrix", [(0,) * 9, (1, 1, 0, 1, 1, 0, 0, 0, 1), (-1,) * 9])
def test_a_video_with_a_corrupt_display_matrix_is_readable(tmp_path: Path, matrix: tuple[int, ...]) -> None:
    video = write_video(tmp_path / "phone.mp4", [cornered()], counter_clockwise_deg=180)
    content = video.read_bytes()
    at = content.index(b"tkhd") + 4 + 40
    video.write_bytes(content[:at] + np.array(matrix, ">i4").tobytes() + content[at + 36 :])
    assert decode_single_frame(video).shape == (48, 64, 3)


@pytest.mark.parametrize("clockwise_deg", [80, 100])
def test_an_angle_is_rounded_to_the_nearest_quarter_turn(tmp_path: Path, clockwise_deg: int) -> None:
    video = write_video(tmp_path / "phone.mp4", [cornered()], counter_clockwise_deg=-clockwise_deg)
    assert red_corner(decode_single_frame(video)) == "top right"


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p", "yuv422p10le", "yuv420p12le"])
@pytest.mark.parametrize("matrix", [1, 5, 7, 9])
@pytest.mark.parametrize("full", [False, True])
def test_colours_are_decoded_according_to_the_tags(tmp_path: Path, pixels: str, matrix: int, full: bool) -> None:
    bits = av.VideoFormat(pixels).components[0].bits
    frame = uniform(pixels, coded(np.divide(SKIN, 255), matrix, full=full, bits=bits))
    color_range = ColorRange.JPEG if full else ColorRange.MPEG
    assert_colour(
        decode_single_frame(write(tmp_path / "video.mkv", frame, matrix=matrix, color_range=color_range)), SKIN, 3
    )


@pytest.mark.parametrize(
    ("width", "height", "matrix"), [(640, 480, 5), (720, 576, 5), (1280, 720, 1), (960, 720, 1), (1440, 1080, 1)]
)
@pytest.mark.parametrize("tag", [2, 0, 8])
def test_colours_without_a_usable_tag_are_decoded_according_to_the_size(
    tmp_path: Path, width: int, height: int, matrix: int, tag: int
) -> None:
    frame = uniform("yuv420p", coded(np.divide(SKIN, 255), matrix), width, height)
    assert_colour(decode_single_frame(write(tmp_path / "video.mkv", frame, matrix=tag)), SKIN)


def test_motion_jpeg_has_the_full_range(tmp_path: Path) -> None:
    frame = uniform("yuvj420p", coded(np.divide(SKIN, 255), 5, full=True), 1280, 720)
    assert_colour(decode_single_frame(write(tmp_path / "video.avi", frame, "mjpeg")), SKIN)


@pytest.mark.parametrize(
    ("pixels", "color_range", "values"),
    [
        ("gray", ColorRange.MPEG, [16, 126, 235]),
        ("gray", ColorRange.UNSPECIFIED, [0, 128, 255]),
        ("gray10le", ColorRange.JPEG, [0, 514, 1023]),
    ],
)
def test_grey_videos_range_from_black_to_white(
    tmp_path: Path, pixels: str, color_range: ColorRange, values: list[int]
) -> None:
    for value, grey in zip(values, (0, 128, 255), strict=True):
        video = write(tmp_path / "video.mkv", uniform(pixels, [value]), color_range=color_range)
        assert_colour(decode_single_frame(video), (grey, grey, grey))


@pytest.mark.parametrize(
    ("codec", "name", "pixels"),
    [("ffv1", "video.mkv", "bgr0"), ("ffv1", "video.mkv", "gbrp16le"), ("qtrle", "video.mov", "rgb24")],
)
def test_videos_coded_as_rgb_are_unchanged(tmp_path: Path, codec: str, name: str, pixels: str) -> None:
    frame = av.VideoFrame.from_ndarray(plain(SKIN), format="rgb24").reformat(format=pixels)
    assert_colour(decode_single_frame(write(tmp_path / name, frame, codec)), SKIN, 1)


@pytest.mark.parametrize("reserved", [3, 200])
def test_a_video_with_a_reserved_tag_is_readable(tmp_path: Path, reserved: int) -> None:
    frame = uniform("yuv420p", coded(np.divide(SKIN, 255), 5))
    video = write(tmp_path / "video.mkv", frame, matrix=2, transfer=reserved, primaries=reserved)
    assert_colour(decode_single_frame(video), SKIN)


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("video.mov", "prores_ks", "yuva444p10le"),
        ("video.mov", "qtrle", "argb"),
        ("video.mov", "png", "rgba"),
        ("video.mkv", "ffv1", "yuva420p"),
        ("video.mkv", "ffv1", "bgra"),
        ("video.avi", "utvideo", "gbrap"),
        ("video.webm", "libvpx", "yuva420p"),
        ("video.webm", "libvpx-vp9", "yuva420p"),
    ],
)
def test_transparent_pixels_are_blended_with_mid_grey(tmp_path: Path, name: str, codec: str, pixels: str) -> None:
    rgba = np.dstack([plain((200, 100, 50)), np.repeat(np.array([255, 128, 0, 0], np.uint8), 16)[None].repeat(48, 0)])
    frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=pixels)
    image = decode_single_frame(write(tmp_path / name, frame, codec))
    for column, rgb in ((8, (200, 100, 50)), (24, (164, 114, 89)), (56, (128, 128, 128))):
        assert_colour(image[:, column : column + 1], rgb, 3)


def test_a_pixel_format_that_cannot_be_converted_is_a_one_sentence_error(tmp_path: Path) -> None:
    video = write_video(tmp_path / "video.mp4", [cornered()])
    with (
        av.open(str(video)) as container,
        pytest.raises(HandPoseError, match=r"^Pixels of the kind gray32le [^.]*: convert the video [^.]*\.$"),
    ):
        FrameConverter(container.streams.video[0])(av.VideoFrame(64, 48, "gray32le"))


def test_no_frame_of_a_long_video_stays_in_memory(tmp_path: Path) -> None:
    video = write_video(tmp_path / "long.mp4", [cornered()] * 600, counter_clockwise_deg=90)
    gc.collect()
    gc.disable()
    try:
        alive = [
            sum(type(each) is av.VideoFrame for each in gc.get_objects())
            for index, _ in enumerate(open_source(str(video)))
            if index % 200 == 199
        ]
    finally:
        gc.enable()
    assert max(alive) < 10


@pytest.mark.parametrize(("width", "height"), [(320, 240), (1280, 720)])
def test_a_recording_keeps_its_colours(tmp_path: Path, width: int, height: int) -> None:
    image = np.vstack([plain(rgb, width, height // len(COLOURS)) for rgb in COLOURS])
    image = np.vstack([image, plain(COLOURS[-1], width, height - len(image))])
    with VideoWriter(tmp_path / "out.mp4", width=width, height=height, fps=10) as video:
        video.write(image, 0.0)
    again = decode_single_frame(tmp_path / "out.mp4")
    for index, rgb in enumerate(COLOURS):
        middle = height // len(COLOURS) * (2 * index + 1) // 2
        assert_colour(again[middle : middle + 1], rgb, 2)

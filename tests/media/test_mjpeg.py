"""JPEG images in a stream of bytes."""

from collections.abc import Iterable

import pytest

from handpose_live.media.video.mjpeg import header_length, split_jpegs
from tests.media.videos import exif_jpeg, plain

JPEGS = [exif_jpeg(plain((shade,) * 3)) for shade in (0, 90, 200)]
HEADER = b"\r\n--next\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\n"


def in_pieces(content: bytes, size: int) -> Iterable[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1, 2, 3, 100, 1_000_000])
@pytest.mark.parametrize("between", [b"", HEADER, b"\xff\xff", b"\0\0\xff"])
def test_jpegs_are_found_for_any_division_of_the_bytes(size: int, between: bytes) -> None:
    content = between + between.join(JPEGS)
    assert list(split_jpegs(in_pieces(content, size))) == JPEGS


def test_a_jpeg_is_yielded_with_its_last_byte() -> None:
    def sender() -> Iterable[bytes]:
        for jpeg in JPEGS:
            yield jpeg[:-1]
            asked.append(jpeg)
            yield jpeg[-1:]

    asked: list[bytes] = []
    for jpeg in split_jpegs(sender()):
        assert asked[-1] == jpeg


@pytest.mark.parametrize("size", [1, 100, 1_000_000])
@pytest.mark.parametrize("missing", [2, 40])
def test_a_truncated_jpeg_ends_with_the_next(size: int, missing: int) -> None:
    content = HEADER.join([JPEGS[0][:-missing], JPEGS[1], JPEGS[2][:-missing]])
    first, second, third = split_jpegs(in_pieces(content, size))
    assert first == JPEGS[0][:-missing] + HEADER
    assert second == JPEGS[1]
    assert third == JPEGS[2][:-missing]


@pytest.mark.parametrize(
    ("head", "length"),
    [
        (JPEGS[0], 0),
        (HEADER + JPEGS[0], len(HEADER)),
        (b"", None),
        (HEADER[:20], None),
        (HEADER + b"\xff\xd8", None),
        (b"\x47\x40\x11\x10", -1),
        (b"FLV\x01\x05", -1),
        (b"\0\0\0\x18ftyp", -1),
        (b"<html>" + b" " * 70_000, -1),
    ],
)
def test_motion_jpeg_is_recognised_by_its_first_bytes(head: bytes, length: int | None) -> None:
    assert header_length(head) == length

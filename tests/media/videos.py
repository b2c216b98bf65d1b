"""Images and small videos for tests."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np

from handpose_live.types.arrays import Image

Codec = Literal["libx264", "mpeg4", "mjpeg"]
RED, GREEN = (255, 0, 0), (0, 255, 0)


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> Image:
    """Create an image of one colour."""
    return np.full((height, width, 3), colour, dtype=np.uint8)


def cornered(width: int = 64, height: int = 48) -> Image:
    """Create a green image whose top left quarter is red."""
    image = plain(GREEN, width, height)
    image[: height // 2, : width // 2] = RED
    return image


def red_corner(image: Image) -> str:
    """Return the position of the red quarter of an image, such as "top left"."""
    height, width = image.shape[:2]
    reds = {
        f"{row} {column}": int(image[int(height * y), int(width * x), 0])
        for row, y in (("top", 0.25), ("bottom", 0.75))
        for column, x in (("left", 0.25), ("right", 0.75))
    }
    return max(reds, key=lambda corner: reds[corner])


def write_video(
    path: Path,
    images: Sequence[Image],
    *,
    times_ms: Sequence[int] | None = None,
    counter_clockwise_deg: int = 0,
    mirrored: bool = False,
    options: dict[str, str] | None = None,
    codec: Codec = "libx264",
    coding: dict[str, str] | None = None,
    ticks_per_s: int = 1000,
) -> Path:
    """Encode images, 100 ms apart unless times are given, as keyframes unless ``coding`` is given."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=10, options=coding or {"g": "1", "tune": "zerolatency"})
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, ticks_per_s)
        if counter_clockwise_deg or mirrored:
            stream.set_display_rotation(counter_clockwise_deg, hflip=mirrored)
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = times_ms[index] if times_ms else index * 100, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def greys(count: int) -> list[Image]:
    """Create images of increasing brightness, in steps of 2."""
    return [plain((2 * index,) * 3) for index in range(count)]


def write_joined(path: Path, starts_s: Sequence[float], *, count: int) -> Path:
    """Concatenate transport streams with B-frames, each with its own start time.

    The images are :func:`greys`, divided evenly among the streams.
    """
    images = greys(count)
    length = count // len(starts_s)
    with path.open("wb") as joined:
        for part, start_s in enumerate(starts_s):
            video = write_video(
                path.with_name("part.ts"),
                images[part * length : (part + 1) * length],
                options={"output_ts_offset": str(start_s)},
                coding={"g": "8", "bf": "2"},
            )
            joined.write(video.read_bytes())
    return path


def exif_jpeg(image: Image, *, orientation: int = 1) -> bytes:
    """Encode a JPEG as cameras do: with EXIF data that contains a thumbnail."""
    jpeg, thumbnail = (cv2.imencode(".jpg", image)[1].tobytes() for image in (image, image[:16, :16]))
    entry = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4) + thumbnail
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def write_tone(path: Path) -> Path:
    """Write a file of 0.1 s of silence, without video."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), dtype=np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path

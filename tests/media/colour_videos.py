"""Videos of one frame with colour tags, and their decoded colours."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import ArrayLike

from handpose_live.media.opening import open_source
from handpose_live.types.arrays import Image

SKIN = (180, 120, 90)


# Weights of red and blue in luma, by matrix number (H.273).
LUMA = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}


TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def coded(rgb: ArrayLike, matrix: int, *, full: bool = False, bits: int = 8) -> list[int]:
    """Encode a colour (0..1) as luma and chroma, as defined in H.273."""
    red_share, blue_share = LUMA[matrix]
    red, green, blue = np.asarray(rgb, dtype=float)
    luma = red_share * red + (1 - red_share - blue_share) * green + blue_share * blue
    chroma = [(blue - luma) / 2 / (1 - blue_share), (red - luma) / 2 / (1 - red_share)]
    step = 2 ** (bits - 8)
    if full:
        return [round(luma * (2**bits - 1)), *(round(part * (2**bits - 1) + 128 * step) for part in chroma)]
    return [round((luma * 219 + 16) * step), *(round((part * 224 + 128) * step) for part in chroma)]


def uniform(pixels: str, values: Sequence[int], width: int = 64, height: int = 48) -> av.VideoFrame:
    """Create a frame with one constant value per plane."""
    frame = av.VideoFrame(width, height, pixels)
    for plane, value in zip(frame.planes, values, strict=True):
        samples = np.uint8 if frame.format.components[0].bits == 8 else np.uint16
        plane.update(np.full(plane.buffer_size // samples(0).nbytes, value, samples).tobytes())
    return frame


def write(
    path: Path,
    frame: av.VideoFrame,
    codec: str = "ffv1",
    *,
    matrix: int = 2,
    color_range: int = ColorRange.UNSPECIFIED,
    transfer: int = ColorTrc.UNSPECIFIED,
    primaries: int = ColorPrimaries.UNSPECIFIED,
    aspect: Fraction | None = None,
    counter_clockwise_deg: int = 0,
) -> Path:
    """Write a video of one frame with the given tags."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10, options={"auto-alt-ref": "0"} if codec == "libvpx" else {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        context = stream.codec_context
        context.colorspace, context.color_range = matrix, color_range
        context.color_trc, context.color_primaries = transfer, primaries
        if aspect:
            context.sample_aspect_ratio = aspect
        if counter_clockwise_deg:
            stream.set_display_rotation(counter_clockwise_deg)
        frame.colorspace, frame.color_range = matrix, color_range
        frame.color_trc, frame.color_primaries = transfer, primaries
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def decode_single_frame(path: Path) -> Image:
    (frame,) = open_source(str(path))
    return frame.image


def assert_colour(image: Image, rgb: Sequence[float], tolerance: int = 2) -> None:
    height, width = image.shape[:2]
    np.testing.assert_allclose(image[height // 2, width // 2].astype(int), rgb, atol=tolerance)


COLOURS = [(0, 0, 0), (128, 128, 128), SKIN, (90, 60, 45), (225, 190, 170), (40, 90, 160), (60, 150, 70)]

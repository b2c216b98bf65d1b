"""H.264 encoding: the only place where an encoder is set up."""

import math
from collections.abc import Mapping
from fractions import Fraction

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream

from handpose_live.media.recording.clock import TICKS_PER_S
from handpose_live.types.arrays import Image

MAX_SIDE_PX = 16_384  # of libx264
MAX_AREA_PX = 250_000_000  # of FFmpeg: 2**28, less some padding


class H264Encoder:
    """An H.264 stream of an open container, tagged as BT.709 in limited range."""

    def __init__(
        self,
        container: OutputContainer,
        size: tuple[int, int],
        *,
        rate: Fraction | int,
        gop_size: int,
        options: Mapping[str, str],
        ticks_per_s: int = TICKS_PER_S,
    ) -> None:
        """Add the stream to the container.

        Args:
            container: opened for writing; it gets no other stream.
            size: width and height in px, both even; see :func:`encodable_size`.
            rate: nominal frames per second. Only a hint: each frame is shown at its own tick.
            gop_size: the largest number of frames from one keyframe to the next.
            options: of libx264, such as ``{"preset": "veryslow", "crf": "18"}``.
            ticks_per_s: the resolution of the frames' times.
        """
        self._size = size
        self._time_base = Fraction(1, ticks_per_s)
        self._stream = container.add_stream("libx264", rate=rate, options=dict(options))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        codec = self._stream.codec_context
        codec.time_base = self._time_base
        codec.gop_size = gop_size
        # Without tags, players guess the colour space from the size.
        codec.colorspace, codec.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        codec.color_primaries, codec.color_trc = int(ColorPrimaries.BT709), int(ColorTrc.BT709)
        self._reformatter = VideoReformatter()

    def encode(self, image: Image, tick: int) -> "list[Packet[VideoStream]]":
        """Encode an ``(h, w, 3)`` RGB image that is shown from this tick on.

        Returns:
            Packets that are ready to be muxed; they need not be of this image.
        """
        frame = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(resize_for_encoder(image, *self._size), format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts, frame.time_base = tick, self._time_base
        return self._stream.encode(frame)

    def flush(self) -> "list[Packet[VideoStream]]":
        """Return the packets that the encoder still holds; nothing can be encoded after it."""
        return self._stream.encode(None)


def encodable_size(width: int, height: int) -> tuple[int, int]:
    """Width and height in the file, in px: even, as yuv420p needs them, scaled down to what the encoder accepts."""
    scale = min(1.0, MAX_SIDE_PX / max(width, height), math.sqrt(MAX_AREA_PX / (width * height)))
    width, height = (max(1, round(scale * side)) for side in (width, height))
    return width + width % 2, height + height % 2


def resize_for_encoder(image: Image, width: int, height: int) -> Image:
    """Bring an image to a size from :func:`encodable_size`: padded by a px at the right or bottom, or scaled down."""
    right, bottom = width - image.shape[1], height - image.shape[0]
    if min(right, bottom) < 0:
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    elif right or bottom:
        image = np.asarray(cv2.copyMakeBorder(image, 0, bottom, 0, right, cv2.BORDER_REPLICATE), np.uint8)
    return image

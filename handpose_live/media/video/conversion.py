"""Converting decoded frames to images as they are meant to be seen: upright, with square pixels, in SDR colours."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import atan2, nan, pi
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
from av import CodecContext, codecs_available
from av.buffer import Buffer
from av.error import FFmpegError
from av.filter import Graph
from av.sidedata.sidedata import Type as SideDataType
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handpose_live.media.letterbox import letterbox
from handpose_live.media.video.hdr import HDR_TRANSFERS, TO_BT709, to_sdr
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

# The matrices of FFmpeg's scaler by their number in H.273, which is the value of a frame's tag.
MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# Here the density is meant for printing, as browsers understand it, and not the aspect ratio of a pixel.
JPEG_FORMATS = ("mjpeg", "mpjpeg", "jpeg_pipe")
MAX_PIXEL_ASPECT = 8  # more than this, or less than its inverse, is taken for an error in the file
MAX_SIDE_PX = 8192
BACKGROUND = 128
LIMITED_TO_FULL = np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
NOT_READ = Fraction(-1)
UNKNOWN_SIDE_DATA = range(len(SideDataType), 64)


class Orientation(NamedTuple):
    """How an image is to be turned to be upright.

    Attributes:
        quarter_turns: counter-clockwise.
        is_flipped: whether it is flipped left to right after that.
    """

    quarter_turns: int
    is_flipped: bool


UPRIGHT = Orientation(0, is_flipped=False)


def open_decoder(stream: VideoStream) -> VideoCodecContext:
    """Return the stream's decoder, or for VP8 and VP9 with alpha one that decodes it, unlike FFmpeg's own."""
    name = ALPHA_DECODERS.get(stream.codec_context.name, "")
    if name not in codecs_available or stream.metadata.get("alpha_mode") != "1":
        return stream.codec_context
    return cast("VideoCodecContext", CodecContext.create(name, "r"))


class FrameConverter:
    """Converts the frames of one stream, each by its own tags."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._reformatter = VideoReformatter()
        self._coded_aspect: Fraction | None = NOT_READ
        self._rotation_deg: int | None = None
        self._orientation = UPRIGHT

    def __call__(self, frame: VideoFrame) -> Image:
        """Convert a frame to ``(height, width, 3)`` RGB with BT.709 primaries, on mid-grey where it is transparent.

        Raises:
            HandPoseError: FFmpeg cannot convert its pixel format.
        """
        size = _square_pixel_size(frame.width, frame.height, self._pixel_aspect())
        image = self._sdr(frame, size)
        if _has_alpha(frame.format):
            image = _blend_with_background(image, self._scaled(frame, size, "rgba")[..., 3])
        return _turn_upright(image, self._read_orientation(frame))

    def _sdr(self, frame: VideoFrame, size: tuple[int, int]) -> Image:
        primaries = frame.color_primaries
        if frame.color_trc in HDR_TRANSFERS and primaries == ColorPrimaries.UNSPECIFIED:
            primaries = ColorPrimaries.BT2020
        if frame.color_trc in HDR_TRANSFERS or primaries in TO_BT709:
            return to_sdr(np.asarray(self._scaled(frame, size, "rgb48le"), dtype=np.uint16), frame.color_trc, primaries)
        image = np.asarray(self._scaled(frame, size, "rgb24"), dtype=np.uint8)
        # FFmpeg's scaler takes all greyscale formats for full range.
        limited_grey = frame.color_range == ColorRange.MPEG and frame.format.name.startswith(("gray", "ya"))
        return np.asarray(cv2.LUT(image, LIMITED_TO_FULL), dtype=np.uint8) if limited_grey else image

    def _scaled(self, frame: VideoFrame, size: tuple[int, int], pixels: str) -> NDArray[Any]:
        # All tags are passed, since the scaler rejects some, and takes untagged frames for BT.601 in limited range.
        full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        try:
            scaled = self._reformatter.reformat(
                frame,
                *size,
                pixels,
                src_colorspace=_matrix(frame),
                src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.JPEG,
            )
        except FFmpegError:
            message = f"Pixels of the kind {frame.format.name} cannot be shown: convert the video to MP4 first."
            raise HandPoseError(message) from None
        return scaled.to_ndarray()

    def _pixel_aspect(self) -> Fraction | None:
        """Return width by height of a pixel: that of the container, unless it changes within the coded stream."""
        if self._stream.container.format.name in JPEG_FORMATS:
            return None
        coded = self._stream.codec_context.sample_aspect_ratio
        if self._coded_aspect is NOT_READ:
            self._coded_aspect = coded
        return self._stream.sample_aspect_ratio if coded == self._coded_aspect else coded

    def _read_orientation(self, frame: VideoFrame) -> Orientation:
        """Return the orientation of a frame; its side data are read only where the rotation changes.

        Side data and frame refer to each other, so that each frame whose side data are read stays in memory until
        Python's garbage collector runs; reading the rotation alone has no such effect.
        """
        if frame.rotation != self._rotation_deg:
            self._rotation_deg, self._orientation = frame.rotation, _orientation(frame)
        return self._orientation


def convert_frames(stream: VideoStream, frames: Iterable[VideoFrame]) -> Iterator[tuple[Image, float]]:
    """Convert the frames of one stream.

    Yields:
        ``(h, w, 3)`` RGB images, all letterboxed to the size of the first, each with its timestamp in seconds; NaN if
        it has none.
    """
    size: tuple[int, int] | None = None
    convert = FrameConverter(stream)
    for frame in frames:
        image = convert(frame)
        size = size or (image.shape[1], image.shape[0])
        yield letterbox(image, *size), nan if frame.time is None else frame.time


def _square_pixel_size(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Return the size with square pixels: one side is scaled up, or the other one down beyond ``MAX_SIDE_PX``."""
    if not aspect or not 1 / MAX_PIXEL_ASPECT <= aspect <= MAX_PIXEL_ASPECT:
        return width, height
    wide, high = round(width * aspect), round(height / aspect)
    if aspect > 1:
        return (wide, height) if wide <= MAX_SIDE_PX else (width, max(1, high))
    return (width, high) if high <= MAX_SIDE_PX else (max(1, wide), height)


def _matrix(frame: VideoFrame) -> Colorspace:
    """Return the colour matrix of a frame, by its tags, or else as players guess it."""
    if frame.colorspace in MATRICES:
        return MATRICES[frame.colorspace]
    if frame.color_trc in HDR_TRANSFERS or frame.color_primaries == ColorPrimaries.BT2020:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.width >= 1280 or frame.height > 576 else Colorspace.ITU601


def _has_alpha(pixels: VideoFormat) -> bool:
    return pixels.has_palette or any(component.is_alpha for component in pixels.components)


def _blend_with_background(image: Image, alpha: Image) -> Image:
    """Blend an image with straight (not premultiplied) alpha over mid-grey."""
    opacity = alpha.astype(np.float32) / 255
    background = np.full_like(image, BACKGROUND)
    return np.asarray(cv2.blendLinear(image, background, opacity, 1 - opacity), dtype=np.uint8)


def _orientation(frame: VideoFrame) -> Orientation:
    """Read the orientation from a frame's display matrix."""
    display = _with_known_side_data(frame).side_data.get("DISPLAYMATRIX")
    if not isinstance(display, Buffer):
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(display), dtype=np.int32)[:5].astype(float)
    is_flipped = a * d < b * c
    return Orientation(round(atan2(-b, -a if is_flipped else a) / (pi / 2)), is_flipped)


def _with_known_side_data(frame: VideoFrame) -> VideoFrame:
    """Remove the types of side data that PyAV does not know, since it reads none of a frame that has one of them."""
    graph = Graph()
    size = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1"
    source, sink = graph.add("buffer", size), graph.add("buffersink")
    deletions = [graph.add("sidedata", f"mode=delete:type={kind}") for kind in UNKNOWN_SIDE_DATA]
    graph.link_nodes(source, *deletions, sink).configure()
    graph.vpush(frame)
    return graph.vpull()


def _turn_upright(image: Image, orientation: Orientation) -> Image:
    if orientation == UPRIGHT:
        return image
    image = np.rot90(image, orientation.quarter_turns)
    return np.ascontiguousarray(image[:, ::-1] if orientation.is_flipped else image)

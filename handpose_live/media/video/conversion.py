"""From a decoded frame to the image a person is meant to see: upright, with square pixels, in SDR colours."""

from fractions import Fraction
from math import atan2, pi
from typing import Any, cast

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

from handpose_live.media.video.hdr import HDR_TRANSFERS, TO_BT709, to_sdr
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

# The matrices that FFmpeg's scaler has, by their number in H.273, which is what a frame's tag holds.
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
# Where the density is that of a print, as browsers take it, and not the shape of a pixel.
BARE_JPEG = ("mjpeg", "mpjpeg", "jpeg_pipe")
WIDEST_PIXEL = 8  # Times as wide as high, or as high as wide; beyond it, the file is not believed.
LONGEST_SIDE_PX = 8192
GROUND = 128
LIMITED_TO_FULL = np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
UPRIGHT = (0, False)
UNREAD = Fraction(-1)
UNKNOWN_SIDE_DATA = range(len(SideDataType), 64)


def decoder(stream: VideoStream) -> VideoCodecContext:
    """What decodes a stream: its own decoder, or one that gives the alpha that FFmpeg's VP8 and VP9 leave out."""
    name = ALPHA_DECODERS.get(stream.codec_context.name, "")
    if name not in codecs_available or stream.metadata.get("alpha_mode") != "1":
        return stream.codec_context
    return cast("VideoCodecContext", CodecContext.create(name, "r"))


class Converter:
    """Converts one stream's frames, each as its own tags say."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._reformatter = VideoReformatter()
        self._coded_aspect: Fraction | None = UNREAD
        self._rotation_deg: int | None = None
        self._held = UPRIGHT

    def __call__(self, frame: VideoFrame) -> Image:
        """The frame as ``(height, width, 3)`` RGB: BT.709 primaries, over mid-grey where it is transparent.

        Raises:
            HandPoseError: its kind of pixels is not one that FFmpeg can convert.
        """
        size = _square(frame.width, frame.height, self._pixel_aspect())
        image = self._sdr(frame, size)
        if _has_alpha(frame.format):
            image = _over_ground(image, self._scaled(frame, size, "rgba")[..., 3])
        return _turned(image, self._how_held(frame))

    def _sdr(self, frame: VideoFrame, size: tuple[int, int]) -> Image:
        primaries = frame.color_primaries
        if frame.color_trc in HDR_TRANSFERS and primaries == ColorPrimaries.UNSPECIFIED:
            primaries = ColorPrimaries.BT2020
        if frame.color_trc in HDR_TRANSFERS or primaries in TO_BT709:
            return to_sdr(np.asarray(self._scaled(frame, size, "rgb48le"), dtype=np.uint16), frame.color_trc, primaries)
        image = np.asarray(self._scaled(frame, size, "rgb24"), dtype=np.uint8)
        # FFmpeg's scaler takes every grey for one of full range.
        limited_grey = frame.color_range == ColorRange.MPEG and frame.format.name.startswith(("gray", "ya"))
        return np.asarray(cv2.LUT(image, LIMITED_TO_FULL), dtype=np.uint8) if limited_grey else image

    def _scaled(self, frame: VideoFrame, size: tuple[int, int], pixels: str) -> NDArray[Any]:
        # Every tag is given, because the scaler refuses some, and takes what has none for BT.601 in limited range.
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
            message = f"Pixels of the kind {frame.format.name} cannot be shown: convert the film to MP4 first."
            raise HandPoseError(message) from None
        return scaled.to_ndarray()

    def _pixel_aspect(self) -> Fraction | None:
        """Width by height of a pixel: as the file says, until the coded stream says something new."""
        if self._stream.container.format.name in BARE_JPEG:
            return None
        coded = self._stream.codec_context.sample_aspect_ratio
        if self._coded_aspect is UNREAD:
            self._coded_aspect = coded
        return self._stream.sample_aspect_ratio if coded == self._coded_aspect else coded

    def _how_held(self, frame: VideoFrame) -> tuple[int, bool]:
        """How the camera was held, read anew where the rotation changes.

        Side data and frame hold each other, so that every frame that is asked for it stays in memory until Python
        happens to look for such circles; the rotation alone holds nothing.
        """
        if frame.rotation != self._rotation_deg:
            self._rotation_deg, self._held = frame.rotation, _held(frame)
        return self._held


def _square(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """A size with square pixels that loses no line, or none that would make it longer than is of use."""
    if not aspect or not 1 / WIDEST_PIXEL <= aspect <= WIDEST_PIXEL:
        return width, height
    wide, high = round(width * aspect), round(height / aspect)
    if aspect > 1:
        return (wide, height) if wide <= LONGEST_SIDE_PX else (width, max(1, high))
    return (width, high) if high <= LONGEST_SIDE_PX else (max(1, wide), height)


def _matrix(frame: VideoFrame) -> Colorspace:
    """How the frame's colours are coded, by its tags, or else as players guess it."""
    if frame.colorspace in MATRICES:
        return MATRICES[frame.colorspace]
    if frame.color_trc in HDR_TRANSFERS or frame.color_primaries == ColorPrimaries.BT2020:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.width >= 1280 or frame.height > 576 else Colorspace.ITU601


def _has_alpha(pixels: VideoFormat) -> bool:
    return pixels.has_palette or any(component.is_alpha for component in pixels.components)


def _over_ground(image: Image, alpha: Image) -> Image:
    """The image, its colours not yet multiplied by alpha, over a mid-grey ground."""
    opacity = alpha.astype(np.float32) / 255
    ground = np.full_like(image, GROUND)
    return np.asarray(cv2.blendLinear(image, ground, opacity, 1 - opacity), dtype=np.uint8)


def _held(frame: VideoFrame) -> tuple[int, bool]:
    """How the camera was held: quarter turns, and whether the picture is to be flipped after them."""
    display = _with_known_side_data(frame).side_data.get("DISPLAYMATRIX")
    if not isinstance(display, Buffer):
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(display), dtype=np.int32)[:5].astype(float)
    flipped = a * d < b * c
    return round(atan2(-b, -a if flipped else a) / (pi / 2)), flipped


def _with_known_side_data(frame: VideoFrame) -> VideoFrame:
    """The frame without the kinds of side data that PyAV does not know, for which it gives none at all."""
    graph = Graph()
    size = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1"
    source, sink = graph.add("buffer", size), graph.add("buffersink")
    deletions = [graph.add("sidedata", f"mode=delete:type={kind}") for kind in UNKNOWN_SIDE_DATA]
    graph.link_nodes(source, *deletions, sink).configure()
    graph.vpush(frame)
    return graph.vpull()


def _turned(image: Image, held: tuple[int, bool]) -> Image:
    quarter_turns, flipped = held
    if held == UPRIGHT:
        return image
    image = np.rot90(image, quarter_turns)
    return np.ascontiguousarray(image[:, ::-1] if flipped else image)

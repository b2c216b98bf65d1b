"""Network streams: live video by RTSP or HTTP, Motion JPEG, and finished videos on servers."""

import io
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from itertools import chain
from typing import cast

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from handpose_live.media.address import without_credentials
from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.source import Source, SourceInfo
from handpose_live.media.video.container import open_container, open_video_stream, read_error
from handpose_live.media.video.conversion import convert_frames
from handpose_live.media.video.frame_decoder import FrameDecoder
from handpose_live.media.video.mjpeg import header_length, split_jpegs
from handpose_live.media.video.stream_info import nominal_fps
from handpose_live.media.video.timestamps import VideoPacket
from handpose_live.media.video.video_file import open_finished_video
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

# Start at once, and drop the packets that were read only to detect the format.
LIVE_OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}
# Return what has arrived, at most so many bytes at a time.
RAW_OPTIONS = {"fflags": "nobuffer", "raw_packet_size": "65536"}
# A playlist refers to other files by address.
PLAYLIST_STARTS = (b"#EXTM3U", b"<?xml", b"<MPD", b"\xef\xbb\xbf#EXTM3U")


class ChunkReader:
    """Lets chunks of bytes be read like a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return what has arrived, at most ``size`` bytes; none at the end."""
        self._rest = self._rest or next(self._chunks, b"")
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def open_stream(address: str) -> Source:
    """Open a video on the network: a live source, or a stored one if it is a finished video.

    Raises:
        HandPoseError: nothing answers there, or it is not a video.
    """
    name = without_credentials(address)
    return _open_http(address, name) if address.lower().startswith("http") else _open(address, address, name)


def _open(url: str | ChunkReader, address: str, name: str) -> Source:
    container, stream = open_video_stream(url, name, LIVE_OPTIONS)
    # A video that is still being recorded may have a duration of 0.
    if container.duration:
        container.close()
        return open_finished_video(address, name)
    return _open_live(name, nominal_fps(stream), _read_images(container, stream, name))


def _open_http(address: str, name: str) -> Source:
    """Choose a reader by the first bytes of the response, as some live servers answer one request only.

    Motion JPEG has a reader of its own: FFmpeg accepts only what follows the standard, and returns each image only
    when the next one begins.
    """
    response = open_container(address, name, RAW_OPTIONS, "data")
    chunks = _chunks(response)
    try:
        head, length = _read_head(chunks)
    except FFmpegError as error:
        response.close()
        raise read_error(name, error, from_file=False) from None
    chunks = chain([head], chunks)
    is_image_file = length == 0 and response.size > 0
    if is_image_file or (length == -1 and response.size > 0) or head.startswith(PLAYLIST_STARTS):
        response.close()
        return open_finished_video(address, name) if is_image_file else _open(address, address, name)
    if length is not None and length >= 0:
        return _open_live(name, None, _read_motion_jpeg(response, chunks, name, may_be_single=length == 0))
    return _open(ChunkReader(chunks), address, name)


def _read_head(chunks: Iterator[bytes]) -> tuple[bytes, int | None]:
    """Read until the format is clear.

    Returns:
        The first bytes; how many of them come before the first JPEG, see :func:`header_length`.
    """
    head, length = b"", None
    while length is None and (chunk := next(chunks, None)) is not None:
        head += chunk
        length = header_length(head)
    return head, length


def _open_live(name: str, fps: float | None, images: Generator[Image]) -> LiveSource:
    first = next(images)
    height, width = first.shape[:2]
    return LiveSource(SourceInfo(name, width, height, fps, None, live=True), _prepend(first, images))


def _prepend(first: Image, others: Generator[Image]) -> Generator[Image]:
    with closing(others):
        yield first
        yield from others


def _read_images(container: InputContainer, stream: VideoStream, name: str) -> Generator[Image]:
    decoder = FrameDecoder(container, stream)
    with container:
        for image, _ in convert_frames(stream, decoder.decode(decoder.demux())):
            yield image
    raise _end_of_stream(name)


def _chunks(container: InputContainer) -> Iterator[bytes]:
    for packet in container.demux(container.streams[0]):
        if packet.size:
            yield bytes(packet)


def _until_error(chunks: Iterable[bytes]) -> Iterator[bytes]:
    with suppress(FFmpegError):
        yield from chunks


def _read_motion_jpeg(
    container: InputContainer, chunks: Iterable[bytes], name: str, *, may_be_single: bool
) -> Generator[Image]:
    """Yield the images; with ``may_be_single``, the end of the stream after one image is not an error."""
    count = 0
    with container:
        jpegs = split_jpegs(_until_error(chunks))
        first = next(jpegs, None)
        if first is None:
            raise _end_of_stream(name)
        # Opening the first image as a video sets up the decoder for all of them.
        with av.open(io.BytesIO(first), "r", format="mjpeg") as video:
            stream = video.streams.video[0]
            packets = (cast("VideoPacket", Packet(jpeg)) for jpeg in chain([first], jpegs))
            for image, _ in convert_frames(stream, FrameDecoder(video, stream).decode(packets)):
                count += 1
                yield image
    if not (may_be_single and count == 1):
        raise _end_of_stream(name)


def _end_of_stream(name: str) -> HandPoseError:
    return HandPoseError(f"{name} sends no more frames: check the sender and the network, then open it again.")

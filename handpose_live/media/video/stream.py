"""Network streams."""

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
from handpose_live.media.video.frame_decoder import Reader
from handpose_live.media.video.mjpeg import header_length, pictures
from handpose_live.media.video.timestamps import VideoPacket
from handpose_live.media.video.video_file import (
    cannot_read,
    fps_of,
    images,
    open_container,
    open_recording,
    open_video_stream,
)
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

# Start at once, and keep nothing that was only read to find out what the stream is.
LIVE_OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}
# As much as has arrived, up to so many bytes.
BYTES_OPTIONS = {"fflags": "nobuffer", "raw_packet_size": "65536"}
# A playlist names others by their address.
PLAYLIST = (b"#EXTM3U", b"<?xml", b"<MPD", b"\xef\xbb\xbf#EXTM3U")


class Arriving:
    """Reads chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        """What has arrived, at most so many bytes; none at the end."""
        self._rest = self._rest or next(self._chunks, b"")
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def open_stream(address: str) -> Source:
    """A video on the network: live, or every frame where it is a finished recording.

    Raises:
        HandPoseError: nothing answers there, or it is no video.
    """
    name = without_credentials(address)
    return _open_http(address, name) if address.lower().startswith("http") else _open(address, address, name)


def _open(sent: str | Arriving, address: str, name: str) -> Source:
    container, stream = open_video_stream(sent, name, LIVE_OPTIONS)
    # A film that is being made may give its length as 0.
    if container.duration:
        container.close()
        return open_recording(address, name)
    return _live(name, fps_of(stream), _images(container, stream, name))


def _open_http(address: str, name: str) -> Source:
    """Its first bytes tell what a server sends; who sends live may answer once only.

    FFmpeg knows Motion JPEG only where it keeps to the standard, and gives a picture when the next one begins.
    """
    sent = open_container(address, name, BYTES_OPTIONS, "data")
    chunks = _chunks(sent)
    try:
        head, length = _head(chunks)
    except FFmpegError as error:
        sent.close()
        raise cannot_read(name, error, from_file=False) from None
    chunks = chain([head], chunks)
    is_picture_file = length == 0 and sent.size > 0
    if is_picture_file or (length == -1 and sent.size > 0) or head.startswith(PLAYLIST):
        sent.close()
        return open_recording(address, name) if is_picture_file else _open(address, address, name)
    if length is not None and length >= 0:
        return _live(name, None, _jpeg_images(sent, chunks, name, may_be_one=length == 0))
    return _open(Arriving(chunks), address, name)


def _head(chunks: Iterator[bytes]) -> tuple[bytes, int | None]:
    """The first bytes, and how many of them are before the first picture of Motion JPEG; see :func:`header_length`."""
    head, length = b"", None
    while length is None and (chunk := next(chunks, None)) is not None:
        head += chunk
        length = header_length(head)
    return head, length


def _live(name: str, fps: float | None, seen: Generator[Image]) -> LiveSource:
    first = next(seen)
    height, width = first.shape[:2]
    return LiveSource(SourceInfo(name, width, height, fps, None, live=True), _with_first(first, seen))


def _with_first(first: Image, others: Generator[Image]) -> Generator[Image]:
    with closing(others):
        yield first
        yield from others


def _images(container: InputContainer, stream: VideoStream, name: str) -> Generator[Image]:
    reader = Reader(container, stream)
    with container:
        for image, _ in images(stream, reader.frames(reader.packets())):
            yield image
    raise _no_more(name)


def _chunks(container: InputContainer) -> Iterator[bytes]:
    for packet in container.demux(container.streams[0]):
        if packet.size:
            yield bytes(packet)


def _until_lost(chunks: Iterable[bytes]) -> Iterator[bytes]:
    with suppress(FFmpegError):
        yield from chunks


def _jpeg_images(
    container: InputContainer, chunks: Iterable[bytes], name: str, *, may_be_one: bool
) -> Generator[Image]:
    """The pictures; one alone (``may_be_one``) is all there is to see, and its end no fault."""
    count = 0
    with container:
        files = pictures(_until_lost(chunks))
        first = next(files, None)
        if first is None:
            raise _no_more(name)
        # Opened as a film of one frame, it tells FFmpeg how to read all others.
        with av.open(io.BytesIO(first), "r", format="mjpeg") as film:
            stream = film.streams.video[0]
            packets = (cast("VideoPacket", Packet(file)) for file in chain([first], files))
            for image, _ in images(stream, Reader(film, stream).frames(packets)):
                count += 1
                yield image
    if not (may_be_one and count == 1):
        raise _no_more(name)


def _no_more(name: str) -> HandPoseError:
    return HandPoseError(f"{name} sends no more frames: check the sender and the network, then open it again.")

"""Network streams."""

import io
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from itertools import chain
from typing import cast

import av
from av.container import InputContainer
from av.error import ExitError, FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from handpose_live.capture.address import without_secrets
from handpose_live.capture.clock import VideoPacket
from handpose_live.capture.frame import Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.mjpeg import header_length, pictures
from handpose_live.capture.reader import Reader
from handpose_live.capture.source import Source, SourceInfo
from handpose_live.capture.video import cannot_read, fps_of, images, open_container, open_recording, open_video_stream
from handpose_live.errors import HandPoseError

# Start at once, and keep nothing that was only read to find out what the stream is.
LIVE_OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}
# As much as has arrived, up to so many bytes.
BYTES_OPTIONS = {"fflags": "nobuffer", "raw_packet_size": "65536"}


def open_stream(address: str) -> Source:
    """A video on the network: live, or every frame where it is a finished recording.

    Raises:
        HandPoseError: nothing answers there, or it is no video.
    """
    name = without_secrets(address)
    if address.lower().startswith("http") and (source := _open_motion_jpeg(address, name)) is not None:
        return source
    container, stream = open_video_stream(address, name, LIVE_OPTIONS)
    if container.duration is not None:
        container.close()
        return open_recording(address, name)
    return _live(name, fps_of(stream), _images(container, stream, name))


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


def _open_motion_jpeg(address: str, name: str) -> Source | None:
    """What sends JPEG pictures; None if it sends something else.

    FFmpeg knows such a stream only where it keeps to the standard, and gives a picture when the next one begins.
    """
    container = open_container(address, name, BYTES_OPTIONS, "data")
    chunks = _chunks(container)
    head, header = b"", None
    try:
        while header is None and (chunk := next(chunks, None)) is not None:
            head += chunk
            header = header_length(head)
    except ExitError as error:
        container.close()
        raise cannot_read(name, error, is_file=False) from None
    except FFmpegError:
        pass
    if header is None or header < 0:
        container.close()
        return None
    if header == 0 and container.size > 0:
        container.close()
        return open_recording(address, name)
    return _live(name, None, _jpeg_images(container, chain([head], chunks), name, may_be_one=header == 0))


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
        first = next(files, b"")
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

"""Video files, read with FFmpeg."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from math import isnan, nan
from pathlib import Path
from typing import Protocol

import av
from av.container import InputContainer
from av.error import ExitError, FFmpegError, HTTPForbiddenError, HTTPUnauthorizedError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from handpose_live.media.letterbox import letterbox
from handpose_live.media.source import SourceInfo, StoredSource
from handpose_live.media.video.conversion import Converter
from handpose_live.media.video.frame_decoder import Reader, end_s, is_mp4
from handpose_live.media.video.timestamps import Clock, VideoPacket, from_keyframe, stamp_of, steady
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0
ASSUMED_FPS = 30.0
# FFmpeg reads pictures too, but only the first frame, page or tile of many of them. JPEG may be a film of many.
PICTURES = ("apng", "gif", *(f"{kind}_pipe" for kind in ("bmp", "j2k", "pbm", "pgm", "png", "ppm", "tiff", "webp")))
PICTURE_BRANDS = ("heic", "heix", "mif1", "avif", "avis")
HIGHEST_FPS = 1000.0
# A file's index may tell when a frame is decoded; by no more than so many frames later it is shown.
REORDERED = 4
# FFmpeg's AVFMT_TS_DISCONT and AVFMT_NOTIMESTAMPS.
TIMES_MAY_JUMP, HAS_NO_TIMES = 0x200, 0x80


class Readable(Protocol):
    """What gives bytes as a file does."""

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        ...


def open_video(path: Path) -> StoredSource:
    """A video file: every frame that can be decoded, at its own time and as its camera was held.

    Raises:
        HandPoseError: the file cannot be read as a video.
    """
    # Without the prefix, a colon in the path would be taken for a protocol.
    return open_recording(f"file:{path}", path.name)


def open_recording(url: str, name: str) -> StoredSource:
    """A finished video, in a file or on a server.

    Raises:
        HandPoseError: it cannot be read as a video.
    """
    container, stream = open_video_stream(url, name)
    with container:
        reader = Reader(container, stream)
        first = next(images(stream, reader.frames(reader.packets())), None)
        if first is None:
            raise HandPoseError(f"{name} holds no frame that can be decoded: give another video.")
        image, start_s = first
        height, width = image.shape[:2]
        if _has_index(container):
            count, duration_s = _frame_count(container, stream), _duration_s(container, stream)
        else:
            count, duration_s = _packet_count(url, name), None
        info = SourceInfo(name, width, height, fps_of(stream), count, live=False, duration_s=duration_s)
    source = StoredSource(info, lambda from_s: _frames(url, source, start_s, from_s))
    return source


def _frames(url: str, source: StoredSource, start_s: float, from_s: float) -> Generator[Frame]:
    """The frames from a time on; at the end, a film that was read from its start tells whether it was whole."""
    info = source.info
    container, stream = open_video_stream(url, info.name)
    stream.thread_type = "AUTO"
    clock = Clock(1 / (info.fps or ASSUMED_FPS), start_s if from_s > 0 else nan)
    first_s = from_s - clock.period_s / 2
    with container:
        reader = Reader(container, stream)
        packets = _packets(reader, clock, from_s)
        for image, stamp_s in images(stream, reader.frames(packets)):
            clock.tick(stamp_s)
            if clock.time_s >= first_s:
                yield Frame(letterbox(image, info.width, info.height), clock.index, clock.time_s)
        if from_s <= 0 and (sentence := reader.shortfall(info.name, clock.index + 1, info.frame_count)):
            source.warn(sentence)


def _packets(reader: Reader, clock: Clock, from_s: float) -> Iterator[VideoPacket]:
    """What must be decoded to show the frames from a time on; the clock is wound to it."""
    container, stream = reader.container, reader.stream
    packets = steady(reader.packets(), joined=_may_be_joined(container))
    # Without stamps, nothing tells what can be decoded from a keyframe.
    if from_s <= 0 or isnan(clock.start_s):
        return packets
    if not _has_index(container):
        return from_keyframe(packets, clock, from_s - clock.period_s / 2)
    sought_s = from_s - REORDERED * clock.period_s
    if sought_s <= 0 or not _seek(container, stream, sought_s):
        return packets
    return _numbered(packets, container, stream, clock)


def _seek(container: InputContainer, stream: VideoStream, time_s: float) -> bool:
    """Go to the keyframe before a time; False if the film is still at its start."""
    if stream.time_base is None:
        return False
    try:
        container.seek((stream.start_time or 0) + round(time_s / stream.time_base), stream=stream)
    except FFmpegError:
        return False
    return True


def _numbered(
    packets: Iterator[VideoPacket], container: InputContainer, stream: VideoStream, clock: Clock
) -> Iterator[VideoPacket]:
    """The packets from a keyframe on, without those that are shown before it; the clock is set to its number."""
    key: VideoPacket | None = None
    listed = len(stream.index_entries)
    is_listed = listed > 0 and (listed == stream.frames or (stream.frames > 0 and is_mp4(container)))
    for packet in packets:
        if key is None and packet.size:
            key = packet
            if is_listed and key.dts is not None:
                clock.index = _place(stream, key.dts) - 1
            elif not isnan(since_start_s := stamp_of(key) - clock.start_s):
                clock.index = round(since_start_s / clock.period_s) - 1
        elif key is not None and stamp_of(packet) < stamp_of(key):
            clock.index += is_listed
            continue
        yield packet


def _place(stream: VideoStream, dts: int) -> int:
    """How many frames the file stores before the one with this stamp."""
    index = stream.index_entries
    return sum(not entry.is_discard for entry in index[: index.search_timestamp(dts, any_frame=True)])


def open_video_stream(
    url: str | Readable, name: str, options: dict[str, str] | None = None
) -> tuple[InputContainer, VideoStream]:
    """Open the best video of a film or stream.

    Raises:
        HandPoseError: it cannot be opened, or holds no video.
    """
    container = open_container(url, name, options)
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or not _is_film(container, stream):
        container.close()
        raise HandPoseError(f"{name} holds no video: give another one.")
    return container, stream


def open_container(
    url: str | Readable, name: str, options: dict[str, str] | None = None, format_name: str | None = None
) -> InputContainer:
    """Open what FFmpeg can read; what is on the network has to answer in time, then and later.

    Raises:
        HandPoseError: it cannot be opened.
    """
    timeout = None if is_file(url) else (OPEN_TIMEOUT_S, READ_TIMEOUT_S)
    try:
        return av.open(url, "r", format=format_name, options=options, metadata_errors="replace", timeout=timeout)
    except FFmpegError as error:
        raise cannot_read(name, error, from_file=is_file(url)) from None


def cannot_read(name: str, error: FFmpegError, *, from_file: bool) -> HandPoseError:
    """The sentence for a person; the error's own text would show the address with its password."""
    # A bare OSError is FFmpeg's word for silence.
    reason = "no answer" if type(error) in (ExitError, av.error.OSError) else error.strerror
    way_out = "give another file" if from_file else "check the address, and that the sender is on and within reach"
    if isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
        way_out = "check the user and password in its address and enter it again, as they are never kept"
    return HandPoseError(f"{name} cannot be read as a video ({reason}): {way_out}.")


def _is_film(container: InputContainer, stream: VideoStream) -> bool:
    """FFmpeg makes a moving picture of every text file (tty), and a still one of the cover of music."""
    is_cover = Disposition.attached_pic in stream.disposition
    is_picture = container.name.startswith("file:") and _is_picture(container)
    return container.format.name != "tty" and not (is_cover or is_picture) and bool(stream.codec_context)


def _is_picture(container: InputContainer) -> bool:
    return container.format.name in PICTURES or container.metadata.get("major_brand") in PICTURE_BRANDS


def images(stream: VideoStream, frames: Iterator[VideoFrame]) -> Iterator[tuple[Image, float]]:
    """Pictures, all in the size of the first, each with its stamp in seconds, or NaN if it has none."""
    size: tuple[int, int] | None = None
    convert = Converter(stream)
    for frame in frames:
        image = convert(frame)
        size = size or (image.shape[1], image.shape[0])
        yield letterbox(image, *size), nan if frame.time is None else frame.time


def fps_of(stream: VideoStream) -> float | None:
    """The nominal rate; the average one says little of a film with long gaps."""
    average, guessed = stream.average_rate, stream.guessed_rate
    rate = guessed if average and guessed and 2 * average < guessed < HIGHEST_FPS else average
    return float(rate) if rate else None


def _frame_count(container: InputContainer, stream: VideoStream) -> int | None:
    if stream.frames:
        shown = sum(not entry.is_discard for entry in stream.index_entries) if is_mp4(container) else stream.frames
        return shown or stream.frames
    duration_s, fps = _duration_s(container, stream), fps_of(stream)
    return round(duration_s * fps) if duration_s and fps else None


def _duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    video_end_s = end_s(container, stream)
    if video_end_s is None or stream.start_time is None or stream.time_base is None:
        return video_end_s
    return max(0.0, video_end_s - float(stream.start_time * stream.time_base))


def _packet_count(url: str, name: str) -> int | None:
    """How many frames a file holds that has to be read through to know."""
    if not is_file(url):
        return None
    container, stream = open_video_stream(url, name)
    count = 0
    with container, suppress(FFmpegError):
        for packet in container.demux(stream):
            count += packet.size > 0
    return count


def _may_be_joined(container: InputContainer) -> bool:
    return bool(container.format.flags & TIMES_MAY_JUMP)


def _has_index(container: InputContainer) -> bool:
    """A time can be found in the file; others are read through, unless a server would have to send them."""
    is_unclear = container.format.flags & (TIMES_MAY_JUMP | HAS_NO_TIMES) and is_file(container.name)
    return bool(container.duration) and not is_unclear


def is_file(url: str | Readable) -> bool:
    """On this computer, not on the network."""
    return isinstance(url, str) and url.startswith("file:")

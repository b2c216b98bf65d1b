"""Video files and network streams, read with FFmpeg."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from math import atan2, isnan, nan, pi
from pathlib import Path

import av
import numpy as np
from av.buffer import Buffer
from av.container import InputContainer
from av.error import ExitError, FFmpegError, HTTPForbiddenError, HTTPUnauthorizedError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from handpose_live.capture.address import without_secrets
from handpose_live.capture.fit import fit
from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.source import Source, SourceInfo, StoredSource
from handpose_live.errors import HandPoseError

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0
ASSUMED_FPS = 30.0
UPRIGHT = (0, False)
# Start at once, and keep nothing that was only read to find out what the stream is.
LIVE_OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}


def open_video(path: Path) -> StoredSource:
    """A video file: every frame that can be decoded, at its own time and as its camera was held.

    Raises:
        HandPoseError: the file cannot be read as a video.
    """
    # Without the prefix, a colon in the path would be taken for a protocol.
    return _stored(f"file:{path}", path.name)


def open_stream(address: str) -> Source:
    """A video on the network: live, or every frame where it is a finished recording.

    Raises:
        HandPoseError: nothing answers there, or it is no video.
    """
    name = without_secrets(address)
    container, stream = _open(address, name, LIVE_OPTIONS)
    if container.duration is not None:
        container.close()
        return _stored(address, name)
    fps = _fps(stream)
    images = _live_images(container, stream, name)
    height, width = next(images).shape[:2]
    return LiveSource(SourceInfo(name, width, height, fps, None, live=True), images)


def _stored(url: str, name: str) -> StoredSource:
    container, stream = _open(url, name)
    with container:
        first = next(_images(container, stream), None)
        if first is None:
            raise HandPoseError(f"{name} holds no frame that can be decoded: give another video.")
        height, width = first[0].shape[:2]
        info = SourceInfo(name, width, height, _fps(stream), _frame_count(container, stream), live=False)
    return StoredSource(info, lambda start_s: _stored_frames(url, info, start_s))


def _stored_frames(url: str, info: SourceInfo, from_s: float) -> Generator[Frame]:
    """A frame without a time, or with one that is past, comes a nominal period after the one before.

    Jumping to a time, frames are counted by the nominal rate.
    """
    container, stream = _open(url, info.name)
    stream.thread_type = "AUTO"
    period_s = 1 / (info.fps or ASSUMED_FPS)
    time_s, start_s, index = -period_s, nan, -1
    with container:
        # What does not know how long it is cannot jump either, and is read from its start.
        if from_s > 0 and container.duration and stream.time_base is not None:
            start_s = float((stream.start_time or 0) * stream.time_base)
            with suppress(FFmpegError):
                container.seek(round((start_s + from_s) / stream.time_base), stream=stream)
                index = -2
        for image, stamp_s in _images(container, stream):
            start_s = stamp_s if isnan(start_s) else start_s
            since_start_s = stamp_s - start_s
            time_s = since_start_s if since_start_s > time_s else time_s + period_s
            index = round(time_s / period_s) if index == -2 else index + 1
            if time_s >= from_s - period_s / 2:
                yield Frame(image, index, time_s)


def _live_images(container: InputContainer, stream: VideoStream, name: str) -> Generator[Image]:
    with container:
        for image, _ in _images(container, stream):
            yield image
    raise HandPoseError(f"{name} sends no more frames: check the sender and the network, then open it again.")


def _open(url: str, name: str, options: dict[str, str] | None = None) -> tuple[InputContainer, VideoStream]:
    is_file = url.startswith("file:")
    try:
        container = av.open(url, options=options, timeout=None if is_file else (OPEN_TIMEOUT_S, READ_TIMEOUT_S))
    except FFmpegError as error:
        # The error's own text would show the address with its password; a bare OSError is FFmpeg's word for silence.
        reason = "no answer" if type(error) in (ExitError, av.error.OSError) else error.strerror
        way_out = "give another file" if is_file else "check the address, and that the sender is on and within reach"
        if isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
            way_out = "check the user and password in its address and enter it again, as they are never kept"
        raise HandPoseError(f"{name} cannot be read as a video ({reason}): {way_out}.") from None
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or not _is_film(container, stream):
        container.close()
        raise HandPoseError(f"{name} holds no video: give another one.")
    return container, stream


def _is_film(container: InputContainer, stream: VideoStream) -> bool:
    """FFmpeg makes a moving picture of every text file (tty), and a still one of the cover of music."""
    is_cover = Disposition.attached_pic in stream.disposition
    return container.format.name != "tty" and not is_cover and bool(stream.codec_context)


def _images(container: InputContainer, stream: VideoStream) -> Iterator[tuple[Image, float]]:
    """Pictures, all in the size of the first, each with its stamp in seconds, or NaN if it has none."""
    size: tuple[int, int] | None = None
    held = UPRIGHT
    for frame in _decoded(container, stream):
        # Asked of the first frame only: side data and frame hold each other, so that every frame that is
        # asked stays in memory until Python happens to look for such circles.
        held = _held(frame) if size is None else held
        image = _turned(np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8), held)
        size = size or (image.shape[1], image.shape[0])
        yield fit(image, *size), nan if frame.time is None else frame.time


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Every frame up to where the video ends or is torn off; broken ones are left out."""
    with suppress(FFmpegError):
        for packet in container.demux(stream):
            with suppress(FFmpegError):
                yield from (frame for frame in packet.decode() if not frame.is_corrupt)
    with suppress(FFmpegError):
        yield from stream.decode(None)


def _held(frame: VideoFrame) -> tuple[int, bool]:
    """How the camera was held: quarter turns, and whether the picture is to be flipped after them."""
    display = frame.side_data.get("DISPLAYMATRIX")
    if not isinstance(display, Buffer):
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(display), dtype=np.int32)[:5].astype(float)
    flipped = a * d < b * c
    return round(atan2(-b, -a if flipped else a) / (pi / 2)), flipped


def _turned(image: Image, held: tuple[int, bool]) -> Image:
    quarter_turns, flipped = held
    if held == UPRIGHT:
        return image
    image = np.rot90(image, quarter_turns)
    return np.ascontiguousarray(image[:, ::-1] if flipped else image)


def _fps(stream: VideoStream) -> float | None:
    return float(stream.average_rate) if stream.average_rate else None


def _frame_count(container: InputContainer, stream: VideoStream) -> int | None:
    if stream.frames:
        return stream.frames
    fps = _fps(stream)
    return round(container.duration / av.time_base * fps) if container.duration and fps else None

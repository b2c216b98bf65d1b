"""Video files and network streams, read with FFmpeg."""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from handpose_live.capture.fit import fit
from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.source import Source, SourceInfo, StoredSource
from handpose_live.errors import HandPoseError

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0
ASSUMED_FPS = 30.0
# Nothing is kept back: neither packets while the stream is being probed, nor frames for smooth playing.
STREAM_OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "flags": "low_delay",
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
}


def open_video(path: Path) -> StoredSource:
    """A video file: every frame that can be decoded, at its own time.

    Raises:
        HandPoseError: the file cannot be read as a video.
    """
    # With the prefix a colon in the path is not taken for a protocol.
    return _stored(f"file:{path}", path.name)


def open_stream(address: str) -> Source:
    """A video on the network: live, or in full when it is a finished recording.

    Raises:
        HandPoseError: nothing answers there, or it is no video.
    """
    name = _without_password(address)
    container, stream = _open(address, name)
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
            raise HandPoseError(f"{name} holds no picture that can be decoded; give another file.")
        height, width = first[0].shape[:2]
        info = SourceInfo(name, width, height, _fps(stream), _frame_count(container, stream), live=False)
    return StoredSource(info, lambda: _frames(url, info))


def _frames(url: str, info: SourceInfo) -> Generator[Frame]:
    container, stream = _open(url, info.name)
    stream.thread_type = "AUTO"
    stamps = []
    with container:
        for index, (image, stamp_s) in enumerate(_images(container, stream)):
            yield Frame(image, index, 0)

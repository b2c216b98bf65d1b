"""Video files, read with FFmpeg."""

from collections.abc import Generator
from math import nan
from pathlib import Path

from handpose_live.media.letterbox import letterbox
from handpose_live.media.source import DEFAULT_FPS, SourceInfo, StoredSource
from handpose_live.media.video.container import open_video_stream
from handpose_live.media.video.conversion import convert_frames
from handpose_live.media.video.frame_decoder import FrameDecoder
from handpose_live.media.video.seeking import packets_from
from handpose_live.media.video.stream_info import count_packets, duration_s, frame_count, has_index, nominal_fps
from handpose_live.media.video.timestamps import FrameClock
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame


def open_video(path: Path) -> StoredSource:
    """Open a video file: every frame that can be decoded, upright and at its own time.

    Raises:
        HandPoseError: the file cannot be read as a video.
    """
    # Without the prefix, a colon in the path would be taken for a protocol.
    return open_finished_video(f"file:{path}", path.name)


def open_finished_video(url: str, name: str) -> StoredSource:
    """Open a video that can be read from its start any number of times, from a file or a server.

    Args:
        url: ``file:`` and a path, or an address.
        name: for the user.

    Raises:
        HandPoseError: it cannot be read as a video.
    """
    container, stream = open_video_stream(url, name)
    with container:
        decoder = FrameDecoder(container, stream)
        first = next(convert_frames(stream, decoder.decode(decoder.demux())), None)
        if first is None:
            raise HandPoseError(f"{name} holds no frame that can be decoded: give another video.")
        image, start_s = first
        height, width = image.shape[:2]
        if has_index(container):
            count, length_s = frame_count(container, stream), duration_s(container, stream)
        else:
            count, length_s = count_packets(url, name), None
        info = SourceInfo(name, width, height, nominal_fps(stream), count, live=False, duration_s=length_s)
    source = StoredSource(info, lambda from_s: _read_frames(url, source, start_s, from_s))
    return source


def _read_frames(url: str, source: StoredSource, start_s: float, from_s: float) -> Generator[Frame]:
    """Yield the frames from a time on; a video that is read from start to end gets a warning if frames are missing.

    Args:
        url: of the video.
        source: gets the warning.
        start_s: timestamp of the first frame, in seconds; NaN if it has none.
        from_s: time since the first frame, in seconds.
    """
    info = source.info
    container, stream = open_video_stream(url, info.name)
    stream.thread_type = "AUTO"
    clock = FrameClock(1 / (info.fps or DEFAULT_FPS), start_s if from_s > 0 else nan)
    min_time_s = from_s - clock.period_s / 2
    with container:
        decoder = FrameDecoder(container, stream)
        packets = packets_from(decoder, clock, from_s)
        for image, timestamp_s in convert_frames(stream, decoder.decode(packets)):
            clock.advance(timestamp_s)
            if clock.time_s >= min_time_s:
                yield Frame(letterbox(image, info.width, info.height), clock.index, clock.time_s)
        if from_s <= 0 and (warning := decoder.missing_frames_warning(info.name, clock.index + 1, info.frame_count)):
            source.add_warning(warning)

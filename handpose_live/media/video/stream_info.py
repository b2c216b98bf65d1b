"""What a container says about its video stream: frame rate, duration, number of frames, and whether it has an index."""

import re
from contextlib import suppress

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from handpose_live.media.video.container import is_file, open_video_stream

MAX_FPS = 1000.0
# FFmpeg's AVFMT_TS_DISCONT and AVFMT_NOTIMESTAMPS.
TIMESTAMPS_MAY_JUMP, HAS_NO_TIMESTAMPS = 0x200, 0x80


def nominal_fps(stream: VideoStream) -> float | None:
    """Return the nominal frame rate; the average rate says little about a video with long gaps."""
    average, guessed = stream.average_rate, stream.guessed_rate
    rate = guessed if average and guessed and 2 * average < guessed < MAX_FPS else average
    return float(rate) if rate else None


def frame_count(container: InputContainer, stream: VideoStream) -> int | None:
    """Return the number of frames that are shown, according to the index or the duration; None if unknown."""
    if stream.frames:
        shown = sum(not entry.is_discard for entry in stream.index_entries) if is_mp4(container) else stream.frames
        return shown or stream.frames
    length_s, fps = duration_s(container, stream), nominal_fps(stream)
    return round(length_s * fps) if length_s and fps else None


def count_packets(url: str, name: str) -> int | None:
    """Count the frames of a file without an index by reading all of it; None for what is not a file."""
    if not is_file(url):
        return None
    container, stream = open_video_stream(url, name)
    count = 0
    with container, suppress(FFmpegError):
        for packet in container.demux(stream):
            count += packet.size > 0
    return count


def duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the time from the start of the stream to its end, in seconds; None if unknown."""
    end_s = stream_end_s(container, stream)
    if end_s is None or stream.start_time is None or stream.time_base is None:
        return end_s
    return max(0.0, end_s - float(stream.start_time * stream.time_base))


def stream_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the timestamp at which the stream ends, in seconds; None if the container does not say."""
    if stream.duration is not None and stream.time_base is not None:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    # Matroska has the duration of a stream in its tags only.
    if tag := re.match(r"(\d+):(\d+):(\d+\.\d+)", stream.metadata.get("DURATION", "")):
        hours, minutes, seconds = map(float, tag.groups())
        return 3600 * hours + 60 * minutes + seconds
    return None if container.duration is None else container.duration / av.time_base


def is_mp4(container: InputContainer) -> bool:
    """Whether it is MP4 or QuickTime, whose index lists every frame."""
    return "mp4" in container.format.name.split(",")


def may_be_concatenated(container: InputContainer) -> bool:
    """Whether files of this format may be joined end to end, each part with timestamps of its own."""
    return bool(container.format.flags & TIMESTAMPS_MAY_JUMP)


def has_index(container: InputContainer) -> bool:
    """Whether FFmpeg can seek to a time.

    Files for which it cannot are read from their start; on a server, that would take too long, so that there any known
    duration counts as an index.
    """
    is_unreliable = container.format.flags & (TIMESTAMPS_MAY_JUMP | HAS_NO_TIMESTAMPS) and is_file(container.name)
    return bool(container.duration) and not is_unreliable

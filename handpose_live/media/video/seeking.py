"""Seeking: which packets must be decoded to show a video from a time on."""

from collections.abc import Iterator
from math import isnan

from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from handpose_live.media.video.frame_decoder import FrameDecoder
from handpose_live.media.video.stream_info import has_index, is_mp4, may_be_concatenated
from handpose_live.media.video.timestamps import (
    FrameClock,
    VideoPacket,
    remove_discontinuities,
    skip_to_keyframe,
    timestamp_s,
)

# An index may hold decoding times; a frame is shown at most so many frames later.
MAX_REORDERED_FRAMES = 4


def packets_from(decoder: FrameDecoder, clock: FrameClock, from_s: float) -> Iterator[VideoPacket]:
    """Yield the packets that must be decoded to show the frames from a time on.

    Args:
        decoder: of the open video, not used yet.
        clock: at its start; it is set to the frame before the first one that the packets give.
        from_s: time since the first frame, in seconds.
    """
    container, stream = decoder.container, decoder.stream
    packets = remove_discontinuities(decoder.demux(), may_be_concatenated=may_be_concatenated(container))
    # Without timestamps, it is unknown which frames can be decoded from a keyframe.
    if from_s <= 0 or isnan(clock.start_s):
        return packets
    if not has_index(container):
        return skip_to_keyframe(packets, clock, from_s - clock.period_s / 2)
    seek_s = from_s - MAX_REORDERED_FRAMES * clock.period_s
    if seek_s <= 0 or not _seek(container, stream, seek_s):
        return packets
    return _set_clock(packets, container, stream, clock)


def _seek(container: InputContainer, stream: VideoStream, time_s: float) -> bool:
    """Seek to the keyframe before a time; return False if the container is still at its start."""
    if stream.time_base is None:
        return False
    try:
        container.seek((stream.start_time or 0) + round(time_s / stream.time_base), stream=stream)
    except FFmpegError:
        return False
    return True


def _set_clock(
    packets: Iterator[VideoPacket], container: InputContainer, stream: VideoStream, clock: FrameClock
) -> Iterator[VideoPacket]:
    """Set the clock's index by the first keyframe, and drop packets of frames that are shown before that."""
    keyframe: VideoPacket | None = None
    entries = len(stream.index_entries)
    is_complete_index = entries > 0 and (entries == stream.frames or (stream.frames > 0 and is_mp4(container)))
    for packet in packets:
        if keyframe is None and packet.size:
            keyframe = packet
            if is_complete_index and keyframe.dts is not None:
                clock.index = _frames_before(stream, keyframe.dts) - 1
            elif not isnan(since_start_s := timestamp_s(keyframe) - clock.start_s):
                clock.index = round(since_start_s / clock.period_s) - 1
        elif keyframe is not None and timestamp_s(packet) < timestamp_s(keyframe):
            clock.index += is_complete_index
            continue
        yield packet


def _frames_before(stream: VideoStream, dts: int) -> int:
    """Count the frames that the file stores before the one with this decoding timestamp."""
    index = stream.index_entries
    return sum(not entry.is_discard for entry in index[: index.search_timestamp(dts, any_frame=True)])

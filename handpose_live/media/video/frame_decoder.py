"""Decoding the frames of an open video, and counting those that are missing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from handpose_live.media.video.conversion import open_decoder
from handpose_live.media.video.stream_info import is_mp4, stream_end_s
from handpose_live.media.video.timestamps import VideoPacket

# How far the last packet of a complete file may end from where the file says: sound and images differ in length.
END_TOLERANCE_S = 0.5
REORDERING_CODECS = ("h264", "hevc")


@dataclass
class FrameDecoder:
    """Demuxes and decodes the video stream of a container, once.

    Attributes:
        container, stream: the open video.
        packet_count: packets of the video so far.
        demuxed_s: timestamp at which the last packet of any stream ends, in seconds.
        decoded_s: timestamp of the last intact frame, in seconds.
        has_errors: something could not be decoded.
    """

    container: InputContainer
    stream: VideoStream
    packet_count: int = 0
    demuxed_s: float = 0.0
    decoded_s: float = 0.0
    has_errors: bool = False

    def __post_init__(self) -> None:
        self._codec = open_decoder(self.stream)

    def demux(self) -> Iterator[VideoPacket]:
        """Yield the packets of the video in the order of the file."""
        demux_all = cast("Callable[[], Iterator[Packet[Stream]]]", self.container.demux)
        for packet in demux_all():
            if packet.dts is not None:
                self.demuxed_s = max(self.demuxed_s, float((packet.dts + (packet.duration or 0)) * packet.time_base))
            if packet.stream_index == self.stream.index:
                self.packet_count += packet.size > 0
                if self.container.format.name == "avi" and self.stream.codec_context.name in REORDERING_CODECS:
                    # AVI stores none; those that FFmpeg derives are wrong where frames are reordered.
                    packet.pts = None
                yield cast("VideoPacket", packet)

    def decode(self, packets: Iterable[VideoPacket]) -> Iterator[VideoFrame]:
        """Yield every intact frame, up to the end of the video or to where its file is truncated."""
        with suppress(FFmpegError):
            for packet in packets:
                yield from self._decode(packet)
        yield from self._decode(None)

    def _decode(self, packet: VideoPacket | None) -> Iterator[VideoFrame]:
        try:
            frames = self._codec.decode(packet)
        except av.error.EOFError:
            return
        except FFmpegError:
            self.has_errors = True
            return
        for frame in frames:
            if frame.is_corrupt:
                self.has_errors = True
                continue
            frame.pts = frame.dts if frame.pts is None else frame.pts
            if self.stream.time_base is not None:
                frame.time_base = self.stream.time_base
            self.decoded_s = max(self.decoded_s, frame.time or 0.0)
            yield frame

    def missing_frames_warning(self, name: str, decoded: int, expected: int | None) -> str | None:
        """Describe in a sentence which frames of a video that was read to its end are missing; None if none are.

        Args:
            name: of the video, for the user.
            decoded: number of frames that could be decoded.
            expected: number of frames according to the container.
        """
        if expected is None or decoded >= expected or not (self.has_errors or self._is_truncated()):
            return None
        end_s = stream_end_s(self.container, self.stream)
        if end_s is not None and self.decoded_s + 1.5 * end_s / expected < end_s:
            return (
                f"{name} ends after {decoded} of {expected} frames: it is damaged from there on, or was not recorded "
                "or copied to its end."
            )
        return f"{expected - decoded} of {expected} frames of {name} are damaged and were left out."

    def _is_truncated(self) -> bool:
        if is_mp4(self.container):
            return self.packet_count < len(self.stream.index_entries)
        end_s = stream_end_s(self.container, self.stream)
        return end_s is not None and self.demuxed_s < end_s - END_TOLERANCE_S

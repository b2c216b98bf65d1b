"""The frames of an open film, and how many of those that its file promises are missing."""

import re
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

from handpose_live.media.video.conversion import decoder
from handpose_live.media.video.timestamps import VideoPacket

# How far the end of a whole film may be from where its file says: sound and pictures do not end together.
TOLERANCE_S = 0.5
REORDERING = ("h264", "hevc")


@dataclass
class Reader:
    """Reads the video of a container, once, and keeps count.

    Attributes:
        container, stream: the film, open.
        packets_read: packets of the video so far.
        read_s: where the last packet of any stream ends, by the film's own clock.
        damaged: something could not be decoded.
        decoded_s: where the last good frame begins, by the film's own clock.
    """

    container: InputContainer
    stream: VideoStream
    packets_read: int = 0
    read_s: float = 0.0
    damaged: bool = False
    decoded_s: float = 0.0

    def __post_init__(self) -> None:
        self._decoder = decoder(self.stream)

    def packets(self) -> Iterator[VideoPacket]:
        """The packets of the video, as they are in the file."""
        demux_all = cast("Callable[[], Iterator[Packet[Stream]]]", self.container.demux)
        for packet in demux_all():
            if packet.dts is not None:
                self.read_s = max(self.read_s, float((packet.dts + (packet.duration or 0)) * packet.time_base))
            if packet.stream_index == self.stream.index:
                self.packets_read += packet.size > 0
                if self.container.format.name == "avi" and self.stream.codec_context.name in REORDERING:
                    # AVI stores none; what FFmpeg makes up is wrong where frames are not stored in the order shown.
                    packet.pts = None
                yield cast("VideoPacket", packet)

    def frames(self, packets: Iterable[VideoPacket]) -> Iterator[VideoFrame]:
        """Every frame up to where the video ends or is torn off; broken ones are left out."""
        with suppress(FFmpegError):
            for packet in packets:
                yield from self._good(packet)
        yield from self._good(None)

    def _good(self, packet: VideoPacket | None) -> Iterator[VideoFrame]:
        try:
            frames = self._decoder.decode(packet)
        except av.error.EOFError:
            return
        except FFmpegError:
            self.damaged = True
            return
        for frame in frames:
            if frame.is_corrupt:
                self.damaged = True
                continue
            frame.pts = frame.dts if frame.pts is None else frame.pts
            if self.stream.time_base is not None:
                frame.time_base = self.stream.time_base
            self.decoded_s = max(self.decoded_s, frame.time or 0.0)
            yield frame

    def shortfall(self, name: str, given: int, promised: int | None) -> str | None:
        """A sentence for a person if frames of the film are missing, read to its end.

        Args:
            name: what a person calls the film.
            given: frames that could be decoded.
            promised: frames in it by its own account.
        """
        if promised is None or given >= promised or not (self.damaged or self._is_cut_short()):
            return None
        promised_s = end_s(self.container, self.stream)
        if promised_s is not None and self.decoded_s + 1.5 * promised_s / promised < promised_s:
            return (
                f"{name} ends after {given} of {promised} frames: it is damaged from there on, or was not recorded or "
                "copied to its end."
            )
        return f"{promised - given} of {promised} frames of {name} are damaged and were left out."

    def _is_cut_short(self) -> bool:
        if is_mp4(self.container):
            return self.packets_read < len(self.stream.index_entries)
        promised_s = end_s(self.container, self.stream)
        return promised_s is not None and self.read_s < promised_s - TOLERANCE_S


def end_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Where the video ends by the film's own account and clock; None if the film does not say."""
    if stream.duration is not None and stream.time_base is not None:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    # Matroska has a duration for each stream in its tags only.
    if tag := re.match(r"(\d+):(\d+):(\d+\.\d+)", stream.metadata.get("DURATION", "")):
        hours, minutes, seconds = map(float, tag.groups())
        return 3600 * hours + 60 * minutes + seconds
    return None if container.duration is None else container.duration / av.time_base


def is_mp4(container: InputContainer) -> bool:
    """MP4 or QuickTime, which lists each of its frames."""
    return "mp4" in container.format.name.split(",")

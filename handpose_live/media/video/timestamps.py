"""The times at which frames are shown, also where the timestamps of a file are missing, jump or run backwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import inf, isnan, nan
from typing import TYPE_CHECKING

from av.packet import Packet
from av.video.stream import VideoStream

# FFmpeg's own thresholds; smaller steps are lost or reordered frames.
MAX_FORWARD_JUMP_S = 10.0
MAX_BACKWARD_JUMP_S = 0.1

# PyAV's packets are generic for type checkers only.
if TYPE_CHECKING:
    VideoPacket = Packet[VideoStream]
else:
    VideoPacket = Packet


@dataclass
class FrameClock:
    """Assigns each frame its index and a strictly increasing time.

    Attributes:
        period_s: nominal time between two frames, in seconds.
        start_s: timestamp of the first frame of the video, in seconds; NaN until one is known.
        index: of the newest frame, from 0; -1 before the first.
        time_s: of the newest frame since the first one, in seconds.
    """

    period_s: float
    start_s: float
    index: int = -1
    time_s: float = -inf

    def advance(self, timestamp_s: float) -> None:
        """Go to the next frame; if its timestamp is NaN or not later than the last frame, it comes a period later."""
        due_s = 0.0 if self.index == -1 else self.time_s + self.period_s
        if isnan(self.start_s):
            self.start_s = timestamp_s - due_s
        since_start_s = timestamp_s - self.start_s
        # The tolerance allows for rounding in sums of periods.
        self.time_s = since_start_s if since_start_s > self.time_s + self.period_s / 1000 else due_s
        self.index += 1


def remove_discontinuities(packets: Iterable[VideoPacket], *, may_be_concatenated: bool) -> Iterator[VideoPacket]:
    """Shift the timestamps of packets after a jump, so that they continue those before it.

    A jump backwards is always a reset of the clock. A jump forwards is one only in formats of which files may be
    concatenated; in others it is a gap in the video.
    """
    offset, last, due = 0, None, None
    for packet in packets:
        if packet.dts is not None:
            dts = packet.dts + offset
            if last is not None and due is not None:
                forward_s = float((dts - due) * packet.time_base)
                backward_s = float((last - dts) * packet.time_base)
                if backward_s > MAX_BACKWARD_JUMP_S or (may_be_concatenated and forward_s > MAX_FORWARD_JUMP_S):
                    offset += due - dts
            last = packet.dts = packet.dts + offset
            due = last + (packet.duration or 0)
        if packet.pts is not None:
            packet.pts += offset
        yield packet


def skip_to_keyframe(packets: Iterator[VideoPacket], clock: FrameClock, from_s: float) -> Iterator[VideoPacket]:
    """Skip packets up to the last keyframe from which the frames from a time on can be decoded.

    Args:
        packets: from the start of the video.
        clock: at its start; it is advanced by the skipped frames.
        from_s: time since the first frame, in seconds.
    """
    group: list[VideoPacket] = []
    for packet in packets:
        if packet.is_keyframe and group:
            after_group = replace(clock)
            for time_s in sorted(map(timestamp_s, group)):
                after_group.advance(time_s)
            # Frames stored after the keyframe may be shown before it; they cannot be decoded from it (open GOP).
            if after_group.time_s >= from_s or timestamp_s(packet) - clock.start_s - clock.period_s >= from_s:
                group.append(packet)
                break
            clock.index, clock.time_s = after_group.index, after_group.time_s
            group = []
        group.append(packet)
    for packet in chain(group, packets):
        if timestamp_s(packet) < timestamp_s(group[0]):
            clock.index += 1
        else:
            yield packet


def timestamp_s(packet: VideoPacket) -> float:
    """Return the presentation timestamp of a packet, or else its decoding timestamp, in seconds; NaN without either."""
    timestamp = packet.dts if packet.pts is None else packet.pts
    return nan if timestamp is None else float(timestamp * packet.time_base)

"""When the frames of a film are to be shown, also where the stamps in its file are missing, jump or run back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import inf, isnan, nan
from typing import TYPE_CHECKING

from av.packet import Packet
from av.video.stream import VideoStream

# FFmpeg's own limits: less is a frame that was lost on the way, or one that came out of turn.
FORWARD_S = 10.0
BACK_S = 0.1

# PyAV's packets are generic for type checkers only.
if TYPE_CHECKING:
    VideoPacket = Packet[VideoStream]
else:
    VideoPacket = Packet


@dataclass
class Clock:
    """Gives each frame its number and a time that only grows.

    Attributes:
        period_s: nominal time between two frames.
        start_s: stamp of the film's first frame, in seconds; NaN until one is known.
        index: number of the newest frame, from 0.
        time_s: time of the newest frame since the first one.
    """

    period_s: float
    start_s: float
    index: int = -1
    time_s: float = -inf

    def tick(self, stamp_s: float) -> None:
        """Go on to the next frame; without a stamp, or with a past one, it comes a period later."""
        due_s = 0.0 if self.index == -1 else self.time_s + self.period_s
        if isnan(self.start_s):
            self.start_s = stamp_s - due_s
        since_start_s = stamp_s - self.start_s
        # Sums of periods are not exact.
        self.time_s = since_start_s if since_start_s > self.time_s + self.period_s / 1000 else due_s
        self.index += 1


def steady(packets: Iterable[VideoPacket], *, joined: bool) -> Iterator[VideoPacket]:
    """Packets whose stamps go on where those in the file do not.

    A clock that runs back was set anew. One that runs far ahead was so only if files of the format may be joined end
    to end (``joined``); in all others it is a pause.
    """
    offset, last, due = 0, None, None
    for packet in packets:
        if packet.dts is not None:
            stamp = packet.dts + offset
            if last is not None and due is not None:
                ahead_s = float((stamp - due) * packet.time_base)
                back_s = float((last - stamp) * packet.time_base)
                if back_s > BACK_S or (joined and ahead_s > FORWARD_S):
                    offset += due - stamp
            last = packet.dts = packet.dts + offset
            due = last + (packet.duration or 0)
        if packet.pts is not None:
            packet.pts += offset
        yield packet


def from_keyframe(packets: Iterator[VideoPacket], clock: Clock, from_s: float) -> Iterator[VideoPacket]:
    """Packets from the last keyframe that is needed to show what comes from a time on; the clock is wound to it."""
    group: list[VideoPacket] = []
    for packet in packets:
        if packet.is_keyframe and group:
            ahead = replace(clock)
            for stamp_s in sorted(map(stamp_of, group)):
                ahead.tick(stamp_s)
            # Some that come after the keyframe may be shown before it, and cannot be decoded from it.
            if ahead.time_s >= from_s or stamp_of(packet) - clock.start_s - clock.period_s >= from_s:
                group.append(packet)
                break
            clock.index, clock.time_s = ahead.index, ahead.time_s
            group = []
        group.append(packet)
    for packet in chain(group, packets):
        if stamp_of(packet) < stamp_of(group[0]):
            clock.index += 1
        else:
            yield packet


def stamp_of(packet: VideoPacket) -> float:
    """When what is in a packet is to be shown, in seconds, as far as the file says; NaN if it does not."""
    stamp = packet.dts if packet.pts is None else packet.pts
    return nan if stamp is None else float(stamp * packet.time_base)

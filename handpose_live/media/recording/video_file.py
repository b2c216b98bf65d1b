"""A video file that is playable while it is being written."""

from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.video.stream import VideoStream

from handpose_live.media.recording.clock import MAX_GAP_TICKS
from handpose_live.media.recording.h264 import H264Encoder
from handpose_live.types.arrays import Image

# zerolatency: the encoder holds no frames back, which would be lost if the process were killed. superfast costs
# hardly more than ultrafast (4.8 against 4.2 ms at 640x480) and makes files a third smaller.
ENCODER_OPTIONS = {"preset": "superfast", "tune": "zerolatency", "crf": "20"}
# A file in fragments of half a second plays as far as it was written; closing it makes it an ordinary one.
FRAGMENTED = {"movflags": "hybrid_fragmented", "frag_duration": "500000", "flush_packets": "1"}
# The options of each container, by the suffix.
CONTAINERS = {
    ".mp4": FRAGMENTED,
    ".mov": FRAGMENTED,
    ".mkv": {"cluster_time_limit": "500", "flush_packets": "1"},
}
MIN_RATE, MAX_RATE = 0.001, 1000


class VideoFile:
    """A container with one H.264 stream, written on the caller's thread."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float, ticks_per_s: int, comment: str = "") -> None:
        """Prepare the file; it is created with the first image.

        Args:
            path: ends in one of ``CONTAINERS``.
            size: width and height from :func:`encodable_size`, in px.
            fps: nominal frames per second.
            ticks_per_s: the resolution of the file's clock.
            comment: text of the file's comment tag.

        Raises:
            av.FFmpegError: the container or the encoder cannot be opened.
        """
        self._path = path
        options = CONTAINERS[path.suffix.lower()]
        if path.suffix.lower() != ".mkv":
            options = options | {"video_track_timescale": str(ticks_per_s)}
        # Without the prefix, a colon in the path would be taken for a protocol.
        self._container = av.open(f"file:{path}", "w", options=options)
        if comment:
            self._container.metadata["comment"] = comment
        rate = Fraction(min(max(fps, MIN_RATE), MAX_RATE)).limit_denominator(1001)
        self._encoder = H264Encoder(
            self._container,
            size,
            rate=rate,
            gop_size=max(1, round(rate)),
            options=ENCODER_OPTIONS,
            ticks_per_s=ticks_per_s,
        )
        self._period_ticks = min(max(1, round(ticks_per_s / fps)), MAX_GAP_TICKS)
        self._last_tick, self._duration_ticks = -1, self._period_ticks

    def write(self, image: Image, tick: int) -> None:
        """Encode and write an ``(h, w, 3)`` RGB image, shown from this tick on.

        Raises:
            OSError, av.FFmpegError: it cannot be encoded or written.
        """
        if self._last_tick >= 0:
            # Where there are gaps, the nominal period says little.
            self._duration_ticks = min(self._period_ticks, tick - self._last_tick)
        self._last_tick = tick
        self._mux(self._encoder.encode(image, tick))

    def close(self) -> None:
        """Write what the encoder still holds and close the file; without an image no new file is left.

        Raises:
            OSError, av.FFmpegError: not everything could be written.
        """
        if self._last_tick < 0:
            if self._path.exists() and not self._path.stat().st_size:
                self._path.unlink()
            return
        try:
            self._mux(self._encoder.flush())
        finally:
            self._container.close()

    def _mux(self, packets: "list[Packet[VideoStream]]") -> None:
        for packet in packets:
            packet.duration = self._duration_ticks
            self._container.mux(packet)

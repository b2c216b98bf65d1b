"""Pictures into a video file: H.264, each at its true time, encoded on a thread of its own."""

import math
from fractions import Fraction
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from handpose_live.media.recording.write_errors import cannot_write
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

# Divides the periods of 24, 25, 30, 48, 50, 60, 100, 120, 240 and 1000 pictures a second evenly.
TICKS_PER_S = 24_000
COARSE_TICKS_PER_S = 1000  # all that Matroska has; and days fit between two pictures
SLOW_FPS = 1 / 3600
# What mp4 can hold between two pictures: a day (24.8 h), or 24.8 days in coarse ticks.
LONGEST_TICKS = 2**31 - 2
QUEUE_PICTURES = 8
UNKNOWN_FPS = 30.0
LARGEST_SIDE_PX = 16_384  # of libx264
LARGEST_AREA_PX = 250_000_000  # of FFmpeg: 2**28, less some padding

# zerolatency: no picture waits in the encoder for later ones, to be lost with the program. superfast costs
# hardly more than ultrafast (4.8 against 4.2 ms at 640x480) and makes files a third smaller.
ENCODER = {"preset": "superfast", "tune": "zerolatency", "crf": "20"}

# In pieces of half a second, a file plays as far as it was written; closing makes it an ordinary one.
IN_PIECES = {"movflags": "hybrid_fragmented", "frag_duration": "500000", "flush_packets": "1"}
CONTAINERS = {
    ".mp4": IN_PIECES,
    ".mov": IN_PIECES,
    ".mkv": {"cluster_time_limit": "500", "flush_packets": "1"},
}


class VideoWriter:
    """A video being written; what is written so far plays even if the program is killed."""

    def __init__(self, path: Path, *, width: int, height: int, fps: float | None, comment: str = "") -> None:
        """Check that the file can be written; the first picture replaces what was there.

        Args:
            path: ends in .mp4, .mov or .mkv.
            width, height: size of the pictures, in px; see :func:`video_size` for the file's.
            fps: nominal pictures per second, if known; whatever it says, each is shown at its own time.
            comment: what the file's tag of that name says.

        Raises:
            HandPoseError: the kind of file is unknown or it cannot be written.
        """
        if path.suffix.lower() not in CONTAINERS:
            raise HandPoseError(f"Cannot record to {path}: give it a name that ends in {', '.join(CONTAINERS)}.")
        self._path = path
        self._shape = (height, width, 3)
        self._size = video_size(width, height)
        fps = fps if fps and math.isfinite(fps) else UNKNOWN_FPS
        self._clock = VideoClock(COARSE_TICKS_PER_S if path.suffix.lower() == ".mkv" or fps < SLOW_FPS else TICKS_PER_S)
        self._queue: Queue[tuple[Image, int] | None] = Queue(QUEUE_PICTURES)
        self._failure: Exception | None = None
        self._open = True
        try:
            path.open("ab").close()  # VideoFile opens it with its first picture: too late to say what is wrong
            self._file = VideoFile(path, self._size, fps, self._clock.ticks_per_s, comment)
        except (OSError, av.FFmpegError) as error:
            raise cannot_write(path, error) from error
        self._thread = Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def warnings(self) -> list[str]:
        """In what the video differs so far from the pictures it was given, one sentence each."""
        (height, width, _), name = self._shape, self._path.name
        warnings = []
        if self._size[0] < width or self._size[1] < height:
            size = "{}x{}".format(*self._size)
            warnings.append(f"{name} shows pictures of {width}x{height} px at {size}: H.264 takes no larger ones.")
        if self._clock.skipped_s:
            longest_h = LONGEST_TICKS / self._clock.ticks_per_s / 3600
            warnings.append(f"{name} shortens a gap to {longest_h:.1f} hours: its clock holds no longer one.")
        return warnings

    @property
    def has_room(self) -> bool:
        """:meth:`write` would return at once; stays so until the next one."""
        return not self._queue.full()

    def write(self, image: Image, time_s: float) -> float:
        """Add a picture, waiting for the encoder if it cannot keep up.

        Args:
            image: ``(height, width, 3)`` RGB; not to be altered afterwards.
            time_s: when it is shown; the video starts at its first picture's time.

        Returns:
            When it is shown in the file, in seconds from the file's start, as players read it.

        Raises:
            HandPoseError: an earlier picture could not be written; the recorder is closed, the file kept.
        """
        if not self._open:
            raise ValueError("write to a closed recorder")
        if image.shape != self._shape:
            raise ValueError(f"the recorder was opened for {self._shape}, not {image.shape}")
        if self._failure:
            self.close()
        tick = self._clock.tick(time_s)
        self._queue.put((image, tick))
        return tick / self._clock.ticks_per_s

    def close(self) -> None:
        """Write what is queued and finish the file; a second time does nothing. No picture, no new file.

        Raises:
            HandPoseError: not everything could be written.
        """
        if not self._open:
            return
        self._open = False
        self._queue.put(None)
        self._thread.join()
        if self._failure:
            raise cannot_write(self._path, self._failure) from self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            while (item := self._queue.get()) is not None:
                self._file.add(*item)
        except Exception as error:
            self._failure = error
            # Keep taking pictures, lest somebody wait for room in the queue.
            while self._queue.get() is not None:
                pass
        try:
            self._file.finish()
        except Exception as error:
            self._failure = self._failure or error


def video_size(width: int, height: int) -> tuple[int, int]:
    """Width and height in the file, in px: even, as H.264 needs them, and scaled down where it takes no larger ones."""
    scale = min(1.0, LARGEST_SIDE_PX / max(width, height), math.sqrt(LARGEST_AREA_PX / (width * height)))
    width, height = (max(1, round(scale * side)) for side in (width, height))
    return width + width % 2, height + height % 2


class VideoClock:
    """Turns times into a video file's ticks, each picture later than the one before.

    Attributes:
        ticks_per_s: how many make a second.
        skipped_s: by how much gaps were shortened that are too long for a file, in seconds.
    """

    def __init__(self, ticks_per_s: int) -> None:
        self.ticks_per_s = ticks_per_s
        self.skipped_s = 0.0
        self._start_s: float | None = None
        self._last = -1

    def tick(self, time_s: float) -> int:
        """When the next picture is shown; 0 for the first."""
        if self._start_s is None:
            self._start_s = time_s
        wanted = round((time_s - self._start_s - self.skipped_s) * self.ticks_per_s)
        too_long = wanted - self._last - LONGEST_TICKS
        if too_long > 0:
            self.skipped_s += too_long / self.ticks_per_s
            wanted -= too_long
        self._last = max(wanted, self._last + 1)
        return self._last


class VideoFile:
    """The container with its one H.264 stream."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float, ticks_per_s: int, comment: str = "") -> None:
        """``size``: width and height from :func:`video_size`."""
        self._path = path
        options = CONTAINERS[path.suffix.lower()]
        if path.suffix.lower() != ".mkv":
            options = options | {"video_track_timescale": str(ticks_per_s)}
        # Without the prefix, a colon in the path would be taken for a protocol.
        self._container = av.open(f"file:{path}", "w", options=options)
        if comment:
            self._container.metadata["comment"] = comment
        # Only a hint: pictures bring their own times.
        rate = Fraction(min(max(fps, 0.001), 1000)).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options=ENCODER)
        self._stream.width, self._stream.height = self._size = size
        self._stream.pix_fmt = "yuv420p"
        codec = self._stream.codec_context
        codec.time_base = self._time_base = Fraction(1, ticks_per_s)
        codec.gop_size = max(1, round(rate))
        # Untagged, players guess how RGB was meant from the picture's size.
        codec.colorspace, codec.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        codec.color_primaries, codec.color_trc = int(ColorPrimaries.BT709), int(ColorTrc.BT709)
        self._reformatter = VideoReformatter()
        self._period_ticks = min(max(1, round(ticks_per_s / fps)), LONGEST_TICKS)
        self._tick, self._picture_ticks = -1, self._period_ticks

    def add(self, image: Image, tick: int) -> None:
        """Encode and write an ``(h, w, 3)`` RGB picture, shown from that tick on."""
        if self._tick >= 0:
            # Where there are gaps, the nominal period says little.
            self._picture_ticks = min(self._period_ticks, tick - self._tick)
        self._tick = tick
        picture = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(_sized(image, *self._size), format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        picture.pts, picture.time_base = tick, self._time_base
        self._mux(picture)

    def finish(self) -> None:
        """Write what the encoder still holds, and close the file; without a picture there is no new file."""
        if self._tick < 0:
            if self._path.exists() and not self._path.stat().st_size:
                self._path.unlink()
            return
        try:
            self._mux(None)
        finally:
            self._container.close()

    def _mux(self, picture: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(picture):
            packet.duration = self._picture_ticks
            self._container.mux(packet)


def _sized(image: Image, width: int, height: int) -> Image:
    """An image at a size from :func:`video_size`: one px more at the right or bottom, or scaled down."""
    right, bottom = width - image.shape[1], height - image.shape[0]
    if min(right, bottom) < 0:
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    elif right or bottom:
        image = np.asarray(cv2.copyMakeBorder(image, 0, bottom, 0, right, cv2.BORDER_REPLICATE), np.uint8)
    return image

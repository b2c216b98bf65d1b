"""Pictures into a video file: H.264, each at its true time, encoded on a thread of its own."""

from fractions import Fraction
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import Self

import av
import cv2
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from handpose_live.capture.frame import Image
from handpose_live.errors import HandPoseError
from handpose_live.output.failure import cannot_write

TICKS_PER_S = 90_000
SHORTEST_TICKS = 90  # 1 ms: what every kind of file can tell apart
QUEUE_PICTURES = 8
UNKNOWN_FPS = 30.0

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


class Recorder:
    """A video being written; what is written so far plays even if the program is killed.

    Attributes:
        dropped: pictures left out because the encoder could not keep up; always 0 with ``every_frame``.
    """

    def __init__(self, path: Path, *, width: int, height: int, fps: float | None, every_frame: bool) -> None:
        """Open the file, replacing what was there.

        Args:
            path: ends in .mp4, .mov or .mkv.
            width, height: size of the pictures, in px; an odd side gets one px more in the file.
            fps: nominal pictures per second, if known; whatever it says, each is shown at its own time.
            every_frame: :meth:`write` waits for a slow encoder, as suits a file; otherwise it leaves the
                picture out and returns at once, as a live source needs.

        Raises:
            HandPoseError: the kind of file is unknown or it cannot be written.
        """
        if path.suffix.lower() not in CONTAINERS:
            raise HandPoseError(f"Cannot record to {path}: give it a name that ends in {', '.join(CONTAINERS)}.")
        self.dropped = 0
        self._path = path
        self._shape = (height, width, 3)
        self._every_frame = every_frame
        self._queue: Queue[tuple[Image, float] | None] = Queue(QUEUE_PICTURES)
        self._failure: Exception | None = None
        self._open = True
        try:
            path.open("wb").close()  # VideoFile opens it with its first picture: too late to say what is wrong
            self._file = VideoFile(path, width, height, fps or UNKNOWN_FPS)
        except (OSError, av.FFmpegError) as error:
            raise cannot_write(path, error) from error
        self._thread = Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def write(self, image: Image, time_s: float) -> None:
        """Add a picture.

        Args:
            image: ``(height, width, 3)`` RGB; not to be altered afterwards.
            time_s: when it is shown; the video starts at its first picture's time.

        Raises:
            HandPoseError: an earlier picture could not be written; the recorder is closed, the file kept.
        """
        if not self._open:
            raise ValueError("write to a closed recorder")
        if image.shape != self._shape:
            raise ValueError(f"the recorder was opened for {self._shape}, not {image.shape}")
        if self._failure:
            self.close()
        try:
            self._queue.put((image, time_s), block=self._every_frame)
        except Full:
            self.dropped += 1

    def close(self) -> None:
        """Write what is queued and finish the file; a second time does nothing. No picture, no file.

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


class VideoFile:
    """The container with its one H.264 stream."""

    def __init__(self, path: Path, width: int, height: int, fps: float) -> None:
        self._path = path
        self._container = av.open(str(path), "w", options=CONTAINERS[path.suffix.lower()])
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options=ENCODER)
        self._stream.width, self._stream.height = width + width % 2, height + height % 2
        self._stream.pix_fmt = "yuv420p"
        codec = self._stream.codec_context
        codec.time_base = Fraction(1, TICKS_PER_S)
        codec.gop_size = max(1, round(fps))
        # Untagged, players guess how RGB was meant from the picture's size.
        codec.colorspace, codec.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        codec.color_primaries, codec.color_trc = int(ColorPrimaries.BT709), int(ColorTrc.BT709)
        self._reformatter = VideoReformatter()
        self._picture_ticks = round(TICKS_PER_S / fps)
        self._start_s = 0.0
        self._last_tick = -SHORTEST_TICKS

    def add(self, image: Image, time_s: float) -> None:
        """Encode and write a picture, as :meth:`Recorder.write` takes it."""
        if self._last_tick < 0:
            self._start_s = time_s
        self._last_tick = max(round((time_s - self._start_s) * TICKS_PER_S), self._last_tick + SHORTEST_TICKS)
        odd_height, odd_width = image.shape[0] % 2, image.shape[1] % 2
        if odd_height or odd_width:
            padded = cv2.copyMakeBorder(image, 0, odd_height, 0, odd_width, cv2.BORDER_REPLICATE)
            image = padded.astype(image.dtype, copy=False)
        picture = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(image, format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        picture.pts, picture.time_base = self._last_tick, Fraction(1, TICKS_PER_S)
        self._mux(picture)

    def finish(self) -> None:
        """Write what the encoder still holds, and close the file; without a picture there is no file."""
        if self._last_tick < 0:
            self._path.unlink(missing_ok=True)
            return
        try:
            self._mux(None)
        finally:
            self._container.close()

    def _mux(self, picture: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(picture):
            packet.duration = self._picture_ticks
            self._container.mux(packet)

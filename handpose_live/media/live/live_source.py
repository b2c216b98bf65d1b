"""Live sources: a thread reads the device, so that a slow consumer always gets the newest frame."""

import time
from collections.abc import Callable, Generator, Iterator
from threading import Condition, Thread

from handpose_live.media.source import Source, SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

RELEASE_TIMEOUT_S = 0.5


class LiveSource(Source):
    """A camera or network stream, read by a thread that keeps only the newest frame.

    The thread starts with the iteration. From then on it alone uses the device, so that :meth:`close` never waits for
    a device that hangs.
    """

    def __init__(
        self, info: SourceInfo, images: Generator[Image], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Wrap an open device.

        Args:
            info: its properties.
            images: of the device, ``(h, w, 3)`` RGB; the generator releases the device when it is closed or ends.
            clock: in seconds; read when an image arrives.
        """
        self.info = info
        self.dropped = 0
        self.warnings: list[str] = []
        self._images = images
        self._clock = clock
        self._thread = Thread(target=self._read_loop, name=f"reader of {info.name}", daemon=True)
        self._started = self._ended = self._closed = False
        self._error: BaseException | None = None
        self._newest: Frame | None = None
        self._changed = Condition()

    def __iter__(self) -> Iterator[Frame]:
        self._start_thread()
        while (frame := self._wait_for_frame()) is not None:
            yield frame

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            started = self._started
        if started:
            # Give the thread time to release the device, so that it can be opened again; one that hangs is abandoned.
            self._thread.join(RELEASE_TIMEOUT_S)
        else:
            self._images.close()

    def _start_thread(self) -> None:
        with self._changed:
            if not (self._started or self._closed):
                self._started = True
                self._thread.start()

    def _wait_for_frame(self) -> Frame | None:
        """Return the newest frame, each once; None when the source has ended or is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._ended or self._closed)
            if self._closed:
                return None
            frame, self._newest = self._newest, None
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def _read_loop(self) -> None:
        try:
            first_s: float | None = None
            for index, image in enumerate(self._images):
                now_s = self._clock()
                first_s = now_s if first_s is None else first_s
                if not self._publish(Frame(image, index, now_s - first_s, taken_s=now_s)):
                    break
        except Exception as error:
            self._error = error
        finally:
            self._images.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _publish(self, frame: Frame) -> bool:
        """Replace the newest frame; return False when the source is closed."""
        with self._changed:
            if self._newest is not None:
                self.dropped += 1
            self._newest = frame
            self._changed.notify_all()
            return not self._closed

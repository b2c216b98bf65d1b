"""The newest frame of a source that does not wait."""

import time
from collections.abc import Callable, Generator, Iterator
from threading import Condition, Thread

from handpose_live.media.source import Source, SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

RELEASE_WAIT_S = 0.5


class LiveSource(Source):
    """A camera or stream: a thread reads it without pause and keeps the newest frame only.

    The thread starts with the iteration and alone touches the device from then on, so that closing
    never waits for a device that hangs.
    """

    def __init__(
        self, info: SourceInfo, images: Generator[Image], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Wrap an open device.

        Args:
            info: what it is.
            images: the device's pictures, already under way; it releases the device when it is closed or ends.
            clock: seconds; read when a picture arrives.
        """
        self.info = info
        self.dropped = 0
        self.warnings: list[str] = []
        self._images = images
        self._clock = clock
        self._reader = Thread(target=self._keep_reading, name=f"reader of {info.name}", daemon=True)
        self._started = self._ended = self._closed = False
        self._error: BaseException | None = None
        self._newest: Frame | None = None
        self._changed = Condition()

    def __iter__(self) -> Iterator[Frame]:
        self._start()
        while (frame := self._take()) is not None:
            yield frame

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            started = self._started
        if started:
            # Time for the device to be released, so that it can be opened again; a stuck one is left behind.
            self._reader.join(RELEASE_WAIT_S)
        else:
            self._images.close()

    def _start(self) -> None:
        with self._changed:
            if not (self._started or self._closed):
                self._started = True
                self._reader.start()

    def _take(self) -> Frame | None:
        """The newest frame, once; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._ended or self._closed)
            if self._closed:
                return None
            frame, self._newest = self._newest, None
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def _keep_reading(self) -> None:
        try:
            first_s: float | None = None
            for index, image in enumerate(self._images):
                now_s = self._clock()
                first_s = now_s if first_s is None else first_s
                if not self._put(Frame(image, index, now_s - first_s, taken_s=now_s)):
                    break
        except Exception as error:
            self._error = error
        finally:
            self._images.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, frame: Frame) -> bool:
        """Replace the newest frame; False when nobody wants frames any more."""
        with self._changed:
            if self._newest is not None:
                self.dropped += 1
            self._newest = frame
            self._changed.notify_all()
            return not self._closed

"""The newest frame of a source that does not wait."""

from collections.abc import Generator
from queue import Queue
from threading import Event, Thread

import pytest

from handpose_live.capture.frame import Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.source import SourceInfo
from handpose_live.errors import HandPoseError
from tests.capture.films import RED, plain

INFO = SourceInfo("camera 0", 64, 48, 30.0, None, live=True)


class Device:
    """A camera's stand-in, which gives a picture for every ``show`` and nothing before."""

    def __init__(self) -> None:
        self.released = Event()
        self._shown: Queue[Image | Exception | None] = Queue()

    def show(self, *shown: Image | Exception | None) -> None:
        """Pictures, an error or None for the end; returns when each picture has been delivered."""
        for one in shown:
            self._shown.put(one)
        self._shown.join()

    def images(self) -> Generator[Image]:
        try:
            while (shown := self._shown.get()) is not None:
                if isinstance(shown, Exception):
                    self._shown.task_done()
                    raise shown
                yield shown
                self._shown.task_done()
            self._shown.task_done()
        finally:
            self.released.set()


def live(device: Device, times_s: list[float]) -> LiveSource:
    """A source on a device that has been tried out with one picture, as a real one is."""
    images = device.images()
    Thread(target=device.show, args=[plain(RED)], daemon=True).start()
    next(images)
    ticks = iter(times_s)
    return LiveSource(INFO, images, clock=lambda: next(ticks))

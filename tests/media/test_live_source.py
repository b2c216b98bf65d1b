"""Live sources yield the newest frame and count the dropped ones."""

import itertools
from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread

import pytest

from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.source import SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from tests.media.videos import RED, plain

INFO = SourceInfo("camera 0", 64, 48, 30.0, None, live=True)
IMAGE = plain(RED)


class FakeDevice:
    """A camera that returns an image only when the test provides one."""

    def __init__(self) -> None:
        self.released = Event()
        self._queue: Queue[Image | Exception | None] = Queue()

    def send(self, *items: Image | Exception | None) -> None:
        """Send images, an error, or None for the end; return when they have been read."""
        for item in items:
            self._queue.put(item)
        self._queue.join()

    def images(self) -> Generator[Image]:
        """Start a generator, like that of a real device after its first image."""
        images = self._images()
        self._queue.put(IMAGE)
        next(images)
        return images

    def _images(self) -> Generator[Image]:
        try:
            while True:
                item = self._queue.get()
                if isinstance(item, Exception):
                    raise item
                if item is None:
                    return
                yield item
                self._queue.task_done()
        finally:
            self._queue.task_done()
            self.released.set()


class Consumer:
    """Consumes all frames of a source in another thread."""

    def __init__(self, source: LiveSource) -> None:
        self.frames: list[Frame] = []
        self.waiting = Event()
        self._thread = Thread(target=self._consume, args=[source], daemon=True)
        self._thread.start()

    def ends(self) -> bool:
        self._thread.join(timeout=10)
        return not self._thread.is_alive()

    def _consume(self, source: LiveSource) -> None:
        for frame in source:
            self.frames.append(frame)
            self.waiting.set()


def live(device: FakeDevice) -> LiveSource:
    """Create a source whose images arrive one second apart."""
    ticks_s = itertools.count(100.0)
    return LiveSource(INFO, device.images(), clock=lambda: next(ticks_s))


def start(source: LiveSource, device: FakeDevice) -> Iterator[Frame]:
    """Consume the first frame, which starts the reading."""
    frames = iter(source)
    Thread(target=device.send, args=[IMAGE], daemon=True).start()
    first = next(frames)
    assert (first.index, first.time_s) == (0, 0)
    return frames


def test_the_newest_frame_is_yielded_and_the_others_are_counted() -> None:
    device = FakeDevice()
    source = live(device)
    frames = start(source, device)
    device.send(IMAGE, IMAGE, IMAGE)
    newest = next(frames)
    assert (newest.index, newest.time_s) == (3, 3.0)
    assert source.dropped == 2


def test_a_fast_consumer_drops_nothing() -> None:
    device = FakeDevice()
    source = live(device)
    frames = start(source, device)
    for index in (1, 2, 3):
        device.send(IMAGE)
        assert next(frames).index == index
    assert source.dropped == 0


def test_nothing_is_read_before_the_iteration() -> None:
    device = FakeDevice()
    source = live(device)
    source.close()
    assert device.released.is_set()
    assert list(source) == []


def test_the_iteration_ends_with_the_device_after_its_last_frame() -> None:
    device = FakeDevice()
    source = live(device)
    frames = start(source, device)
    device.send(IMAGE, None)
    assert [frame.index for frame in frames] == [1]
    assert device.released.is_set()


def test_an_error_of_the_device_is_raised_in_the_consumer() -> None:
    device = FakeDevice()
    source = live(device)
    frames = start(source, device)
    device.send(HandPoseError("It is disconnected."))
    with pytest.raises(HandPoseError, match=r"It is disconnected\."):
        next(frames)
    assert device.released.is_set()


def test_closing_from_another_thread_ends_a_wait_even_for_a_device_that_hangs() -> None:
    device = FakeDevice()
    source = live(device)
    consumer = Consumer(source)
    device.send(IMAGE)
    assert consumer.waiting.wait(timeout=10)
    source.close()
    assert consumer.ends()
    assert not device.released.is_set()


def test_a_device_that_responds_after_closing_is_released() -> None:
    device = FakeDevice()
    source = live(device)
    start(source, device)
    source.close()
    source.close()
    device.send(IMAGE)
    assert device.released.wait(timeout=10)

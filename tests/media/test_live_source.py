"""The newest frame of a source that does not wait."""

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
PICTURE = plain(RED)


class Device:
    """A stand-in for a camera that returns an image only when the test provides one."""

    def __init__(self) -> None:
        self.released = Event()
        self._shown: Queue[Image | Exception | None] = Queue()

    def show(self, *shown: Image | Exception | None) -> None:
        """Images, an error, or None for the end; returns when they have been read."""
        for one in shown:
            self._shown.put(one)
        self._shown.join()

    def images(self) -> Generator[Image]:
        """A started generator, like that of a real device after its first image."""
        images = self._images()
        self._shown.put(PICTURE)
        next(images)
        return images

    def _images(self) -> Generator[Image]:
        try:
            while True:
                shown = self._shown.get()
                if isinstance(shown, Exception):
                    raise shown
                if shown is None:
                    return
                yield shown
                self._shown.task_done()
        finally:
            self._shown.task_done()
            self.released.set()


class Taker:
    """Takes frames in a thread of its own, as long as there are any."""

    def __init__(self, source: LiveSource) -> None:
        self.frames: list[Frame] = []
        self.waiting = Event()
        self._thread = Thread(target=self._take, args=[source], daemon=True)
        self._thread.start()

    def ends(self) -> bool:
        self._thread.join(timeout=10)
        return not self._thread.is_alive()

    def _take(self, source: LiveSource) -> None:
        for frame in source:
            self.frames.append(frame)
            self.waiting.set()


def live(device: Device) -> LiveSource:
    """A source whose images arrive a second apart."""
    ticks_s = itertools.count(100.0)
    return LiveSource(INFO, device.images(), clock=lambda: next(ticks_s))


def start(source: LiveSource, device: Device) -> Iterator[Frame]:
    """Take the first frame, as the reading starts with it."""
    frames = iter(source)
    Thread(target=device.show, args=[PICTURE], daemon=True).start()
    first = next(frames)
    assert (first.index, first.time_s) == (0, 0)
    return frames


def test_the_newest_frame_is_given_and_the_others_are_counted() -> None:
    device = Device()
    source = live(device)
    frames = start(source, device)
    device.show(PICTURE, PICTURE, PICTURE)
    newest = next(frames)
    assert (newest.index, newest.time_s) == (3, 3.0)
    assert source.dropped == 2


def test_a_fast_consumer_drops_nothing() -> None:
    device = Device()
    source = live(device)
    frames = start(source, device)
    for index in (1, 2, 3):
        device.show(PICTURE)
        assert next(frames).index == index
    assert source.dropped == 0


def test_nothing_is_read_before_the_iteration() -> None:
    device = Device()
    source = live(device)
    source.close()
    assert device.released.is_set()
    assert list(source) == []


def test_the_iteration_ends_with_the_device_after_its_last_frame() -> None:
    device = Device()
    source = live(device)
    frames = start(source, device)
    device.show(PICTURE, None)
    assert [frame.index for frame in frames] == [1]
    assert device.released.is_set()


def test_an_error_of_the_device_is_raised_to_the_consumer() -> None:
    device = Device()
    source = live(device)
    frames = start(source, device)
    device.show(HandPoseError("It is gone."))
    with pytest.raises(HandPoseError, match=r"It is gone\."):
        next(frames)
    assert device.released.is_set()


def test_closing_from_another_thread_ends_a_wait_even_for_a_device_that_hangs() -> None:
    device = Device()
    source = live(device)
    taker = Taker(source)
    device.show(PICTURE)
    assert taker.waiting.wait(timeout=10)
    source.close()
    assert taker.ends()
    assert not device.released.is_set()


def test_a_device_is_released_when_it_comes_back_after_closing() -> None:
    device = Device()
    source = live(device)
    start(source, device)
    source.close()
    source.close()
    device.show(PICTURE)
    assert device.released.wait(timeout=10)

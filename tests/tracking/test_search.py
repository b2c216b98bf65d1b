"""When the detector runs, and in whose way."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from handpose_live.capture.frame import Frame, Image
from handpose_live.tracking.detector import Detection
from handpose_live.tracking.search import InlineSearch, ThreadedSearch

PICTURE: Image = np.zeros((8, 8, 3), np.uint8)
FOUND = [Detection(np.zeros((21, 2), np.float32), "left", 0.9)]


class SlowDetector:
    """Finds one hand, but only once it is let go on."""

    def __init__(self) -> None:
        self.go_on, self.calls, self.closed = Event(), 0, Event()

    def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
        self.calls += 1
        assert self.go_on.wait(20)
        return FOUND

    def close(self) -> None:
        self.closed.set()


def _frame(index: int, fps: float = 30.0) -> Frame:
    return Frame(PICTURE, index, index / fps)


def _times_asked(fps: float, *, urgent: bool) -> int:
    detector = SlowDetector()
    detector.go_on.set()
    search = InlineSearch(detector)
    for index in range(round(3 * fps)):
        search(_frame(index, fps), urgent=urgent)
    return detector.calls


def test_a_file_is_searched_ten_times_a_second_while_a_hand_is_missing() -> None:
    assert _times_asked(30, urgent=True) == 30
    assert _times_asked(10, urgent=True) == 30


def test_a_file_is_searched_less_often_for_one_more_hand() -> None:
    assert 9 <= _times_asked(30, urgent=False) <= 11


def test_every_picture_that_stands_for_itself_is_searched() -> None:
    detector = SlowDetector()
    detector.go_on.set()
    search = InlineSearch(detector)
    for index in range(5):
        assert search(replace(_frame(index), continues=False), urgent=False) == FOUND
    assert detector.calls == 5


def test_what_is_found_in_line_belongs_to_the_very_frame() -> None:
    detector = SlowDetector()
    detector.go_on.set()
    assert InlineSearch(detector)(_frame(0), urgent=True) == FOUND


def test_a_live_frame_never_waits_for_the_detector() -> None:
    detector = SlowDetector()
    search = ThreadedSearch(detector)
    assert [search(_frame(index), urgent=True) for index in range(100)] == [[]] * 100
    assert detector.calls <= 1
    detector.go_on.set()
    search.close()
    assert detector.closed.wait(20)


def test_what_a_thread_found_comes_once_with_a_later_frame() -> None:
    detector = SlowDetector()
    detector.go_on.set()
    search = ThreadedSearch(detector)
    answers: list[Detection] = []
    index = 0
    while not answers:
        answers = search(_frame(index), urgent=True)
        index += 1
        Event().wait(0.01)
    assert answers == FOUND
    search.close()
    assert detector.closed.wait(20)


def test_a_detector_that_fails_in_its_thread_is_not_silent() -> None:
    class Failing(SlowDetector):
        def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
            raise RuntimeError("broken")

    search = ThreadedSearch(Failing())
    error = None
    for index in range(1000):
        try:
            search(_frame(index), urgent=True)
        except RuntimeError as caught:
            error = caught
            break
        Event().wait(0.01)
    search.close()
    assert str(error) == "broken"


@pytest.mark.parametrize(("time_s", "calls"), [(0.2, 1), (0.31, 1), (0.33, 2)])
def test_a_slow_detector_rests_so_that_it_takes_no_more_than_a_quarter_of_a_core(time_s: float, calls: int) -> None:
    now_s = 0.0

    class Taking80Ms(SlowDetector):
        def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
            nonlocal now_s
            self.calls += 1
            now_s += 0.08
            return FOUND

    detector = Taking80Ms()
    search = ThreadedSearch(detector, clock=lambda: now_s)
    while not search(_frame(0), urgent=True):
        Event().wait(0.001)
    now_s = time_s
    search(_frame(30), urgent=True)
    search.close()
    assert detector.closed.wait(20)
    assert detector.calls == calls

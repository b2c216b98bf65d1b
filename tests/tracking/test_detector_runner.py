"""When the detector runs, and in which thread."""

import subprocess
import sys
from dataclasses import replace
from threading import Event, Lock, Thread, current_thread

import numpy as np
import pytest

from handpose_live.detection.detection import Detection, Effort
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.tracking.detector_runner import BackgroundDetectorRunner, InlineDetectorRunner
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

IMAGE: Image = np.zeros((8, 8, 3), np.uint8)
FOUND = [Detection(4, 4, 2, 0, "left", 0.9)]


class SlowDetector:
    """A detector that blocks until ``resume`` is set and then finds one hand."""

    is_fast = False

    def __init__(self) -> None:
        self.resume, self.calls, self.closed = Event(), 0, Event()

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        self.calls += 1
        assert self.resume.wait(20)
        return FOUND

    def close(self) -> None:
        self.closed.set()


def _frame(index: int, fps: float = 30.0) -> Frame:
    return Frame(IMAGE, index, index / fps)


def _detector_runs(fps: float, *, urgent: bool) -> int:
    detector = SlowDetector()
    detector.resume.set()
    runner = InlineDetectorRunner(detector)
    for index in range(round(3 * fps)):
        runner(_frame(index, fps), urgent=urgent)
    return detector.calls


def test_in_a_file_the_detector_runs_ten_times_a_second_while_a_hand_is_missing() -> None:
    assert _detector_runs(30, urgent=True) == 30
    assert _detector_runs(10, urgent=True) == 30


def test_in_a_file_the_detector_runs_less_often_for_one_more_hand() -> None:
    assert 9 <= _detector_runs(30, urgent=False) <= 11


def test_the_detector_runs_on_every_unrelated_image() -> None:
    detector = SlowDetector()
    detector.resume.set()
    runner = InlineDetectorRunner(detector)
    for index in range(5):
        assert runner(replace(_frame(index), continues=False), urgent=False) == FOUND
    assert detector.calls == 5


def test_an_inline_detection_belongs_to_the_current_frame() -> None:
    detector = SlowDetector()
    detector.resume.set()
    assert InlineDetectorRunner(detector)(_frame(0), urgent=True) == FOUND


def test_a_live_frame_never_waits_for_the_detector() -> None:
    detector = SlowDetector()
    runner = BackgroundDetectorRunner(detector)
    assert [runner(_frame(index), urgent=True) for index in range(100)] == [[]] * 100
    assert detector.calls <= 1
    detector.resume.set()
    runner.close()
    assert detector.closed.wait(20)


def test_a_background_detection_is_returned_once_with_a_later_frame() -> None:
    detector = SlowDetector()
    detector.resume.set()
    runner = BackgroundDetectorRunner(detector)
    answers: list[Detection] = []
    index = 0
    while not answers:
        answers = runner(_frame(index), urgent=True)
        index += 1
        Event().wait(0.01)
    assert answers == FOUND
    runner.close()
    assert detector.closed.wait(20)


def test_an_error_of_the_detector_in_its_thread_is_raised() -> None:
    class Failing(SlowDetector):
        def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
            raise RuntimeError("broken")

    runner = BackgroundDetectorRunner(Failing())
    error = None
    for index in range(1000):
        try:
            runner(_frame(index), urgent=True)
        except RuntimeError as caught:
            error = caught
            break
        Event().wait(0.01)
    runner.close()
    assert str(error) == "broken"


class WatchedDetector(SlowDetector):
    """A detector that records the thread of each call and fails on concurrent calls."""

    def __init__(self) -> None:
        super().__init__()
        self.started = Event()
        self.done: list[tuple[str, Thread]] = []
        self._busy = Lock()

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:
        assert self._busy.acquire(blocking=False)
        self.done.append(("detect", current_thread()))
        self.started.set()
        try:
            return super().detect(image, effort)
        finally:
            self._busy.release()

    def close(self) -> None:
        assert self._busy.acquire(blocking=False)
        self.done.append(("close", current_thread()))
        super().close()


RUNNERS = [InlineDetectorRunner, BackgroundDetectorRunner]


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_detector_that_is_closed_during_a_call_is_closed_after_it_by_the_thread_that_runs_it(
    kind: type[InlineDetectorRunner | BackgroundDetectorRunner],
) -> None:
    detector = WatchedDetector()
    runner = kind(detector)
    player = Thread(target=lambda: runner(_frame(0), urgent=True))
    player.start()
    assert detector.started.wait(60)
    closers = [Thread(target=runner.close) for _ in range(3)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(60)
    assert not detector.closed.is_set()
    detector.resume.set()
    assert detector.closed.wait(60)
    player.join(60)
    assert [what for what, _ in detector.done] == ["detect", "close"]
    assert len({thread for _, thread in detector.done}) == 1


@pytest.mark.parametrize("kind", RUNNERS)
def test_after_closing_the_detector_does_not_run_and_a_late_frame_has_no_detections(
    kind: type[InlineDetectorRunner | BackgroundDetectorRunner],
) -> None:
    detector = WatchedDetector()
    detector.resume.set()
    runner = kind(detector)
    runner.close()
    runner.close()
    assert detector.closed.wait(60)
    assert [runner(_frame(index), urgent=True) for index in range(10)] == [[]] * 10
    assert [what for what, _ in detector.done] == ["close"]


@pytest.mark.parametrize("background", [False, True])
def test_a_tracker_closes_its_detector_in_the_thread_that_ran_it(background: bool, estimator: PoseEstimator) -> None:
    detector = WatchedDetector()
    detector.resume.set()
    tracker = HandTracker(
        estimator=estimator, detector=detector, max_hands=1, smoothing=0.0, background_detection=background
    )
    for index in range(100):
        tracker.track(Frame(np.zeros((48, 64, 3), np.uint8), index, index / 10))
    assert detector.started.wait(60)
    tracker.close()
    assert detector.closed.wait(60)
    assert detector.done[-1][0] == "close"
    assert len({thread for _, thread in detector.done}) == 1


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_detector_that_cannot_close_is_logged(
    kind: type[InlineDetectorRunner | BackgroundDetectorRunner], caplog: pytest.LogCaptureFixture
) -> None:
    class FailingToClose(SlowDetector):
        def close(self) -> None:
            super().close()
            raise RuntimeError("stuck")

    detector = FailingToClose()
    runner = kind(detector)
    runner.close()
    assert detector.closed.wait(60)
    runner._worker.join(60)
    assert "The detector did not close" in caplog.text


LEFT_OPEN = """
import sys
import numpy as np
from handpose_live.types.frame import Frame
from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.tracking import detector_runner

run = getattr(detector_runner, sys.argv[1])(MediaPipeDetector(max_hands=1))
run(Frame(np.zeros((48, 64, 3), np.uint8), 0, 0.0), urgent=True)
"""


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_detector_that_is_left_open_is_closed_when_the_interpreter_exits(
    kind: type[InlineDetectorRunner | BackgroundDetectorRunner],
) -> None:
    command = [sys.executable, "-c", LEFT_OPEN, kind.__name__]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Traceback" not in ended.stderr, ended.stderr


@pytest.mark.parametrize(("time_s", "calls"), [(0.2, 1), (0.31, 1), (0.33, 2)])
def test_a_slow_detector_pauses_to_use_at_most_a_quarter_of_a_core(time_s: float, calls: int) -> None:
    now_s = 0.0

    class EightyMsDetector(SlowDetector):
        def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
            nonlocal now_s
            self.calls += 1
            now_s += 0.08
            return FOUND

    detector = EightyMsDetector()
    runner = BackgroundDetectorRunner(detector, clock=lambda: now_s)
    while not runner(_frame(0), urgent=True):
        Event().wait(0.001)
    now_s = time_s
    runner(_frame(30), urgent=True)
    runner.close()
    assert detector.closed.wait(20)
    assert detector.calls == calls

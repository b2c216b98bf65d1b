"""Fake cameras, videos and detectors for sessions with a real network, by default an untrained one."""

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from threading import Event

import numpy as np

from handpose_live.detection.detection import Detection, Effort
from handpose_live.gestures.rules import default_rules
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.media.opening import open_source
from handpose_live.media.source import Source, SourceInfo, StoredSource
from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo, default_weights
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Side
from tests.hands import spread_hand

WIDTH, HEIGHT = 64, 48
CAMERA_LOST = "camera 7 sends no more frames: plug it in again."
TIMEOUT_S = 60.0
HANDS: tuple[tuple[float, Side], ...] = ((0.3, "left"), (0.7, "right"))


class NoHandsDetector:
    """A detector that never finds a hand; ``closed`` is set when the session closes it."""

    is_fast = False

    def __init__(self) -> None:
        self.closed = Event()

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        return []

    def close(self) -> None:
        self.closed.set()


class TwoHandsDetector(NoHandsDetector):
    """A detector that finds a left and a right hand in every image."""

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        height, width = image.shape[:2]
        return [
            Detection.around(spread_hand(wrist=(x * width, 0.8 * height), length_px=0.5 * height).joints, side, 0.9)
            for x, side in HANDS
        ]


class FakeCamera(Source):
    """A camera that yields grey frames of different brightness, then ends, fails or hangs.

    Attributes:
        enough: ends the frames of a camera with an unlimited number of them.
        given: set when all frames have been consumed.
        release: ends the wait of a hanging camera.
    """

    def __init__(self, frames: int | None, *, then: str = "end") -> None:
        self.info = SourceInfo("camera 7", WIDTH, HEIGHT, 30.0, None, live=True)
        self.dropped = 5
        self.warnings: list[str] = []
        self.enough, self.given, self.release = Event(), Event(), Event()
        self._frames, self._then = frames, then

    def __iter__(self) -> Iterator[Frame]:
        for index in count():
            if index == self._frames or (self._frames is None and self.enough.wait(1 / 100)):
                break
            yield Frame(grey(index), index, index / 30)
        self.given.set()
        if self._then == "fail":
            raise HandPoseError(CAMERA_LOST)
        if self._then == "raise":
            raise KeyError("a bug")
        if self._then == "hang":
            self.release.wait()

    def close(self) -> None:
        """Do nothing: closing does not release a hanging camera."""


def grey(index: int) -> Image:
    """Return the image of the frame with this index."""
    return np.full((HEIGHT, WIDTH, 3), 100 + index % 100, dtype=np.uint8)


@cache
def untrained() -> PoseEstimator:
    return TorchEstimator(LiveUNet(), WeightsInfo("live", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), "cpu")


@cache
def trained() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")


def session_factory(
    source: Source | Callable[[str], Source] | None = None,
    detector: NoHandsDetector | None = None,
    network: Callable[[], PoseEstimator] = untrained,
) -> SessionFactory:
    """Create a real session factory with a fake detector, and a fake source if one is given."""
    open_any = source if callable(source) else open_source if source is None else lambda _: source
    return SessionFactory(open_any, network, lambda _: detector or NoHandsDetector(), default_rules())


class FakeVideo(StoredSource):
    """A video of grey frames at 10 frames per second.

    Attributes:
        running: while it is cleared, the video yields no frame, like one on a hanging drive.
    """

    def __init__(self, frames: int, warnings: Sequence[str] = ()) -> None:
        self._count, self._end_warnings = frames, list(warnings)
        self.running = Event()
        self.running.set()
        super().__init__(SourceInfo("video.mp4", WIDTH, HEIGHT, 10.0, frames, live=False), self._frames)

    def _frames(self, start_s: float) -> Generator[Frame]:
        for index in range(math.ceil(10 * start_s - 0.5), self._count):
            self.running.wait(TIMEOUT_S)
            yield Frame(grey(index), index, index / 10)
        self.warnings += self._end_warnings
        self._end_warnings = []


def frame_count(video: Path) -> int:
    """Count the frames of a video file."""
    import av

    with av.open(str(video)) as file:
        return sum(1 for _ in file.decode(video=0))

"""Stand-ins for the camera and the detector, around real sessions with a real network, untrained."""

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from threading import Event

import numpy as np

from handpose_live.gestures.rules import default_rules
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.media.opening import open_source
from handpose_live.media.source import Source, SourceInfo, StoredSource
from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo, default_weights
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.tracking.detector import Detection
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Side
from tests.hands import spread_hand

WIDTH, HEIGHT = 64, 48
BROKE_OFF = "camera 7 sends no more frames: plug it in again."
PATIENCE_S = 60.0
PLACES: tuple[tuple[float, Side], ...] = ((0.3, "left"), (0.7, "right"))


class BlindDetector:
    """Never finds a hand; remembers that it was closed, as a session's end closes it."""

    def __init__(self) -> None:
        self.closed = Event()

    def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
        return []

    def close(self) -> None:
        self.closed.set()


class SeeingDetector(BlindDetector):
    """Finds two hands wherever it looks, a left and a right one."""

    def detect(self, image: Image) -> list[Detection]:
        height, width = image.shape[:2]
        return [
            Detection(spread_hand(wrist=(x * width, 0.8 * height), length_px=0.5 * height).joints, side, 0.9)
            for x, side in PLACES
        ]


class StandInCamera(Source):
    """Gives some frames, each of its own grey, and then does what a test wants.

    Attributes:
        enough: ends the frames of a camera that has no number of them and gives one after the other meanwhile.
        given: set when all frames were taken.
        release: ends the wait of a camera that hangs.
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
        if self._then == "break off":
            raise HandPoseError(BROKE_OFF)
        if self._then == "raise":
            raise KeyError("a bug")
        if self._then == "hang":
            self.release.wait()

    def close(self) -> None:
        """Nothing: a camera that hangs, hangs."""


def grey(index: int) -> Image:
    """The picture of a stand-in camera's frame of that index."""
    return np.full((HEIGHT, WIDTH, 3), 100 + index % 100, dtype=np.uint8)


@cache
def untrained() -> PoseEstimator:
    return TorchEstimator(LiveUNet(), WeightsInfo("live", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), "cpu")


@cache
def trained() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")


def tools(
    source: Source | Callable[[str], Source] | None = None,
    detector: BlindDetector | None = None,
    network: Callable[[], PoseEstimator] = untrained,
) -> SessionFactory:
    """Tools that are real, but for the detector, and the source if one is given."""
    opening = source if callable(source) else open_source if source is None else lambda _: source
    return SessionFactory(opening, network, lambda _: detector or BlindDetector(), default_rules())


class StandInFilm(StoredSource):
    """Grey frames a tenth of a second apart.

    Attributes:
        held: while it is cleared, the film gives no frame, as one on a drive that hangs.
    """

    def __init__(self, frames: int, warnings: Sequence[str] = ()) -> None:
        self._count, self._late = frames, list(warnings)
        self.held = Event()
        self.held.set()
        super().__init__(SourceInfo("film.mp4", WIDTH, HEIGHT, 10.0, frames, live=False), self._frames)

    def _frames(self, start_s: float) -> Generator[Frame]:
        for index in range(math.ceil(10 * start_s - 0.5), self._count):
            self.held.wait(PATIENCE_S)
            yield Frame(grey(index), index, index / 10)
        self.warnings += self._late
        self._late = []


def frame_count(film: Path) -> int:
    """How many frames a film plays."""
    import av

    with av.open(str(film)) as file:
        return sum(1 for _ in file.decode(video=0))

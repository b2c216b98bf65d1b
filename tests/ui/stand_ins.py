"""Stand-ins for the camera and the detector, around real sessions with a real network, untrained."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np

from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.source import Source, SourceInfo
from handpose_live.errors import HandPoseError
from handpose_live.output.recorder import Recorder
from handpose_live.pose.torch_engine import TorchEstimator
from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo
from handpose_live.session import Session
from handpose_live.tracking.detector import Detection
from handpose_live.tracking.pipeline import Pipeline

WIDTH, HEIGHT = 64, 48
BROKE_OFF = "camera 7 sends no more frames: plug it in again."
PATIENCE_S = 60.0


class BlindDetector:
    """Never finds a hand; remembers that it was closed, as a session's end closes it."""

    def __init__(self) -> None:
        self.closed = Event()

    def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
        return []

    def close(self) -> None:
        self.closed.set()


class StandInCamera(Source):
    """Gives some frames, each of its own grey, and then does what a test wants.

    Attributes:
        given: set when all frames were taken.
        let_go: ends the wait of a camera that hangs.
    """

    def __init__(self, frames: int, *, then: str = "end") -> None:
        self.info = SourceInfo("camera 7", WIDTH, HEIGHT, 30.0, None, live=True)
        self.dropped = 5
        self.given, self.let_go = Event(), Event()
        self._frames, self._then = frames, then

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._frames):
            yield Frame(grey(index), index, index / 30)
        self.given.set()
        if self._then == "break off":
            raise HandPoseError(BROKE_OFF)
        if self._then == "fault":
            raise KeyError("a fault of the program")
        if self._then == "hang":
            self.let_go.wait()

    def close(self) -> None:
        """Nothing: a camera that hangs, hangs."""


def grey(index: int) -> Image:
    """The picture of a stand-in camera's frame of that index."""
    return np.full((HEIGHT, WIDTH, 3), 100 + index, dtype=np.uint8)


def session_over(source: Source, detector: BlindDetector | None = None, recording: Path | None = None) -> Session:
    """A session whose parts are real, but for the detector."""
    info = source.info
    estimator = TorchEstimator(LiveUNet(), WeightsInfo("live", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), "cpu")
    pipeline = Pipeline(estimator, detector or BlindDetector(), max_hands=2, smoothing=True, live=info.live)
    recorder = None
    if recording is not None:
        recorder = Recorder(recording, width=info.width, height=info.height, fps=info.fps, every_frame=not info.live)
    return Session(source, pipeline, recorder=recorder, landmarks=None)

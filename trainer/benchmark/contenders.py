"""Who is compared: this program, MediaPipe's tracker, and this program with the article's network."""

import tempfile
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.media.recording.video_writer import TICKS_PER_S, VideoFile, video_size
from handpose_live.media.source import SourceInfo
from handpose_live.overlay.draw import draw_hands
from handpose_live.pose.unet import ArticleUNet
from handpose_live.pose.weights import shipped_weights
from handpose_live.tracking.detector import MediaPipeDetector
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Floats
from handpose_live.types.frame import Frame

from .baseline import MediaPipeTracker
from .painting import Painter
from .samples import CPU, JOINTS, Samples

STAGES = ("detector", "crop", "network", "smooth")  # of the pipeline; decoding is the end of the network


class Contender(Protocol):
    """Takes frame after frame and keeps how long that took.

    Attributes:
        samples: the times so far.
    """

    samples: Samples

    def __call__(self, frame: Frame) -> None:
        """Work through the next frame."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class Candidate(Contender):
    """This program, but with the detector in the frames' way, so that all its work counts."""

    def __init__(self, info: SourceInfo, *, max_hands: int, device: str | None) -> None:
        """Args:
        info: of the source that the frames are from.
        max_hands: the most hands it follows.
        device: where its network runs; None for the best there is.
        """
        self.samples = Samples(f"ours, max-hands {max_hands}")
        self.estimator = Watched(load_estimator(shipped_weights(), device))
        detector = MediaPipeDetector(max_hands=max_hands)
        self._pipeline = HandTracker(estimator=self.estimator, detector=detector, max_hands=max_hands)
        self._painter = Painter(info.width, info.height)
        self._folder = tempfile.TemporaryDirectory()
        fps = info.fps or 30.0
        size = video_size(info.width, info.height)
        self._video = VideoFile(Path(self._folder.name) / "out.mp4", size, fps, TICKS_PER_S)

    def __call__(self, frame: Frame) -> None:
        measure = self.samples.measure
        before = self._pipeline.times.ms_per_frame(1)
        self.estimator.seen.clear()
        with measure(JOINTS, cpu=CPU):
            hands = self._pipeline.track(frame)
        after = self._pipeline.times.ms_per_frame(1)
        for stage in STAGES:
            self.samples.ms[stage].append(after.get(stage, 0.0) - before.get(stage, 0.0))
        self.samples.hands.append(len(hands))
        with measure("overlay"):
            picture = draw_hands(frame.image, hands)
        with measure("paint"):
            self._painter(picture)
        with measure("encode"):
            self._video.add(picture, round(frame.time_s * TICKS_PER_S))

    def close(self) -> None:
        self._pipeline.close()
        self._video.finish()
        self._folder.cleanup()


class Watched(PoseEstimator):
    """An estimator that keeps the crops it was shown.

    Attributes:
        seen: batch by batch.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self.info = estimator.info
        self.seen: list[NDArray[np.uint8]] = []

    @property
    def device_name(self) -> str:
        return self._estimator.device_name

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        self.seen.append(crops)
        return self._estimator(crops)

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return self._estimator.heatmaps(crops)


class WithArticlesNetwork(Contender):
    """This program if it ran the article's network, in PyTorch: everything else as ours had it with the same frame.

    Its weights are random, for they make no difference to its cost, and what it finds is not used.
    """

    def __init__(self, ours: Candidate, *, device: str | None) -> None:
        """``ours`` must have had a frame before this one gets it; both on the same device."""
        self.samples = Samples(ours.samples.name.replace("ours", "article's UNet"))
        self._ours = ours
        self._estimator = TorchEstimator(ArticleUNet(), ours.estimator.info, device)

    def __call__(self, frame: Frame) -> None:  # noqa: ARG002 (it takes its crops from ours)
        ours, mine = self._ours.samples.ms, self.samples.ms
        with self.samples.measure("network", cpu="network cpu"):
            for crops in self._ours.estimator.seen:
                self._estimator(crops)
        mine[JOINTS].append(ours[JOINTS][-1] - ours["network"][-1] + mine["network"][-1])
        self.samples.hands.append(self._ours.samples.hands[-1])

    def close(self) -> None:
        pass


class MediaPipes(Contender):
    """MediaPipe's tracker."""

    def __init__(self, *, max_hands: int) -> None:
        self.samples = Samples(f"MediaPipe, max-hands {max_hands}")
        self._tracker = MediaPipeTracker(max_hands=max_hands)

    def __call__(self, frame: Frame) -> None:
        with self.samples.measure(JOINTS, cpu=CPU):
            hands = self._tracker(frame)
        self.samples.hands.append(len(hands))

    def close(self) -> None:
        self._tracker.close()

"""The systems that are compared: HandPose Live, MediaPipe's tracker, and HandPose Live with the article's network."""

import tempfile
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.detection.names import DetectorName
from handpose_live.detection.opening import open_detector
from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.media.recording.clock import TICKS_PER_S
from handpose_live.media.recording.h264 import encodable_size
from handpose_live.media.recording.video_file import VideoFile
from handpose_live.media.source import SourceInfo
from handpose_live.overlay.draw import draw_hands
from handpose_live.pose.unet import ArticleUNet
from handpose_live.pose.weights import default_weights
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Floats
from handpose_live.types.frame import Frame

from ..baseline import MediaPipeTracker
from .painting import Painter
from .samples import CPU, JOINTS, Samples

CANDIDATE, ARTICLE, BASELINE = "HandPose Live", "article's UNet", "MediaPipe"
STAGES = ("detector", "crop", "network", "smooth")  # of the tracker; decoding is the end of the network


class System(Protocol):
    """Processes frame after frame and measures its own times.

    Attributes:
        samples: the times so far.
    """

    samples: Samples

    def __call__(self, frame: Frame) -> None:
        """Process the next frame."""
        ...

    def close(self) -> None:
        """Release its resources."""
        ...


class Candidate(System):
    """HandPose Live, with the detector run in line, so that all its work counts."""

    def __init__(self, info: SourceInfo, *, max_hands: int, device: str | None, detector: DetectorName | None) -> None:
        """Args:
        info: of the source that the frames are from.
        max_hands: the maximum number of hands that it tracks.
        device: where its networks run; None for the fastest available.
        detector: None for the program's default.
        """
        self.samples = Samples(f"{CANDIDATE}, max-hands {max_hands}")
        self.estimator = RecordingEstimator(load_estimator(default_weights(), device))
        opened = open_detector(detector, max_hands=max_hands, device=device)
        self._tracker = HandTracker(estimator=self.estimator, detector=opened, max_hands=max_hands)
        self._painter = Painter(info.width, info.height)
        self._folder = tempfile.TemporaryDirectory()
        fps = info.fps or 30.0
        size = encodable_size(info.width, info.height)
        self._video = VideoFile(Path(self._folder.name) / "out.mp4", size, fps, TICKS_PER_S)

    def __call__(self, frame: Frame) -> None:
        measure = self.samples.measure
        before = self._tracker.times.ms_per_frame(1)
        self.estimator.batches.clear()
        with measure(JOINTS, cpu=CPU):
            hands = self._tracker.track(frame)
        after = self._tracker.times.ms_per_frame(1)
        for stage in STAGES:
            self.samples.ms[stage].append(after.get(stage, 0.0) - before.get(stage, 0.0))
        self.samples.hands.append(len(hands))
        with measure("overlay"):
            picture = draw_hands(frame.image, hands)
        with measure("paint"):
            self._painter(picture)
        with measure("encode"):
            self._video.write(picture, round(frame.time_s * TICKS_PER_S))

    def close(self) -> None:
        self._tracker.close()
        self._video.close()
        self._folder.cleanup()


class RecordingEstimator(PoseEstimator):
    """An estimator that records its inputs.

    Attributes:
        batches: of crops, in the order in which they were estimated.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self.info = estimator.info
        self.batches: list[NDArray[np.uint8]] = []

    @property
    def device_name(self) -> str:
        return self._estimator.device_name

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        self.batches.append(crops)
        return self._estimator(crops)

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return self._estimator.heatmaps(crops)


class ArticleNetwork(System):
    """HandPose Live with the article's network, in PyTorch; all other stages take as long as the candidate's.

    Its weights are random, as they do not affect its cost; its output is not used.
    """

    def __init__(self, candidate: Candidate, *, device: str | None) -> None:
        """Follow a candidate on the same device, which must process each frame before this system does."""
        self.samples = Samples(candidate.samples.name.replace(CANDIDATE, ARTICLE))
        self._candidate = candidate
        self._estimator = TorchEstimator(ArticleUNet(), candidate.estimator.info, device)

    def __call__(self, frame: Frame) -> None:  # noqa: ARG002 (its crops are the candidate's)
        candidate_ms, ms = self._candidate.samples.ms, self.samples.ms
        with self.samples.measure("network", cpu="network cpu"):
            for crops in self._candidate.estimator.batches:
                self._estimator(crops)
        ms[JOINTS].append(candidate_ms[JOINTS][-1] - candidate_ms["network"][-1] + ms["network"][-1])
        self.samples.hands.append(self._candidate.samples.hands[-1])

    def close(self) -> None:
        pass


class MediaPipeBaseline(System):
    """MediaPipe's hand tracker."""

    def __init__(self, *, max_hands: int) -> None:
        self.samples = Samples(f"{BASELINE}, max-hands {max_hands}")
        self._tracker = MediaPipeTracker(max_hands=max_hands)

    def __call__(self, frame: Frame) -> None:
        with self.samples.measure(JOINTS, cpu=CPU):
            hands = self._tracker(frame)
        self.samples.hands.append(len(hands))

    def close(self) -> None:
        self._tracker.close()

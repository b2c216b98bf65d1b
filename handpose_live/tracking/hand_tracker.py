"""Frames in, hands out: everything between a source and what a person sees."""

from collections.abc import Sequence

from handpose_live.gestures.classifier import GestureClassifier
from handpose_live.gestures.rules import Rule, shipped_rules
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.tracking.detector import Detector
from handpose_live.tracking.detector_runner import BackgroundDetectorRunner, DetectorRunner, InlineDetectorRunner
from handpose_live.tracking.stage_times import StageTimes
from handpose_live.tracking.tracker import TrackManager
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


class HandTracker:
    """Follows the known hands and, while there is room for more, looks for others.

    Attributes:
        estimator: what finds the joints.
        times: of each stage.
        min_score: hands less certain are followed but not given out; may be changed at any time.
    """

    def __init__(
        self,
        estimator: PoseEstimator,
        detector: Detector,
        *,
        max_hands: int,
        smoothing: float,
        live: bool,
        rules: Sequence[Rule] | None = None,
    ) -> None:
        """Args:
        estimator: finds the joints.
        detector: finds new hands; closed with the pipeline.
        max_hands: never gives more hands than this.
        smoothing: how strongly to damp the jitter of the joints, from 0 for not at all to 1.
        live: frames must not wait for the detector; else each run over the same frames gives the same.
        rules: of gestures; None takes those that come with the program.
        """
        self.estimator = estimator
        self.times = StageTimes()
        self.min_score = 0.0
        self._tracker = TrackManager(estimator, max_hands=max_hands, smoothing=smoothing, times=self.times)
        self._gestures = GestureClassifier(shipped_rules() if rules is None else rules)
        self._search: DetectorRunner = BackgroundDetectorRunner(detector) if live else InlineDetectorRunner(detector)

    def __call__(self, frame: Frame) -> list[Hand]:
        """The hands in the next frame, joints in frame px."""
        tracker = self._tracker
        tracker.follow(frame)
        if tracker.needs_detection:
            with self.times.measure("detector"):
                found = self._search(frame, urgent=tracker.detection_is_urgent)
            tracker.associate(frame, found)
        with self.times.measure("smooth"):
            hands = [hand for hand in tracker.hands(frame.time_s) if hand.score >= self.min_score]
        with self.times.measure("gestures"):
            return self._gestures(hands, frame.time_s)

    @property
    def smoothing(self) -> float:
        """The strength of smoothing; may be changed at any time."""
        return self._tracker.smoothing

    @smoothing.setter
    def smoothing(self, strength: float) -> None:
        self._tracker.smoothing = strength

    def close(self) -> None:
        """Close the detector."""
        self._search.close()

"""Opens sessions from parts that take long to load or occupy a device."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from handpose_live.detection.detection import Detector
from handpose_live.gestures.rules import Rule
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.source import Source
from handpose_live.runtime.session import Session
from handpose_live.tracking.config import TrackerConfig
from handpose_live.tracking.hand_tracker import HandTracker


@dataclass(frozen=True, eq=False)
class SessionFactory:
    """Opens sessions that share one pose network and one table of gestures.

    Attributes:
        open_source: opens what the user named.
        network: returns the one estimator of the program, loaded on the first call.
        open_detector: opens a detector for a maximum number of hands.
        rules: of gestures.
        fetch: downloads what the detector needs where it is missing; calls back with the bytes received and the total.
    """

    open_source: Callable[[str], Source]
    network: Callable[[], PoseEstimator]
    open_detector: Callable[[int], Detector]
    rules: Sequence[Rule]
    fetch: Callable[[Callable[[int, int], object]], object] = lambda _: None

    def open_tracker(self, config: TrackerConfig, *, live: bool) -> HandTracker:
        """Open a tracker.

        Args:
            config: its settings.
            live: run the detector in the background, as frames must not wait for it.

        Raises:
            HandPoseError: the network or the detector cannot be loaded.
        """
        return HandTracker(
            max_hands=config.max_hands,
            smoothing=config.smoothing,
            min_score=config.min_score,
            thorough=config.thorough,
            hand_length_mm=config.hand_length_mm,
            gestures=self.rules,
            estimator=self.network(),
            detector=self.open_detector(config.max_hands),
            background_detection=live,
        )

    def open_session(self, source: Source, config: TrackerConfig) -> Session:
        """Open a session over an open source, which is closed if that fails.

        Raises:
            HandPoseError: see :meth:`open_tracker`.
        """
        with ExitStack() as undo:
            undo.callback(source.close)
            session = Session(source, self.open_tracker(config, live=source.info.live))
            undo.pop_all()
        return session

"""Opens sessions from the parts that take long to load or stand for a device."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from handpose_live.gestures.rules import Rule
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.source import Source
from handpose_live.runtime.session import Session
from handpose_live.tracking.config import TrackerConfig
from handpose_live.tracking.detector import Detector
from handpose_live.tracking.hand_tracker import HandTracker


@dataclass(frozen=True, eq=False)
class SessionFactory:
    """What sessions are made of: each takes long to open or stands for a device.

    Attributes:
        open_source: from what a person types.
        network: the one network of the program, loaded when it is first asked for.
        open_detector: for so many hands.
        rules: of gestures.
        fetch: makes sure that what a detector needs is on this computer, and tells how many bytes of how many it has.
    """

    open_source: Callable[[str], Source]
    network: Callable[[], PoseEstimator]
    open_detector: Callable[[int], Detector]
    rules: Sequence[Rule]
    fetch: Callable[[Callable[[int, int], object]], object] = lambda _: None

    def open_tracker(self, tracking: TrackerConfig, *, live: bool) -> HandTracker:
        """A pipeline that has not seen a frame yet.

        Raises:
            HandPoseError: the network or the detector cannot be loaded.
        """
        tracker = HandTracker(
            self.network(),
            self.open_detector(tracking.max_hands),
            max_hands=tracking.max_hands,
            smoothing=tracking.smoothing,
            live=live,
            rules=self.rules,
        )
        tracker.min_score = tracking.min_score
        return tracker

    def open_session(self, source: Source, tracking: TrackerConfig) -> Session:
        """A session over an open source, which is closed if that fails.

        Raises:
            HandPoseError: see :meth:`open_tracker`.
        """
        with ExitStack() as undo:
            undo.callback(source.close)
            session = Session(source, self.open_tracker(tracking, live=source.info.live))
            undo.pop_all()
        return session

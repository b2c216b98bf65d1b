"""The settings of the tracker."""

from dataclasses import dataclass

from handpose_live.tracking.smoothing import USUAL_STRENGTH


@dataclass(frozen=True)
class TrackerConfig:
    """The settings of the tracker.

    Attributes:
        max_hands: follow no more than these.
        smoothing: strength, 0 for none to 1.
        min_score: show no hand less certain than this.
    """

    max_hands: int = 2
    smoothing: float = USUAL_STRENGTH
    min_score: float = 0.0

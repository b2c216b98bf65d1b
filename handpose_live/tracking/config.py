"""The settings of the tracker."""

from dataclasses import dataclass

from handpose_live.tracking.smoothing import DEFAULT_STRENGTH

# In mm, of newborns to the tallest of people: other numbers are in other units.
HAND_LENGTHS = 50, 350


@dataclass(frozen=True)
class TrackerConfig:
    """The settings of the tracker.

    Attributes:
        max_hands: track at most this many hands.
        smoothing: strength of the jitter filter, 0 (off) to 1.
        min_score: return only hands with at least this score, 0..1.
        thorough: let the detector always make the full effort; see :class:`HandTracker`.
        hand_length_mm: of the person, from wrist crease to the tip of the middle finger; None if unknown.
    """

    max_hands: int = 2
    smoothing: float = DEFAULT_STRENGTH
    min_score: float = 0.0
    thorough: bool = False
    hand_length_mm: float | None = None

"""Gesture recognition with temporal smoothing and hysteresis for each hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

from handpose_live.gestures.hand_shape import shape_of
from handpose_live.gestures.rules import Rule, gesture_scores
from handpose_live.types.gesture import Gesture
from handpose_live.types.hand import Hand

# Scores are averaged exponentially; 0.1 s after a change the new shape has the greater weight.
TIME_CONSTANT_S = 0.12
# Hysteresis: a gesture begins at a higher score than it ends at, so that one at the threshold does not flicker.
BEGIN_SCORE, END_SCORE = 0.55, 0.35


def user_rules_file() -> Path:
    """Return the path of the user's own table of gestures; the file may not exist."""
    return platformdirs.user_config_path("handpose-live", appauthor=False) / "gestures.toml"


@dataclass(eq=False)
class GestureFilter:
    """Smooths the gesture scores of one hand over time."""

    _scores: dict[str, float] = field(default_factory=dict)
    _time_s: float = -math.inf
    _name: str | None = None

    def __call__(self, scores: dict[str, float], time_s: float) -> Gesture | None:
        """Add the scores of the next frame.

        Args:
            scores: by gesture, 0..1.
            time_s: time of the frame; one that does not advance resets the filter.

        Returns:
            The current gesture; None when there is none.
        """
        step_s = time_s - self._time_s
        self._time_s = time_s
        weight = 1 - math.exp(-step_s / TIME_CONSTANT_S) if step_s > 0 else 1.0
        previous = {name: self._scores.get(name, 0.0) for name in scores}
        self._scores = {name: previous[name] + weight * (score - previous[name]) for name, score in scores.items()}
        best = max(self._scores, key=self._scores.__getitem__, default=None)
        if best is not None and self._scores[best] >= BEGIN_SCORE:
            self._name = best
        elif self._name is not None and self._scores.get(self._name, 0.0) < END_SCORE:
            self._name = None
        return None if self._name is None else Gesture(self._name, self._scores[self._name])


class GestureClassifier:
    """Recognises the gestures of all hands in view."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._filters: dict[int, GestureFilter] = {}

    def __call__(self, hands: Sequence[Hand], time_s: float) -> list[Hand]:
        """Return the hands with their gestures and joint angles; the filters of other tracks are dropped."""
        self._filters = {hand.track_id: self._filters.get(hand.track_id, GestureFilter()) for hand in hands}
        return [self._recognise(hand, time_s) for hand in hands]

    def _recognise(self, hand: Hand, time_s: float) -> Hand:
        shape = shape_of(hand)
        gesture = self._filters[hand.track_id](gesture_scores(shape, hand.joint_scores, self._rules), time_s)
        return replace(hand, gesture=gesture, angles_deg=None if hand.joints_3d is None else shape.angles_deg)

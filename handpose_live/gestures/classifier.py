"""Gestures that stay steady over time, hand by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

from handpose_live.gestures.hand_shape import hand_shape
from handpose_live.gestures.rules import Rule, gesture_scores
from handpose_live.types.gesture import Gesture
from handpose_live.types.hand import Hand

# A look counts for as long as this, less and less; 0.1 s after a change the new shape has the greater weight.
MEMORY_S = 0.12
# A gesture begins at a higher score than it ends at, so that one at the limit does not flicker.
BEGIN_SCORE, END_SCORE = 0.55, 0.35


def user_rules_file() -> Path:
    """Where a person may keep gestures of their own; the file need not be there."""
    return platformdirs.user_config_path("handpose-live", appauthor=False) / "gestures.toml"


@dataclass(eq=False)
class GestureFilter:
    """What one hand shows, by all its looks of late."""

    _scores: dict[str, float] = field(default_factory=dict)
    _time_s: float = -math.inf
    _name: str | None = None

    def __call__(self, scores: dict[str, float], time_s: float) -> Gesture | None:
        """Take in the scores of one look; what the hand shows now.

        Args:
            scores: by gesture, 0..1.
            time_s: of the frame; the same or an earlier one than the last starts anew.
        """
        step_s = time_s - self._time_s
        self._time_s = time_s
        weight = 1 - math.exp(-step_s / MEMORY_S) if step_s > 0 else 1.0
        before = {name: self._scores.get(name, 0.0) for name in scores}
        self._scores = {name: before[name] + weight * (score - before[name]) for name, score in scores.items()}
        best = max(self._scores, key=self._scores.__getitem__, default=None)
        if best is not None and self._scores[best] >= BEGIN_SCORE:
            self._name = best
        elif self._name is not None and self._scores.get(self._name, 0.0) < END_SCORE:
            self._name = None
        return None if self._name is None else Gesture(self._name, self._scores[self._name])


class GestureClassifier:
    """Reads the gestures of all hands in view."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._steady: dict[int, GestureFilter] = {}

    def __call__(self, hands: Sequence[Hand], time_s: float) -> list[Hand]:
        """The same hands with their gestures; those of hands that are gone are forgotten."""
        self._steady = {hand.track_id: self._steady.get(hand.track_id, GestureFilter()) for hand in hands}
        return [replace(hand, gesture=self._read(hand, time_s)) for hand in hands]

    def _read(self, hand: Hand, time_s: float) -> Gesture | None:
        shape = hand_shape(hand.joints, left=hand.side == "left")
        return self._steady[hand.track_id](gesture_scores(shape, hand.joint_scores, self._rules), time_s)

"""Gestures defined by a table of rules over hand measurements, which users can extend."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from handpose_live.gestures.hand_shape import HandShape, measure_names
from handpose_live.system.text_files import read_text
from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError
from handpose_live.types.gesture import Gesture
from handpose_live.types.skeleton import FINGERS

Ramp = tuple[float, float]

MIN_SCORE = 0.5
# All scores are scaled by a confidence: the mean score of the least certain joints, mapped to 0..1 by a ramp.
LEAST_CERTAIN_JOINTS = 4
CONFIDENCE: Ramp = (0.2, 0.65)
FINGER_NAMES = tuple(finger.name for finger in FINGERS)


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        name: of the gesture; several rows may share it.
        conditions: name of a measurement, and the values at which the condition's score is 0 and 1.
    """

    name: str
    conditions: tuple[tuple[str, Ramp], ...]

    def score(self, shape: HandShape) -> float:
        """Return how well a hand fits, 0..1: the lowest score of its conditions."""
        measures = shape.measures
        return min(_ramp_score(measures[name], ramp) for name, ramp in self.conditions)


def name_gesture(scores: Mapping[str, float]) -> Gesture | None:
    """Return the gesture with the highest score; None if that is too low."""
    best = max(scores.items(), key=lambda item: item[1], default=("", 0.0))
    return Gesture(*best) if best[1] >= MIN_SCORE else None


def gesture_scores(shape: HandShape, joint_scores: Floats, rules: Sequence[Rule]) -> dict[str, float]:
    """Return the score of each gesture, 0..1, by name.

    Args:
        shape: of the hand.
        joint_scores: ``(21,)``, 0..1; low ones lower the score of every gesture.
        rules: the table.
    """
    confidence = _ramp_score(float(np.sort(joint_scores)[:LEAST_CERTAIN_JOINTS].mean()), CONFIDENCE)
    best: dict[str, float] = {}
    for rule in rules:
        best[rule.name] = max(best.get(rule.name, 0.0), confidence * rule.score(shape))
    return best


def default_rules() -> tuple[Rule, ...]:
    """Return the included rules."""
    return load_rules(None)


def load_rules(user_file: Path | None) -> tuple[Rule, ...]:
    """Return the included rules, extended by the user's, which replace those of the same gestures.

    Args:
        user_file: the user's TOML table; None or a file that does not exist adds nothing.

    Raises:
        HandPoseError: the user's file is not a valid table of gestures.
    """
    text = files(__package__).joinpath("gestures.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    words = table["words"]
    included = [_rule(row, words) for row in table["gesture"]]
    if user_file is None or not os.path.isfile(user_file):
        return tuple(included)
    text = read_text(user_file)
    try:
        user_table = tomllib.loads(text)
        words = words | user_table.get("words", {})
        added = [_rule(row, words) for row in user_table.get("gesture", [])]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise HandPoseError(
            f"{user_file} is not a valid table of gestures ({why}): correct it, or delete it."
        ) from error
    replaced = {rule.name for rule in added}
    return (*(rule for rule in included if rule.name not in replaced), *added)


def _rule(row: Mapping[str, Any], words: Mapping[str, Any]) -> Rule:
    conditions: list[tuple[str, Ramp]] = []
    for key, value in row.items():
        if key in FINGER_NAMES:
            if value not in words:
                raise ValueError(f'unknown word for a finger: "{value}"; known are {", ".join(words)}')
            measures = {f"{key}_{measure}": ends for measure, ends in words[value].items()}
            conditions += [(measure, _ramp(measure, ends)) for measure, ends in measures.items()]
        elif key != "name":
            conditions.append((key, _ramp(key, value)))
    if not conditions or not isinstance(row.get("name"), str):
        raise ValueError("each gesture needs a name and a condition")
    return Rule(row["name"], tuple(conditions))


def _ramp(measure: str, ends: Any) -> Ramp:
    if measure not in measure_names():
        raise ValueError(f'unknown measurement "{measure}"; known are {", ".join(measure_names())}')
    match ends:
        case [int() | float() as start, int() | float() as full] if start != full and isfinite(full - start):
            return float(start), float(full)
    raise ValueError(f"{measure} needs two different finite numbers")


def _ramp_score(value: float, ramp: Ramp) -> float:
    start, full = ramp
    return min(max((value - start) / (full - start), 0.0), 1.0)

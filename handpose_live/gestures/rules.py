"""Names for the shapes of hands, by a table of rules that a person can read and add to."""

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
# A hand is as well known as its least certain joints are: their mean score at which it is not at all, and in full.
UNSURE_JOINTS = 4
SURENESS: Ramp = (0.2, 0.65)
FINGER_NAMES = tuple(finger.name for finger in FINGERS)


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        name: of the gesture; several rows may have the same.
        conditions: by measure, the value at which it does not hold at all and the one at which it holds in full.
    """

    name: str
    conditions: tuple[tuple[str, Ramp], ...]

    def score(self, shape: HandShape) -> float:
        """How well a hand fits, 0..1: as well as the weakest condition."""
        measures = shape.measures
        return min(_rise(measures[name], ramp) for name, ramp in self.conditions)


def name_gesture(scores: Mapping[str, float]) -> Gesture | None:
    """The gesture of the highest score, or None when unsure."""
    best = max(scores.items(), key=lambda item: item[1], default=("", 0.0))
    return Gesture(*best) if best[1] >= MIN_SCORE else None


def gesture_scores(shape: HandShape, joint_scores: Floats, rules: Sequence[Rule]) -> dict[str, float]:
    """How well each gesture holds, 0..1, by name.

    Args:
        shape: of the hand.
        joint_scores: ``(21,)`` 0..1; where some are low, no gesture is sure.
        rules: the table.
    """
    sure = _rise(float(np.sort(joint_scores)[:UNSURE_JOINTS].mean()), SURENESS)
    best: dict[str, float] = {}
    for rule in rules:
        best[rule.name] = max(best.get(rule.name, 0.0), sure * rule.score(shape))
    return best


def shipped_rules() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return load_rules(None)


def load_rules(own: Path | None) -> tuple[Rule, ...]:
    """The rules that come with the program, and a person's own, whose rows replace those of the same name.

    Args:
        own: may not be there.

    Raises:
        HandPoseError: the person's file is not such a table.
    """
    text = files(__package__).joinpath("gestures.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    words = table["words"]
    shipped = [_rule(row, words) for row in table["gesture"]]
    if own is None or not os.path.isfile(own):
        return tuple(shipped)
    text = read_text(own)
    try:
        extra = tomllib.loads(text)
        words = words | extra.get("words", {})
        added = [_rule(row, words) for row in extra.get("gesture", [])]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise HandPoseError(f"{own} is no table of gestures ({why}): mend it, or delete it to go without.") from error
    replaced = {rule.name for rule in added}
    return (*(rule for rule in shipped if rule.name not in replaced), *added)


def _rule(row: Mapping[str, Any], words: Mapping[str, Any]) -> Rule:
    conditions: list[tuple[str, Ramp]] = []
    for key, value in row.items():
        if key in FINGER_NAMES:
            if value not in words:
                raise ValueError(f'no word for a finger: "{value}"; there are {", ".join(words)}')
            measures = {f"{key}_{measure}": ends for measure, ends in words[value].items()}
            conditions += [(measure, _ramp(measure, ends)) for measure, ends in measures.items()]
        elif key != "name":
            conditions.append((key, _ramp(key, value)))
    if not conditions or not isinstance(row.get("name"), str):
        raise ValueError("each gesture needs a name and a condition")
    return Rule(row["name"], tuple(conditions))


def _ramp(measure: str, ends: Any) -> Ramp:
    if measure not in measure_names():
        raise ValueError(f'there is no measure "{measure}"; there are {", ".join(measure_names())}')
    match ends:
        case [int() | float() as start, int() | float() as full] if start != full and isfinite(full - start):
            return float(start), float(full)
    raise ValueError(f"{measure} needs two different numbers")


def _rise(value: float, ramp: Ramp) -> float:
    start, full = ramp
    return min(max((value - start) / (full - start), 0.0), 1.0)

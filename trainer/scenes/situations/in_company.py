"""Hands of two people that meet."""

from collections.abc import Sequence

import numpy as np

from handpose_live.types.hand import Side

from .gesturing import raised_hand
from .hand_targets import Arms, HandTarget, centred, natural, target
from .landmarks import Landmarks, Vector, other, turned, unit
from .resting import hanging_hand


def meeting(rng: np.random.Generator, people: Sequence[Landmarks]) -> list[Arms]:
    """Let a hand of each of two people, who face each other, meet between them."""
    one, two = people
    way = (shake, high_five, pass_on, hold)[rng.integers(4)]
    side: Side = "right" if rng.random() < 0.75 else "left"
    sides = (side, other(side) if way is hold else side)
    arms: list[Arms] = []
    for person, meets, hand in zip(people, sides, way(rng, one, two, side), strict=True):
        rests = (raised_hand if rng.random() < 0.3 else hanging_hand)(rng, person, other(meets))
        arms.append({meets: hand, other(meets): rests})
    return arms


def shake(rng: np.random.Generator, one: Landmarks, two: Landmarks, side: Side) -> tuple[HandTarget, HandTarget]:
    """Two people shake hands."""
    middle, along = _between(rng, one, two, -0.35)
    fingers = unit(along - 0.15 * one.up)
    palm = -one.outward(side)
    first = centred(middle, fingers, palm, one.hand_m, "grasp")
    return first, centred(middle + 0.1 * one.hand_m * palm, -fingers, -palm, two.hand_m, "grasp")


def high_five(rng: np.random.Generator, one: Landmarks, two: Landmarks, side: Side) -> tuple[HandTarget, HandTarget]:
    """Two palms meet or are about to."""
    middle, along = _between(rng, one, two, 0.2)
    middle = middle + rng.uniform(0.0, 0.15) * one.outward(side)
    fingers = turned(one.up, along, rng.normal(0, 0.3))
    gap = rng.uniform(0.01, 0.2)
    first = centred(middle - gap * along, fingers, along, one.hand_m, "open")
    return first, centred(middle + gap * along, turned(fingers, along, rng.normal(0, 0.3)), -along, two.hand_m, "open")


def pass_on(rng: np.random.Generator, one: Landmarks, two: Landmarks, side: Side) -> tuple[HandTarget, HandTarget]:
    """One person hands the other something."""
    middle, along = _between(rng, one, two, -0.3)
    away = 0.12 * along
    first = natural(rng, one, side, middle - away - one.hand_m * along, palm=one.up, holds="any")
    return first, natural(rng, two, side, middle + away + two.hand_m * along, palm=two.up, pose="open")


def hold(rng: np.random.Generator, one: Landmarks, two: Landmarks, side: Side) -> tuple[HandTarget, HandTarget]:
    """One person's hand lies on the back of the other's."""
    middle, along = _between(rng, one, two, -0.4)
    first = centred(middle, unit(along + 0.3 * one.outward(side)), -one.up, one.hand_m, "relaxed")
    second_centre = middle + 0.22 * one.hand_m * one.up
    return first, target(second_centre + 0.35 * two.hand_m * along, -along, -one.up, "relaxed")


def _between(rng: np.random.Generator, one: Landmarks, two: Landmarks, up: float) -> tuple[Vector, Vector]:
    """Return a point between two chests and the direction from the first to the second."""
    middle = (one.chest + two.chest) / 2 + (up + rng.normal(0, 0.08)) * one.arm_m * one.up
    return middle, unit(two.chest - one.chest)

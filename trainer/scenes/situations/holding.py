"""Hands that hold things."""

import numpy as np

from handpose_live.types.hand import Side

from .gesturing import one_or_both
from .hand_targets import Arms, HandTarget, natural
from .landmarks import SIDES, Landmarks, other

IN_BOTH = "in both"  # an object that both hands hold


def holding(rng: np.random.Generator, person: Landmarks) -> Arms:
    """One or both hands hold something before the body."""
    return one_or_both(rng, person, _held, both=0.3)


def with_both(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands at one thing: the leading one holds it, the other one touches it."""
    lead: Side = SIDES[rng.integers(2)]
    middle = person.point(person.chest, lead, rng.normal(0, 0.1), rng.uniform(0.4, 0.8), rng.uniform(-0.5, 0.4))
    gap = rng.uniform(0.08, 0.25)
    arms = {}
    for side in (lead, other(lead)):
        wrist = person.point(middle, side, gap, -0.1, rng.normal(-0.1, 0.05))
        palm = person.direction(side, -1.0, rng.normal(0, 0.3), rng.normal(0.2, 0.3))
        held, pose = ("any", "any") if side == lead else ("", "grasp")
        arms[side] = natural(rng, person, side, wrist, palm=palm, bend=(-0.3, 0.5), pose=pose, holds=held)
    return arms


def together_with_both(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands hold one thing: a steering wheel, a tray, a newspaper."""
    middle = person.point(person.chest, "left", rng.normal(0, 0.08), rng.uniform(0.4, 0.75), rng.uniform(-0.5, 0.3))
    return {
        side: natural(rng, person, side, person.point(middle, side, 0.2, -0.1, 0.0), holds=IN_BOTH) for side in SIDES
    }


def shown(rng: np.random.Generator, person: Landmarks) -> Arms:
    """A thing held towards the camera."""
    return one_or_both(rng, person, _shown, both=0.1)


def _held(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(-0.4, 0.3), rng.uniform(0.2, 0.75), rng.uniform(-0.6, 0.25)
    )
    palm = person.direction(side, -1.0, rng.normal(0, 0.5), rng.normal(0, 0.6))
    return natural(rng, person, side, wrist, palm=palm, bend=(-0.5, 0.5), holds="any")


def _shown(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(-0.4, 0.2), rng.uniform(0.5, 0.9), rng.uniform(-0.3, 0.3)
    )
    return natural(rng, person, side, wrist, palm=person.direction(side, -0.5, -0.5, 0.4), holds="any")

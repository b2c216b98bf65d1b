"""Arms that do nothing in particular."""

import numpy as np

from handpose_live.types.hand import Side

from .hand_targets import Arms, HandTarget, natural, reachable, target
from .landmarks import SIDES, Landmarks, Vector, other


def hanging(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both arms hang beside the body."""
    return {side: hanging_hand(rng, person, side) for side in SIDES}


def hanging_hand(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """One arm hangs, the palm to the thigh or back."""
    swing = rng.normal(0.05, 0.12)
    wrist = reachable(person, side, person.point(person.shoulders[side], side, rng.uniform(0.08, 0.28), swing, -0.94))
    palm = person.direction(side, -1.0, rng.uniform(-0.9, 0.2), 0.0)
    return target(wrist, person.direction(side, rng.normal(0.05, 0.1), swing + 0.1, -1.0), palm, "relaxed")


def on_hips(rng: np.random.Generator, person: Landmarks) -> Arms:
    """One or both hands on the hips."""
    both = rng.random() < 0.6
    alone = SIDES[rng.integers(2)]
    return {side: (hip if both or side == alone else hanging_hand)(rng, person, side) for side in SIDES}


def hip(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """A hand on the hip, its fingers forward or, thumb in front, backward."""
    forward = 1.0 if rng.random() < 0.6 else -1.0
    wrist = person.point(person.pelvis, side, rng.uniform(0.42, 0.5), -0.12 * forward, rng.uniform(0.15, 0.3))
    fingers = person.direction(side, -0.25, forward, rng.uniform(-0.7, -0.2))
    pose = "fist" if rng.random() < 0.2 else "relaxed"
    return target(wrist, fingers, person.direction(side, -1.0, 0.0, -0.2), pose)


def crossed(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Arms crossed before the chest, one forearm over the other."""
    above: Side = "left" if rng.random() < 0.5 else "right"
    arms = {}
    for side, forward in ((above, 0.44), (other(above), 0.34)):
        height = rng.uniform(-0.25, -0.1)
        wrist = person.point(person.chest, side, rng.uniform(-0.2, -0.1), forward, height)
        fingers = person.direction(side, -1.0, rng.uniform(-0.5, -0.1), rng.uniform(-0.1, 0.3))
        palm = person.direction(side, 0.0, -1.0, -0.2)
        arms[side] = target(wrist, fingers, palm, "relaxed")
    return arms


def on_knees(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Hands on the thighs or knees, or in the lap."""
    arms = {}
    together = rng.random() < 0.4
    for side in SIDES:
        thigh = person.pelvis + rng.uniform(0.4, 0.85) * (person.knees[side] - person.pelvis)
        start = (person.knees["left"] + person.knees["right"]) / 2 * 0.5 + person.pelvis * 0.5 if together else thigh
        wrist = person.point(start, side, 0.05, 0.0, rng.uniform(0.16, 0.22))
        fingers = person.direction(side, rng.uniform(-0.9, -0.1), 1.0, -0.15)
        arms[side] = target(reachable(person, side, wrist), fingers, -person.up, "relaxed")
    return arms


def hidden(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands behind the back."""
    arms = {}
    for side in SIDES:
        wrist = person.point(person.pelvis, side, rng.uniform(-0.05, 0.15), -0.35, rng.uniform(0.05, 0.3))
        fingers = person.direction(side, -1.0, 0.0, rng.uniform(-0.6, 0.2))
        arms[side] = target(wrist, fingers, -person.forward, "relaxed")
    return arms


def before_belly(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Forearms held before the belly or on a table, hands apart."""
    arms = {}
    for side in SIDES:
        wrist = person.point(
            person.chest, side, rng.uniform(0.0, 0.35), rng.uniform(0.35, 0.7), rng.uniform(-0.65, -0.3)
        )
        palm: Vector = person.direction(side, -1.0, 0.0, rng.uniform(-1.5, 0.5))
        arms[side] = natural(rng, person, side, wrist, palm=palm)
    return arms

"""Two hands of one person that touch, overlap or hide one another."""

from collections.abc import Callable

import numpy as np

from handpose_live.types.hand import Side

from .hand_targets import Arms, HandTarget, centred, natural, target
from .landmarks import Landmarks, other, turned, unit

Second = Callable[[np.random.Generator, Landmarks, HandTarget], HandTarget]


def together(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Pick one of the ways that hands meet, with either hand leading, before the chest, belly or face."""
    side: Side = "left" if rng.random() < 0.5 else "right"
    first, second = WAYS[rng.integers(len(WAYS))]
    lead = first(rng, person, side)
    return {side: lead, other(side): second(rng, person, lead)}


def _inward(rng: np.random.Generator, person: Landmarks, side: Side, pose: str = "flat") -> HandTarget:
    """A hand before the body whose palm faces the other side."""
    palm = person.direction(side, -1.0, rng.normal(0, 0.2), rng.normal(0, 0.2))
    fingers = person.direction(side, -0.3, rng.uniform(0.0, 1.0), rng.uniform(-0.2, 1.2))
    return centred(_middle(rng, person, side), fingers, palm, person.hand_m, pose)


def _upward(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """An open hand before the belly, palm up."""
    palm = person.direction(side, rng.normal(0, 0.2), rng.normal(0, 0.3), 1.0)
    fingers = person.direction(side, rng.uniform(-1.0, -0.4), rng.uniform(0.2, 0.8), 0.0)
    return centred(_middle(rng, person, side), fingers, palm, person.hand_m, "flat")


def _backward(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """A hand on the belly or chest, its back to the front."""
    palm = person.direction(side, 0.0, -1.0, rng.uniform(-1.0, 0.2))
    fingers = person.direction(side, -1.0, 0.1, rng.uniform(-0.5, 0.4))
    return centred(_middle(rng, person, side), fingers, palm, person.hand_m, "relaxed")


def _shown(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """A hand shown to the front, palm or back first."""
    wrist = person.point(person.chest, side, rng.uniform(-0.1, 0.2), rng.uniform(0.4, 0.8), rng.uniform(-0.2, 0.5))
    facing = person.forward if rng.random() < 0.6 else -person.forward
    return natural(rng, person, side, wrist, palm=facing, pose="any")


def _middle(rng: np.random.Generator, person: Landmarks, side: Side) -> np.ndarray:
    return person.point(person.chest, side, rng.normal(0, 0.07), rng.uniform(0.42, 0.75), rng.uniform(-0.45, 0.4))


def _facing(lead: HandTarget, hand_m: float, gap: float, turn: float, pose: str) -> HandTarget:
    """Place a hand palm to palm with another, ``gap`` lengths of the hand apart."""
    centre = lead.palm_centre(hand_m) + gap * hand_m * lead.palm
    return centred(centre, turned(lead.fingers, lead.palm, turn), -lead.palm, hand_m, pose)


def _clap(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    return _facing(lead, person.hand_m, rng.uniform(0.05, 1.2), rng.normal(0, 0.35), "flat")


def _pray(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    return _facing(lead, person.hand_m, 0.03, rng.normal(0, 0.1), "flat")


def _interlock(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    turn = rng.choice((-1, 1)) * rng.uniform(0.7, 1.3)
    return _facing(lead, person.hand_m, 0.12, turn, "interlocked")


def _stack(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """The second palm on the back of the first hand."""
    centre = lead.palm_centre(person.hand_m) - 0.2 * person.hand_m * lead.palm
    turn = rng.choice((-1, 1)) * rng.uniform(0.5, 1.8)
    pose = ("relaxed", "flat")[rng.integers(2)]
    return centred(centre, turned(lead.fingers, lead.palm, turn), lead.palm, person.hand_m, pose)


def _clasp(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """The second hand closes round the first one or its wrist."""
    along = rng.uniform(-0.4, 0.4) * person.hand_m * lead.fingers
    centre = lead.palm_centre(person.hand_m) - 0.18 * person.hand_m * lead.palm + along
    turn = rng.choice((-1, 1)) * rng.uniform(1.1, 2.0)
    return centred(centre, turned(lead.fingers, lead.palm, turn), lead.palm, person.hand_m, "grasp")


def _fist_on_palm(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """A fist, knuckles or little finger first, on an open palm."""
    gap = rng.uniform(0.2, 0.7) * person.hand_m
    sideways = unit(np.cross(lead.palm, lead.fingers))
    palm = (-lead.palm, sideways, -sideways)[rng.integers(3)]
    fingers = turned(lead.fingers, lead.palm, rng.choice((-1, 1)) * rng.uniform(0.8, 1.8))
    return centred(lead.palm_centre(person.hand_m) + gap * lead.palm, fingers, palm, person.hand_m, "fist")


def _finger_on_palm(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """A fingertip or pen points at an open palm."""
    fingers = unit(-lead.palm + rng.normal(0, 0.4, 3))
    wrist = lead.palm_centre(person.hand_m) - rng.uniform(1.0, 1.2) * person.hand_m * fingers
    return target(wrist, fingers, -lead.fingers, "pointing")


def _cross(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """Crossed wrists, one behind the other."""
    gap = rng.choice((-1, 1)) * rng.uniform(0.3, 0.5) * person.hand_m
    fingers = turned(lead.fingers, lead.palm, rng.choice((-1, 1)) * rng.uniform(0.6, 1.4))
    return target(lead.wrist + gap * lead.palm, fingers, lead.palm * rng.choice((-1, 1)), "any")


def _behind(rng: np.random.Generator, person: Landmarks, lead: HandTarget) -> HandTarget:
    """One hand partly behind the other, apart in depth."""
    away = rng.choice((-1, 1)) * rng.uniform(0.3, 1.0) * person.forward + rng.normal(0, 0.25, 3)
    fingers = turned(lead.fingers, person.forward, rng.normal(0, 0.6))
    return target(lead.wrist + away * person.hand_m, fingers, lead.palm * rng.choice((-1, 1)), "any")


WAYS: tuple[tuple[Callable[[np.random.Generator, Landmarks, Side], HandTarget], Second], ...] = (
    (_inward, _clap),
    (_inward, _clap),
    (_inward, _pray),
    (_inward, _interlock),
    (_inward, _interlock),
    (_backward, _stack),
    (_backward, _clasp),
    (_inward, _clasp),
    (_upward, _fist_on_palm),
    (_upward, _finger_on_palm),
    (_shown, _cross),
    (_shown, _behind),
    (_shown, _behind),
)

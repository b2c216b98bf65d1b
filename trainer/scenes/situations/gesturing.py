"""Free hands that talk, wave, point and show gestures."""

from collections.abc import Callable

import numpy as np

from handpose_live.types.hand import Side

from .hand_targets import Arms, HandTarget, natural
from .landmarks import SIDES, Landmarks
from .resting import before_belly, hanging_hand, hip

OneHand = Callable[[np.random.Generator, Landmarks, Side], HandTarget]


def one_or_both(rng: np.random.Generator, person: Landmarks, action: OneHand, both: float = 0.5) -> Arms:
    """Let one or both hands do something; the other one rests."""
    chosen = SIDES if rng.random() < both else (SIDES[rng.integers(2)],)
    rest = (hanging_hand, hip, _low)[rng.choice(3, p=(0.5, 0.1, 0.4))]
    return {side: action(rng, person, side) if side in chosen else rest(rng, person, side) for side in SIDES}


def raised(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Hands up beside or before the head and chest, palms mostly to the front."""
    return one_or_both(rng, person, raised_hand)


def raised_hand(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """One hand shown."""
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(-0.25, 0.45), rng.uniform(0.2, 0.75), rng.uniform(-0.3, 0.45)
    )
    facing = person.direction(side, rng.normal(0, 0.4), 1.0 if rng.random() < 0.7 else -1.0, rng.normal(0, 0.3))
    return natural(rng, person, side, wrist, palm=facing, bend=(-0.6, 0.4), pose="gesture")


def anywhere(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Hands wherever arms reach in front of the body, turned any way."""
    return one_or_both(rng, person, _anywhere, both=0.7)


def waving(rng: np.random.Generator, person: Landmarks) -> Arms:
    """A raised open hand."""
    return one_or_both(rng, person, _waving, both=0.15)


def arms_up(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Arms stretched upward or to the sides."""
    return one_or_both(rng, person, _stretched, both=0.7)


def pointing(rng: np.random.Generator, person: Landmarks) -> Arms:
    """An arm stretched to the front with the index finger, fist or palm first, foreshortened for a camera there."""
    return one_or_both(rng, person, _pointing, both=0.2)


def talking(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands move before the belly while someone talks."""
    return before_belly(rng, person)


def _low(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    return before_belly(rng, person)[side]


def _anywhere(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(-0.55, 0.7), rng.uniform(0.1, 0.9), rng.uniform(-0.75, 0.6)
    )
    return natural(rng, person, side, wrist, bend=(-0.8, 0.9))


def _waving(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.6)
    )
    return natural(rng, person, side, wrist, palm=person.forward, bend=(-0.3, 0.2), pose="open")


def _stretched(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(0.1, 0.9), rng.uniform(-0.1, 0.3), rng.uniform(0.0, 0.95)
    )
    return natural(rng, person, side, wrist, pose="any")


def _pointing(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    wrist = person.point(
        person.shoulders[side], side, rng.uniform(-0.45, 0.15), rng.uniform(0.75, 0.95), rng.uniform(-0.3, 0.25)
    )
    pose = ("pointing", "open", "fist", "gesture")[rng.choice(4, p=(0.5, 0.2, 0.15, 0.15))]
    return natural(rng, person, side, wrist, palm=-person.up, bend=(-0.5, 0.3), pose=pose)

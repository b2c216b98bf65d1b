"""Hands at the head."""

from collections.abc import Callable

import numpy as np

from handpose_live.types.hand import Side

from .gesturing import one_or_both
from .hand_targets import Arms, HandTarget, centred, target
from .landmarks import Landmarks, unit


def at_the_face(rng: np.random.Generator, person: Landmarks) -> Arms:
    """One or both hands at the chin, mouth, eyes, forehead, ear, hair or neck."""
    place = PLACES[rng.integers(len(PLACES))]
    return one_or_both(rng, person, place, both=0.3)


def calling(rng: np.random.Generator, person: Landmarks) -> Arms:
    """A telephone at the ear."""
    return one_or_both(rng, person, _phone, both=0.0)


def drinking(rng: np.random.Generator, person: Landmarks) -> Arms:
    """A cup, bottle or food at the mouth."""
    return one_or_both(rng, person, _drink, both=0.15)


def _cheek(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The palm at the cheek, the head leaning on it."""
    centre = (person.chin + person.ears[side]) / 2 + 0.02 * person.outward(side) + 0.02 * person.face
    palm = unit(-person.outward(side) - 0.4 * person.face)
    return centred(centre, unit(person.up - 0.3 * person.face), palm, person.hand_m, _soft(rng))


def _chin(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """A fist or fingers under or before the chin."""
    under = person.chin + rng.uniform(-0.02, 0.03) * person.face - rng.uniform(0.02, 0.06) * person.up
    fingers = unit(person.up - 0.7 * person.outward(side) - 0.1 * person.face)
    pose = ("fist", "relaxed", "pointing", "any")[rng.integers(4)]
    wrist = under - rng.uniform(0.5, 0.7) * person.hand_m * fingers + 0.03 * person.outward(side)
    return target(wrist, fingers, -person.face - 0.4 * person.outward(side), pose)


def _mouth(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The palm covers the mouth."""
    fingers = unit(-person.outward(side) + rng.uniform(0.0, 0.9) * person.up)
    centre = person.mouth + rng.uniform(0.01, 0.06) * person.face - 0.15 * person.hand_m * fingers
    return centred(centre, fingers, -person.face, person.hand_m, _soft(rng))


def _eyes(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The palm or fingers cover the eyes or the forehead."""
    fingers = unit(-rng.uniform(0.2, 1.0) * person.outward(side) + person.up)
    high = person.eyes + rng.uniform(0.0, 0.06) * person.up + 0.03 * person.outward(side)
    centre = high + rng.uniform(0.02, 0.07) * person.face - rng.uniform(0.1, 0.3) * person.hand_m * fingers
    return centred(centre, fingers, -person.face, person.hand_m, _soft(rng))


def _nose(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """A finger at the nose, the lips, an eye or the glasses."""
    tip = (person.mouth + person.eyes) / 2 + rng.normal(0, 0.03, 3) + 0.03 * person.face
    fingers = unit(person.up - 0.6 * person.outward(side) - 0.4 * person.face)
    pose = ("pointing", "pinch", "any")[rng.integers(3)]
    return target(tip - 0.9 * person.hand_m * fingers, fingers, -person.face - 0.3 * person.outward(side), pose)


def _ear(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The hand at the ear, or over a headphone."""
    centre = person.ears[side] + rng.uniform(0.01, 0.05) * person.outward(side)
    fingers = unit(person.up - rng.uniform(-0.3, 0.8) * person.face)
    return centred(centre, fingers, -person.outward(side), person.hand_m, _soft(rng))


def _hair(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The hand on or behind the head."""
    outward = person.outward(side)
    if rng.random() < 0.5:
        centre = person.crown + 0.03 * outward + 0.02 * person.face
        return centred(centre, unit(-0.7 * outward - 0.7 * person.face), -person.up, person.hand_m, _soft(rng))
    centre = (person.crown + person.ears[side]) / 2 - 0.05 * person.face + 0.03 * outward
    return centred(centre, unit(person.up - person.face - 0.3 * outward), -outward, person.hand_m, _soft(rng))


def _neck(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    """The hand at the neck or the collar."""
    centre = person.chin - 0.09 * person.up + rng.uniform(-0.04, 0.02) * person.face + 0.04 * person.outward(side)
    fingers = unit(-rng.uniform(-0.2, 0.7) * person.outward(side) + 0.6 * person.up - 0.5 * person.face)
    return centred(centre, fingers, -person.face - 0.7 * person.outward(side), person.hand_m, _soft(rng))


def _phone(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    outward = person.outward(side)
    centre = person.ears[side] + 0.03 * outward + 0.03 * person.face - 0.03 * person.up
    fingers = unit(person.up - rng.uniform(0.0, 0.4) * person.face)
    placed = centred(centre, fingers, -outward - 0.2 * person.face, person.hand_m)
    return target(placed.wrist, placed.fingers, placed.palm, holds="phone")


def _drink(rng: np.random.Generator, person: Landmarks, side: Side) -> HandTarget:
    outward = person.outward(side)
    fingers = unit(-0.8 * outward + 0.3 * person.face + rng.uniform(-0.2, 0.5) * person.up)
    centre = person.mouth + 0.09 * person.face + 0.05 * outward
    placed = centred(centre, fingers, -outward - 0.5 * person.face, person.hand_m)
    return target(placed.wrist, placed.fingers, placed.palm, holds=("cup", "bottle", "any")[rng.integers(3)])


def _soft(rng: np.random.Generator) -> str:
    return ("relaxed", "flat", "open")[rng.integers(3)]


PLACES: tuple[Callable[[np.random.Generator, Landmarks, Side], HandTarget], ...] = (
    *(_cheek, _chin, _chin, _mouth, _eyes, _nose, _ear, _hair, _neck),
)

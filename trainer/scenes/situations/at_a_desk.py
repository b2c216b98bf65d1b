"""Hands on a table: typing, playing, writing, dealing."""

import numpy as np

from handpose_live.types.hand import Side

from .hand_targets import Arms, HandTarget, reachable, target
from .landmarks import SIDES, Landmarks, Vector, other

WRIST_HEIGHT = 0.3  # above the table, in lengths of the hand


def table_top(person: Landmarks) -> float:
    """Return the height of the table that a person sits or stands at, in metres."""
    shoulder = (person.shoulders["left"][2] + person.shoulders["right"][2]) / 2
    return float(shoulder - 0.68 * person.arm_m)


def typing(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands over a keyboard; far apart, over the keys of a piano."""
    apart, ahead = rng.uniform(0.1, 0.55), rng.uniform(0.45, 0.7)
    shift = rng.normal(0, 0.12)
    arms = {}
    for side, moved in zip(SIDES, (shift, -shift), strict=True):
        arms[side] = _on_table(rng, person, side, (apart + moved, ahead, rng.uniform(-0.3, 0.5)), "typing")
    return arms


def writing(rng: np.random.Generator, person: Landmarks) -> Arms:
    """One hand writes with a pen, the other one lies flat or holds the paper."""
    writer: Side = "right" if rng.random() < 0.7 else "left"
    pen = _on_table(rng, person, writer, rng.uniform((-0.1, 0.45, 0.2), (0.3, 0.7, 0.9)))
    palm = person.direction(writer, -0.9, 0.0, -0.6)
    rest = _on_table(rng, person, other(writer), rng.uniform((0.1, 0.4, 0.2), (0.4, 0.7, 1.0)))
    return {writer: target(pen.wrist, pen.fingers, palm, holds="pen"), other(writer): rest}


def on_table(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Hands lie on the table, one perhaps holding a thing."""
    arms: dict[Side, HandTarget] = {}
    for side in SIDES:
        placed = _on_table(rng, person, side, rng.uniform((-0.1, 0.35, -0.3), (0.6, 0.85, 1.2)))
        turn = person.direction(side, rng.choice((0.0, 0.0, -1.0)), 0.0, rng.choice((-1.0, -1.0, -1.0, 1.0)))
        holds = "any" if rng.random() < 0.2 else ""
        arms[side] = target(placed.wrist, placed.fingers, turn, placed.pose, holds)
    return arms


def _on_table(
    rng: np.random.Generator,
    person: Landmarks,
    side: Side,
    place: tuple[float, float, float] | Vector,
    pose: str = "",
) -> HandTarget:
    """Place a hand palm down on the table; outward and forward from the chest in lengths of the arm, and turned in."""
    apart, ahead, inward = place
    wrist: Vector = person.point(person.chest, side, apart, ahead, 0.0)
    wrist[2] = table_top(person) + WRIST_HEIGHT * person.hand_m * rng.uniform(0.7, 1.4)
    fingers = person.direction(side, -inward, 1.0, 0.0)
    fingers[2] = rng.uniform(-0.15, 0.1)
    tilt = person.direction(side, rng.normal(0, 0.2), 0.0, -1.0)
    pose = pose or ("relaxed", "flat", "fist", "pointing", "any")[rng.choice(5, p=(0.4, 0.25, 0.1, 0.1, 0.15))]
    return target(reachable(person, side, wrist), fingers, tilt, pose)

"""Two hands of a person that clap, cross, stack, pass one another and interlock, over time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from handpose_live.types.hand import Side

from ..body.collision import resolve_self_collisions
from ..body.hand_shape import HandShape
from ..body.rotations import Matrix
from .finger_poses import sample_fingers
from .gesturing import raised_hand
from .hand_targets import Arms, HandTarget, centred, reachable, target
from .landmarks import SIDES, Landmarks, Vector, other, turned, unit


@dataclass(frozen=True, eq=False)
class Key:
    """Where both hands are at a time, seconds, and the angles of their fingers."""

    time_s: float
    arms: Arms
    fingers: Mapping[Side, Matrix]


# Seconds until a key is reached, and where both hands are then.
Step: TypeAlias = tuple[float, Arms]
Act: TypeAlias = Callable[[np.random.Generator, Landmarks], list[Step]]


def sample_keys(
    rng: np.random.Generator, person: Landmarks, hands: Mapping[Side, HandShape], duration_s: float
) -> list[Key]:
    """Sample acts one after another, hands apart between them, until the time is up.

    Args:
        rng: source of random numbers.
        person: whose hands move.
        hands: their sizes.
        duration_s: the last key is at or after this time.
    """
    keys = [_key(rng, hands, 0.0, _apart(rng, person))]
    while keys[-1].time_s < duration_s:
        act = ACTS[rng.integers(len(ACTS))]
        for seconds, arms in [*act(rng, person), (rng.uniform(0.4, 0.9), _apart(rng, person))]:
            keys.append(_key(rng, hands, keys[-1].time_s + seconds, arms))
    return keys


def at_time(keys: Sequence[Key], time_s: float) -> Key:
    """Return where hands and fingers are between two keys, along paths of least jerk.

    T. Flash, N. Hogan, "The coordination of arm movements", J. Neurosci. 5, 1985.
    """
    before, after = next((pair for pair in pairwise(keys) if time_s < pair[1].time_s), (keys[-1], keys[-1]))
    passed = (time_s - before.time_s) / max(after.time_s - before.time_s, 1e-6)
    passed = min(max(passed, 0.0), 1.0)
    eased = passed**3 * (10 - 15 * passed + 6 * passed**2)
    return Key(
        time_s,
        {side: _between(before.arms[side], after.arms[side], eased) for side in SIDES},
        {side: (1 - eased) * before.fingers[side] + eased * after.fingers[side] for side in SIDES},
    )


def _key(rng: np.random.Generator, hands: Mapping[Side, HandShape], time_s: float, arms: Arms) -> Key:
    wanted = {side: sample_fingers(rng, arms[side].pose)[1] for side in SIDES}
    return Key(time_s, arms, {side: resolve_self_collisions(hands[side], wanted[side]) for side in SIDES})


def _between(one: HandTarget, two: HandTarget, progress: float) -> HandTarget:
    fingers = (1 - progress) * one.fingers + progress * two.fingers
    palm = (1 - progress) * one.palm + progress * two.palm
    if np.linalg.norm(np.cross(fingers, palm)) < 0.05:  # the turn is a half one: any way round will do
        palm = palm + 0.3 * np.cross(two.fingers, two.palm)
    wrist = (1 - progress) * one.wrist + progress * two.wrist
    return target(wrist, fingers, palm)


def _apart(rng: np.random.Generator, person: Landmarks) -> Arms:
    """Both hands shown apart from one another."""
    arms = {}
    for side in SIDES:
        hand = raised_hand(rng, person, side)
        start = person.point(
            person.chest, side, rng.uniform(0.25, 0.55), rng.uniform(0.45, 0.7), rng.uniform(-0.3, 0.4)
        )
        arms[side] = replace(hand, wrist=reachable(person, side, start))
    return arms


def _meeting(rng: np.random.Generator, person: Landmarks) -> Vector:
    """Return a point before the chest where hands meet."""
    return person.point(person.chest, "left", rng.normal(0, 0.1), rng.uniform(0.5, 0.75), rng.uniform(-0.2, 0.35))


def _face_to_face(
    person: Landmarks, middle: Vector, fingers: Vector, *, gap: float, turn: float = 0.0, pose: str = "flat"
) -> Arms:
    """Palms towards one another, ``gap`` lengths of the hand apart."""
    arms = {}
    for side, sign in zip(SIDES, (1, -1), strict=True):
        palm = -person.outward(side)
        centre = middle - gap / 2 * person.hand_m * palm
        arms[side] = centred(centre, turned(fingers, person.left, sign * turn / 2), palm, person.hand_m, pose)
    return arms


def _clap(rng: np.random.Generator, person: Landmarks) -> list[Step]:
    middle = _meeting(rng, person)
    fingers = unit(person.forward + rng.uniform(0.3, 1.5) * person.up)
    pace, turn, open_gap = rng.uniform(0.12, 0.35), rng.normal(0, 0.4), rng.uniform(0.6, 1.8)
    closed = _face_to_face(person, middle, fingers, gap=0.05, turn=turn)
    opened = _face_to_face(person, middle, fingers, gap=open_gap, turn=turn)
    claps = int(rng.integers(2, 7))
    return [(rng.uniform(0.4, 0.8), opened), *[(pace, closed), (pace, opened)] * claps]


def _interlock(rng: np.random.Generator, person: Landmarks) -> list[Step]:
    fingers = unit(person.forward + rng.uniform(0.0, 1.5) * person.up)
    turn = rng.choice((-1, 1)) * rng.uniform(0.7, 1.2)
    arms = _face_to_face(person, _meeting(rng, person), fingers, gap=0.12, turn=turn, pose="interlocked")
    return [(rng.uniform(0.5, 0.9), arms), (rng.uniform(0.4, 1.5), arms)]


def _stack(rng: np.random.Generator, person: Landmarks) -> list[Step]:
    """One palm on the back of the other hand, and away again."""
    under: Side = SIDES[rng.integers(2)]
    palm = person.direction(under, 0.0, rng.uniform(-1.0, 0.3), rng.uniform(-1.0, 0.2))
    fingers = person.direction(under, -1.0, rng.uniform(0.0, 0.6), rng.uniform(0.0, 0.8))
    lower = centred(_meeting(rng, person), fingers, palm, person.hand_m, "flat")
    centre = lower.palm_centre(person.hand_m) - 0.2 * person.hand_m * lower.palm
    upper_fingers = person.direction(other(under), -1.0, rng.uniform(0.0, 0.6), rng.uniform(0.0, 0.8))
    upper = centred(centre, upper_fingers, lower.palm, person.hand_m, "flat")
    arms = {under: lower, other(under): upper}
    return [(rng.uniform(0.5, 0.9), arms), (rng.uniform(0.3, 1.2), arms)]


def _cross(rng: np.random.Generator, person: Landmarks) -> list[Step]:
    """Wrists crossed, with each hand on the other side of the body."""
    middle, front = _meeting(rng, person), SIDES[rng.integers(2)]
    facing = rng.choice((-1, 1)) * person.forward
    arms = {}
    for side in SIDES:
        depth = 0.18 * person.arm_m if side == front else 0.0
        wrist = middle - 0.04 * person.outward(side) + depth * person.forward
        arms[side] = target(wrist, person.direction(side, -0.8, 0.2, 1.0), facing, "open")
    return [(rng.uniform(0.5, 1.0), arms), (rng.uniform(0.2, 1.0), arms)]


def _pass(rng: np.random.Generator, person: Landmarks) -> list[Step]:
    """Hands move past one another to the other side and back, one in front."""
    start, middle, front = _apart(rng, person), _meeting(rng, person), SIDES[rng.integers(2)]
    rise, pace = rng.uniform(-0.2, 0.2), rng.uniform(0.2, 0.6)
    steps: list[Step] = []
    for place in (0.0, -0.4, 0.0):
        arms = {}
        for side in SIDES:
            depth, sign = (0.25, 1) if side == front else (0.0, -1)
            wrist = person.point(middle, side, place, depth, sign * rise * abs(place))
            arms[side] = replace(start[side], wrist=reachable(person, side, wrist))
        steps.append((pace, arms))
    return steps


ACTS: tuple[Act, ...] = (_clap, _interlock, _stack, _cross, _cross, _pass, _pass)

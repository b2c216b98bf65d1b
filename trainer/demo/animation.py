"""What the hands of the demo clip do: gestures and places by the second, and the movement between them.

All movement is a sum of eased steps, so that steps that overlap flow into one another. The easing is
cycloidal: like a person's reach (T. Flash, N. Hogan, "The coordination of arm movements", J. Neurosci.
5(7), 1985) it begins and ends without a jerk.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from ..synth.collision import resolve_self_collisions
from ..synth.kinematics import ANGLES, FINGER_ANGLES, THUMB, WRIST
from ..synth.people import People, sample_people
from ..synth.poses import GESTURES, PINCHES, gesture_angles

GESTURE_S = 0.46  # from one gesture to the next
RIPPLE_S = 0.035  # each finger starts that much after the one before it
THUMB_S = 0.11  # a thumb that folds over the fingers comes after them, and leaves before them
FLOW_S = 0.22  # how far a way begins before, and ends after, its time: so that turning points are round
WRIST_SHARE = 0.55  # of a hand's roll, the rest is the forearm's
PERSON = 11  # of all the people that there could be
SOFT_FRAMES = 5
TREMOR_DEG, SWAY_MM, SWAY_DEG = 1.2, 2.0, 1.0


@dataclass(frozen=True)
class Place:
    """Where a hand is at a time, and how it is held.

    Attributes:
        time_s: since the clip's start.
        x, y: of the middle of the palm, in shares of the picture's width and height.
        distance_mm: from the camera.
        spin_deg: about the hand's length, 0 for the palm in view, 180 for the back.
        tilt_deg: fingertips towards the camera.
        roll_deg: clockwise.
    """

    time_s: float
    x: float
    y: float
    distance_mm: float = 560.0
    spin_deg: float = 0.0
    tilt_deg: float = 0.0
    roll_deg: float = 0.0


@dataclass(frozen=True)
class Act:
    """One hand from when it enters to when it leaves, told for a right hand: a left one is its mirror image.

    Attributes:
        side: whose picture is flipped where it is "left", so that x and the directions of spin and roll are.
        gestures: when each begins.
        places: on its way, in order; it is in the clip from the first to the last.
    """

    side: Literal["left", "right"]
    gestures: tuple[tuple[float, str], ...]
    places: tuple[Place, ...]


DURATION_S = 26.0
# Seen by a camera that faces the person, the right hand is on the picture's left.
STORY = (
    Act(
        "right",
        gestures=(
            *((0.0, "relaxed"), (0.6, "open"), (2.3, "fist"), (3.2, "pointing"), (3.9, "victory"), (4.6, "three")),
            *((5.3, "four"), (6.0, "spread"), (7.9, "open"), (9.1, "relaxed")),
        ),
        places=(
            Place(0.0, 0.36, 1.40, roll_deg=14, tilt_deg=10),
            Place(0.7, 0.40, 0.58, roll_deg=4),
            Place(1.0, 0.40, 0.55, roll_deg=-17),
            Place(1.35, 0.41, 0.55, roll_deg=17),
            Place(1.7, 0.40, 0.55, roll_deg=-15),
            Place(2.1, 0.41, 0.56, roll_deg=6),
            Place(3.1, 0.45, 0.60, 540, spin_deg=6, roll_deg=3),
            Place(6.0, 0.52, 0.58, 530, spin_deg=-6, roll_deg=-2),
            Place(6.5, 0.52, 0.56, 540, roll_deg=-4),
            Place(7.3, 0.46, 0.56, 560, spin_deg=172, roll_deg=-2, tilt_deg=-4),
            Place(7.8, 0.44, 0.56, 560, spin_deg=180, roll_deg=6, tilt_deg=-4),
            Place(8.6, 0.36, 0.58, 570, spin_deg=14, roll_deg=4),
            Place(8.9, 0.35, 0.60, 570, roll_deg=6),
            Place(9.7, 0.26, 1.40, 580, roll_deg=12),
        ),
    ),
    Act(
        "left",
        gestures=(
            *((9.0, "relaxed"), (9.7, "open"), (10.4, "ok"), (11.5, "open"), (12.1, "rock"), (13.0, "call")),
            *((13.9, "thumb up"), (14.9, "open"), (16.6, "fist"), (17.2, "open"), (17.9, "victory"), (18.9, "open")),
            *((20.0, "pinch"), (20.8, "open"), (21.5, "pinch"), (22.2, "spread"), (23.2, "open"), (25.0, "relaxed")),
        ),
        places=(
            Place(9.0, 0.34, 1.40, 570, roll_deg=12, tilt_deg=8),
            Place(9.8, 0.40, 0.58, 560, roll_deg=2),
            Place(10.5, 0.43, 0.57, 540, spin_deg=4, roll_deg=-3),
            Place(11.3, 0.46, 0.58, 520, spin_deg=-8),
            Place(12.1, 0.46, 0.62, 420, roll_deg=4),
            Place(13.0, 0.40, 0.60, 470, roll_deg=-22),
            Place(13.4, 0.40, 0.60, 480, roll_deg=-32),
            Place(14.0, 0.36, 0.58, 540, roll_deg=-52),
            Place(14.6, 0.36, 0.56, 545, roll_deg=-50),
            Place(15.1, 0.32, 0.58, 580, roll_deg=0),
            Place(15.6, 0.25, 0.58, 600, roll_deg=-6),
            Place(16.5, 0.24, 0.57, 590, roll_deg=4),
            Place(17.8, 0.26, 0.55, 560, roll_deg=-3),
            Place(18.8, 0.24, 0.58, 570, spin_deg=6),
            Place(19.6, 0.26, 0.52, 610, roll_deg=8),
            Place(20.6, 0.27, 0.58, 560, spin_deg=-20, roll_deg=0),
            Place(22.1, 0.26, 0.62, 540, spin_deg=-14),
            Place(22.9, 0.24, 0.56, 590, roll_deg=-6),
            Place(23.4, 0.23, 0.55, 590, roll_deg=-15),
            Place(23.8, 0.24, 0.55, 590, roll_deg=14),
            Place(24.2, 0.23, 0.55, 590, roll_deg=-14),
            Place(24.6, 0.24, 0.56, 590, roll_deg=10),
            Place(25.5, 0.20, 1.40, 590, roll_deg=12),
        ),
    ),
    Act(
        "right",
        gestures=(
            *((14.7, "relaxed"), (15.5, "spread"), (16.6, "open"), (17.2, "fist"), (17.9, "open"), (18.4, "victory")),
            *((19.4, "pointing"), (20.4, "gun"), (21.2, "thumb up"), (22.2, "spread"), (23.2, "open")),
            (25.0, "relaxed"),
        ),
        places=(
            Place(14.7, 0.14, 1.40, 590, roll_deg=10, tilt_deg=8),
            Place(15.5, 0.22, 0.58, 600, roll_deg=-4),
            Place(16.5, 0.24, 0.57, 590, roll_deg=5),
            Place(17.8, 0.25, 0.60, 560, roll_deg=-4),
            Place(18.8, 0.23, 0.58, 560, spin_deg=-6),
            Place(19.7, 0.25, 0.64, 540, roll_deg=10),
            Place(20.6, 0.22, 0.57, 580, spin_deg=6, roll_deg=-6),
            Place(21.3, 0.20, 0.58, 570, roll_deg=-50),
            Place(21.9, 0.20, 0.57, 570, roll_deg=-50),
            Place(22.4, 0.23, 0.58, 570),
            Place(22.9, 0.23, 0.56, 590, roll_deg=-6),
            Place(23.4, 0.22, 0.55, 590, roll_deg=-15),
            Place(23.8, 0.23, 0.55, 590, roll_deg=14),
            Place(24.2, 0.22, 0.55, 590, roll_deg=-14),
            Place(24.6, 0.23, 0.56, 590, roll_deg=10),
            Place(25.5, 0.18, 1.40, 590, roll_deg=12),
        ),
    ),
)


def hold(act: Act, times_s: Tensor) -> Tensor:
    """The hand's pose at each of ``(n,)`` times, fingers outside of each other: ``(n, 23)`` radians."""
    names = [name for _, name in act.gestures]
    begins_s = torch.tensor([start_s for start_s, _ in act.gestures])[:, None] + _delays_s(names)
    wished = eased_steps(times_s, begins_s, begins_s + GESTURE_S, _settled_gestures(names))
    wished = wished + math.radians(TREMOR_DEG) * _waver(times_s, ANGLES)
    places = placement(act, times_s)
    roll_deg = places[:, 5] * places[:, 3].deg2rad().cos()  # to the other side where the back is in view
    wished[:, WRIST + 1] += (WRIST_SHARE * roll_deg).clamp(-14, 14).deg2rad()
    return _smoothed(resolve_self_collisions(person(len(times_s)), wished, torch.zeros(len(times_s))))


def person(count: int) -> People:
    """The one whose hands they are, ``count`` times."""
    return sample_people(CounterRng(PERSON, [0] * count))


def _settled_gestures(names: list[str]) -> Tensor:
    """``(k, 23)`` as this person makes them."""
    pinches = torch.tensor([name in PINCHES for name in names])
    return resolve_self_collisions(person(len(names)), torch.stack([gesture_angles(name) for name in names]), pinches)


def _smoothed(angles: Tensor) -> Tensor:
    """``(n, 23)`` over time: each frame settles by itself, but what stops a finger stops it softly."""
    weights = torch.hann_window(SOFT_FRAMES + 2, periodic=False)[1:-1]
    padded = functional.pad(angles.T[:, None], (SOFT_FRAMES // 2,) * 2, mode="replicate")
    return functional.conv1d(padded, (weights / weights.sum())[None, None])[:, 0].T


def placement(act: Act, times_s: Tensor) -> Tensor:
    """``(n, 6)``: x, y, distance, spin, tilt, roll at ``(n,)`` times, in the units of ``Place``."""
    rows = [(p.x, p.y, p.distance_mm, p.spin_deg, p.tilt_deg, p.roll_deg) for p in act.places]
    at_s = torch.tensor([place.time_s for place in act.places])
    begins_s = torch.cat([at_s[:1], at_s[:-1]])[:, None] - FLOW_S
    places = eased_steps(times_s, begins_s, at_s[:, None] + FLOW_S, torch.tensor(rows))
    sway = torch.tensor([SWAY_MM / 600, SWAY_MM / 450, 2 * SWAY_MM, SWAY_DEG, SWAY_DEG, SWAY_DEG])
    return places + sway * _waver(times_s + 100, len(sway))


def eased_steps(times_s: Tensor, begins_s: Tensor, ends_s: Tensor, values: Tensor) -> Tensor:
    """``(n, c)``: each of ``(k, c)`` values to the next, from ``begins_s`` to ``ends_s``, ``(k, 1)`` or ``(k, c)``.

    The first value holds from the start: the first begin and end do not count.
    """
    share = ((times_s[:, None, None] - begins_s[1:]) / (ends_s - begins_s)[1:]).clamp(0, 1)
    ease = share - torch.sin(2 * math.pi * share) / (2 * math.pi)
    return values[0] + (ease * values.diff(dim=0)).sum(1)


def _delays_s(names: list[str]) -> Tensor:
    """``(k, 23)`` how much later than the gesture each angle begins."""
    delays = torch.zeros(len(names), ANGLES)
    for finger in range(4):
        delays[:, FINGER_ANGLES * finger : FINGER_ANGLES * (finger + 1)] = finger * RIPPLE_S
    thumbs = torch.tensor([sum(GESTURES[name][0][at] for at in (0, 3, 4)) for name in names])
    inwards = torch.cat([torch.zeros(1), thumbs.diff().float()])
    delays[:, THUMB:WRIST] = THUMB_S * inwards.sign()[:, None]
    return delays


def _waver(times_s: Tensor, channels: int) -> Tensor:
    """``(n, channels)`` within -1..1: nobody holds still, and no two joints waver alike."""
    channel = torch.arange(channels)
    slow = torch.sin(times_s[:, None] * (1.1 + 0.13 * (channel % 7)) + 2.4 * channel)
    quick = torch.sin(times_s[:, None] * (2.9 + 0.17 * (channel % 5)) + 1.7 * channel)
    return 0.65 * slow + 0.35 * quick

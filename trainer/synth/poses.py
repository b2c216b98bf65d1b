"""What hands do: named gestures, poses at random, and poses between two others."""

import torch
from torch import Tensor

from ..rng import CounterRng
from .collision import resolve_self_collisions
from .kinematics import ANGLES, FINGER_ANGLES, LAST_JOINT_FOLLOWS, THUMB, WRIST, limits_rad
from .people import People

# A finger in degrees: bend and swing at the knuckle, bend at the middle joint.
_OUT, _LAZY, _CURLED = (2, 0, 5), (22, 0, 28), (78, 0, 98)
# A thumb in degrees: lift out of the palm, swing away, roll, bend, bend.
_T_OUT, _T_LAZY, _T_OVER, _T_UP = (20, 48, 62, 2, 0), (30, 30, 68, 12, 14), (46, 8, 84, 36, 42), (4, 62, 58, 0, -6)
_T_MEETS, _T_IN, _T_BESIDE = (48, 18, 88, 16, 26), (44, 0, 82, 40, 50), (10, 14, 66, 4, 2)

# Thumb, index, middle, ring, little finger.
GESTURES: dict[str, tuple[tuple[int, ...], ...]] = {
    "open": (_T_OUT, (2, 3, 4), _OUT, (2, -2, 4), (2, -3, 5)),
    "spread": (_T_UP, (-4, 15, 3), (-6, 2, 2), (-5, -10, 3), (-4, -16, 4)),
    "flat": (_T_LAZY, (4, -8, 6), (3, -2, 6), (4, 7, 6), (5, 14, 6)),
    "relaxed": (_T_LAZY, (16, 0, 22), _LAZY, (27, 0, 32), (30, 0, 34)),
    "fist": (_T_OVER, _CURLED, (82, 0, 100), (84, 0, 100), (84, 0, 96)),
    "pointing": (_T_OVER, (4, 0, 5), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "victory": (_T_IN, (2, 10, 4), (2, -9, 4), (80, 0, 98), (80, 0, 95)),
    "three": (_T_IN, (2, 10, 4), _OUT, (2, -9, 5), (78, 0, 92)),
    "four": (_T_IN, (2, 8, 4), _OUT, (2, -5, 4), (2, -9, 5)),
    "call": (_T_UP, _CURLED, (82, 0, 100), (80, 0, 98), (4, -12, 8)),
    "rock": (_T_IN, (2, 6, 5), (80, 0, 100), (80, 0, 98), (4, -8, 6)),
    "thumb up": (_T_UP, _CURLED, (82, 0, 102), (84, 0, 100), (84, 0, 96)),
    "gun": (_T_UP, (4, 0, 4), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "pinch": (_T_MEETS, (48, 0, 48), (58, 0, 66), (64, 0, 70), (66, 0, 68)),
    "ok": (_T_MEETS, (50, 0, 52), (18, 0, 14), (8, 0, 9), (2, -6, 6)),
    "grasp": (_T_MEETS, (38, 0, 46), (42, 0, 50), (44, 0, 50), (46, 0, 48)),
    "claw": (_T_OUT, (0, 6, 58), (0, 0, 60), (0, -5, 60), (2, -9, 56)),
    # What finger alphabets add: the thumb beside, before or among the fingers, hooks, and fingers side by side.
    "thumb beside": (_T_BESIDE, _CURLED, (80, 0, 98), (82, 0, 98), (82, 0, 95)),
    "thumb within": (_T_IN, (70, 0, 88), (70, 0, 92), (72, 0, 92), (74, 0, 90)),
    "curled": (_T_IN, (30, 0, 100), (30, 0, 102), (32, 0, 102), (34, 0, 98)),
    "hook": (_T_OVER, (12, 0, 84), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "little finger": (_T_OVER, _CURLED, (82, 0, 100), (82, 0, 98), (4, -6, 6)),
    "two together": (_T_IN, (4, -6, 5), (4, 5, 5), (80, 0, 98), (80, 0, 95)),
    "two forward": (_T_MEETS, (12, 6, 8), (46, -4, 10), (80, 0, 98), (80, 0, 95)),
    "round": (_T_MEETS, (44, -4, 62), (46, 0, 64), (48, 4, 64), (50, 8, 60)),
    "duck": (_T_MEETS, (58, -8, 14), (60, -2, 14), (60, 5, 14), (60, 12, 14)),
}
PINCHES = ("pinch", "ok")
WOBBLE_DEG = 6.0


def gesture_angles(name: str, device: torch.device | str = "cpu") -> Tensor:
    """``(23,)`` the angles of a named gesture, wrist straight, in radians."""
    thumb, *fingers = GESTURES[name]
    angles = [angle for bend, swing, middle in fingers for angle in (bend, swing, middle, middle * LAST_JOINT_FOLLOWS)]
    return torch.tensor([*angles, *thumb, 0, 0], dtype=torch.float32, device=device).deg2rad()


def sample_poses(dice: CounterRng, people: People, *, gesture: str | None = None) -> tuple[Tensor, Tensor]:
    """Poses as people hold them: gestures, poses between two gestures, an index finger at work, any that joints allow.

    Args:
        dice: of the ``n`` pictures.
        people: ``n`` of them.
        gesture: the only gesture to take, from ``GESTURES``.

    Returns:
        ``(n, 23)`` angles in radians, and ``(n,)`` bool, whether thumb and index finger meet.
    """
    names = list(GESTURES)
    table = torch.stack([gesture_angles(name, dice.device) for name in names])
    first, second = (dice.pick([1.0] * len(names)) for _ in range(2))
    share = dice.uniform(0, 1, 1)
    kind = dice.pick([0.4, 0.2, 0.25, 0.15])
    if gesture is not None:
        first, kind = torch.full_like(first, names.index(gesture)), torch.zeros_like(kind)
    between = table[first] + share * (table[second] - table[first])
    kinds = [table[first], between, _index_at_work(dice, thumbs=table[second]), _anything(dice)]
    wished = torch.stack(kinds)[kind, torch.arange(len(dice), device=dice.device)]
    wished = wished + _wobble(dice)
    pinches = torch.tensor([name in PINCHES for name in names], device=dice.device)[first] & (kind == 0)
    low, high = limits_rad(dice.device)
    return resolve_self_collisions(people, torch.maximum(torch.minimum(wished, high), low), pinches), pinches


def _wobble(dice: CounterRng) -> Tensor:
    """What differs each time: fingers move together more than alone, and the wrist is never quite straight."""
    spread = torch.full((ANGLES,), WOBBLE_DEG, device=dice.device)
    spread[1:THUMB:FINGER_ANGLES] = WOBBLE_DEG / 2
    wobble = dice.normal(1, ANGLES) * spread
    wobble[:, :THUMB:FINGER_ANGLES] += dice.normal(WOBBLE_DEG / 2, 1)
    wobble[:, WRIST] = dice.normal(18, 1)[:, 0]
    wobble[:, WRIST + 1] = dice.normal(8, 1)[:, 0]
    return wobble.deg2rad()


def _index_at_work(dice: CounterRng, thumbs: Tensor) -> Tensor:
    """What hands do at screens and things: an index finger, more or less straight, with the others more or less closed.

    The thumb is as in other poses ``(n, 23)``.
    """
    device = dice.device
    angles = torch.lerp(gesture_angles("relaxed", device), gesture_angles("fist", device), dice.uniform(0.2, 1, 1))
    angles[:, :FINGER_ANGLES] = _anything(dice)[:, :FINGER_ANGLES] * dice.uniform(0, 1, 1)
    angles[:, THUMB:WRIST] = thumbs[:, THUMB:WRIST]
    return angles


def _anything(dice: CounterRng) -> Tensor:
    """Each joint anywhere within its limits, the last finger joints following the ones before them."""
    low, high = limits_rad(dice.device)
    angles = low + (high - low) * dice.uniform(0, 1, ANGLES)
    angles[:, 3:THUMB:FINGER_ANGLES] = angles[:, 2:THUMB:FINGER_ANGLES] * LAST_JOINT_FOLLOWS
    return angles

"""Hand poses: named gestures, random poses, and interpolations between gestures."""

import torch
from torch import Tensor

from ..rng import CounterRng
from .collision import resolve_self_collisions
from .kinematics import ANGLE_COUNT, ANGLES_PER_FINGER, DIP_PER_PIP, THUMB_OFFSET, WRIST_OFFSET, joint_limits_rad
from .people import People

# A finger in degrees: knuckle flexion and abduction, PIP flexion.
_EXTENDED, _RELAXED, _CURLED = (2, 0, 5), (22, 0, 28), (78, 0, 98)
# A thumb in degrees: palmar abduction, radial abduction, axial rotation, MCP flexion, IP flexion.
_T_ABDUCTED, _T_RELAXED, _T_EXTENDED = (20, 48, 62, 2, 0), (30, 30, 68, 12, 14), (4, 62, 58, 0, -6)
_T_OPPOSED, _T_FOLDED = (48, 18, 88, 16, 26), (46, 8, 84, 36, 42)
_T_IN_PALM, _T_ADDUCTED = (44, 0, 82, 40, 50), (10, 14, 66, 4, 2)

# Thumb, index, middle, ring, little finger.
GESTURES: dict[str, tuple[tuple[int, ...], ...]] = {
    "open": (_T_ABDUCTED, (2, 3, 4), _EXTENDED, (2, -2, 4), (2, -3, 5)),
    "spread": (_T_EXTENDED, (-4, 15, 3), (-6, 2, 2), (-5, -10, 3), (-4, -16, 4)),
    "flat": (_T_RELAXED, (4, -8, 6), (3, -2, 6), (4, 7, 6), (5, 14, 6)),
    "relaxed": (_T_RELAXED, (16, 0, 22), _RELAXED, (27, 0, 32), (30, 0, 34)),
    "fist": (_T_FOLDED, _CURLED, (82, 0, 100), (84, 0, 100), (84, 0, 96)),
    "pointing": (_T_FOLDED, (4, 0, 5), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "victory": (_T_IN_PALM, (2, 10, 4), (2, -9, 4), (80, 0, 98), (80, 0, 95)),
    "three": (_T_IN_PALM, (2, 10, 4), _EXTENDED, (2, -9, 5), (78, 0, 92)),
    "four": (_T_IN_PALM, (2, 8, 4), _EXTENDED, (2, -5, 4), (2, -9, 5)),
    "call": (_T_EXTENDED, _CURLED, (82, 0, 100), (80, 0, 98), (4, -12, 8)),
    "rock": (_T_IN_PALM, (2, 6, 5), (80, 0, 100), (80, 0, 98), (4, -8, 6)),
    "thumb up": (_T_EXTENDED, _CURLED, (82, 0, 102), (84, 0, 100), (84, 0, 96)),
    "gun": (_T_EXTENDED, (4, 0, 4), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "pinch": (_T_OPPOSED, (48, 0, 48), (58, 0, 66), (64, 0, 70), (66, 0, 68)),
    "ok": (_T_OPPOSED, (50, 0, 52), (18, 0, 14), (8, 0, 9), (2, -6, 6)),
    "grasp": (_T_OPPOSED, (38, 0, 46), (42, 0, 50), (44, 0, 50), (46, 0, 48)),
    "claw": (_T_ABDUCTED, (0, 6, 58), (0, 0, 60), (0, -5, 60), (2, -9, 56)),
    # From finger alphabets: the thumb beside, before or among the fingers, hooks, and fingers side by side.
    "thumb beside": (_T_ADDUCTED, _CURLED, (80, 0, 98), (82, 0, 98), (82, 0, 95)),
    "thumb within": (_T_IN_PALM, (70, 0, 88), (70, 0, 92), (72, 0, 92), (74, 0, 90)),
    "curled": (_T_IN_PALM, (30, 0, 100), (30, 0, 102), (32, 0, 102), (34, 0, 98)),
    "hook": (_T_FOLDED, (12, 0, 84), (80, 0, 100), (82, 0, 98), (82, 0, 95)),
    "little finger": (_T_FOLDED, _CURLED, (82, 0, 100), (82, 0, 98), (4, -6, 6)),
    "two together": (_T_IN_PALM, (4, -6, 5), (4, 5, 5), (80, 0, 98), (80, 0, 95)),
    "two forward": (_T_OPPOSED, (12, 6, 8), (46, -4, 10), (80, 0, 98), (80, 0, 95)),
    "round": (_T_OPPOSED, (44, -4, 62), (46, 0, 64), (48, 4, 64), (50, 8, 60)),
    "duck": (_T_OPPOSED, (58, -8, 14), (60, -2, 14), (60, 5, 14), (60, 12, 14)),
}
PINCHES = ("pinch", "ok")
NOISE_DEG = 6.0


def gesture_angles(name: str, device: torch.device | str = "cpu") -> Tensor:
    """Return the ``(23,)`` angles of a named gesture in radians, with a straight wrist."""
    thumb, *fingers = GESTURES[name]
    angles = [angle for flexion, abduction, pip in fingers for angle in (flexion, abduction, pip, pip * DIP_PER_PIP)]
    return torch.tensor([*angles, *thumb, 0, 0], dtype=torch.float32, device=device).deg2rad()


def sample_poses(rng: CounterRng, people: People, *, gesture: str | None = None) -> tuple[Tensor, Tensor]:
    """Sample poses: gestures, interpolations of two gestures, an extended index finger, uniform within the limits.

    Args:
        rng: of the ``n`` images.
        people: ``n`` hand shapes.
        gesture: the only gesture to sample, from ``GESTURES``.

    Returns:
        ``(n, 23)`` angles in radians, and ``(n,)`` bool, whether thumb and index finger touch.
    """
    names = list(GESTURES)
    table = torch.stack([gesture_angles(name, rng.device) for name in names])
    first, second = (rng.categorical([1.0] * len(names)) for _ in range(2))
    fraction = rng.uniform(0, 1, 1)
    kind = rng.categorical([0.4, 0.2, 0.25, 0.15])
    if gesture is not None:
        first, kind = torch.full_like(first, names.index(gesture)), torch.zeros_like(kind)
    between = table[first] + fraction * (table[second] - table[first])
    kinds = [table[first], between, _index_finger_poses(rng, thumbs=table[second]), _uniform_poses(rng)]
    target = torch.stack(kinds)[kind, torch.arange(len(rng), device=rng.device)]
    target = target + _pose_noise(rng)
    pinches = torch.tensor([name in PINCHES for name in names], device=rng.device)[first] & (kind == 0)
    low, high = joint_limits_rad(rng.device)
    return resolve_self_collisions(people, torch.maximum(torch.minimum(target, high), low), pinches), pinches


def _pose_noise(rng: CounterRng) -> Tensor:
    """Sample ``(n, 23)`` deviations: knuckles are correlated, and the wrist varies."""
    std = torch.full((ANGLE_COUNT,), NOISE_DEG, device=rng.device)
    std[1:THUMB_OFFSET:ANGLES_PER_FINGER] = NOISE_DEG / 2
    noise = rng.normal(1, ANGLE_COUNT) * std
    noise[:, :THUMB_OFFSET:ANGLES_PER_FINGER] += rng.normal(NOISE_DEG / 2, 1)
    noise[:, WRIST_OFFSET] = rng.normal(18, 1)[:, 0]
    noise[:, WRIST_OFFSET + 1] = rng.normal(8, 1)[:, 0]
    return noise.deg2rad()


def _index_finger_poses(rng: CounterRng, thumbs: Tensor) -> Tensor:
    """Sample poses of pointing and touching: a random index finger, the others between relaxed and closed.

    The thumb is that of other poses, ``thumbs`` ``(n, 23)``.
    """
    device = rng.device
    angles = torch.lerp(gesture_angles("relaxed", device), gesture_angles("fist", device), rng.uniform(0.2, 1, 1))
    angles[:, :ANGLES_PER_FINGER] = _uniform_poses(rng)[:, :ANGLES_PER_FINGER] * rng.uniform(0, 1, 1)
    angles[:, THUMB_OFFSET:WRIST_OFFSET] = thumbs[:, THUMB_OFFSET:WRIST_OFFSET]
    return angles


def _uniform_poses(rng: CounterRng) -> Tensor:
    """Sample each joint uniformly within its limits; the DIP joints follow the PIP joints."""
    low, high = joint_limits_rad(rng.device)
    angles = low + (high - low) * rng.uniform(0, 1, ANGLE_COUNT)
    angles[:, 3:THUMB_OFFSET:ANGLES_PER_FINGER] = angles[:, 2:THUMB_OFFSET:ANGLES_PER_FINGER] * DIP_PER_PIP
    return angles

"""Evaluate the animation of the demo clip: poses and placements of a hand at any time.

All movement is a sum of eased transitions, so that overlapping ones blend. The easing is cycloidal: like
human reaching (T. Flash, N. Hogan, "The coordination of arm movements", J. Neurosci. 5(7), 1985), it
starts and ends without a jerk.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from ..synth.collision import resolve_self_collisions
from ..synth.kinematics import ANGLE_COUNT, ANGLES_PER_FINGER, THUMB_OFFSET, WRIST_OFFSET
from ..synth.people import People, sample_people
from ..synth.poses import GESTURES, PINCHES, gesture_angles
from .keyframes import HandAnimation

GESTURE_TRANSITION_S = 0.46  # from one gesture to the next
FINGER_STAGGER_S = 0.035  # delay of each finger after the one before it
THUMB_DELAY_S = 0.11  # a thumb that folds over the fingers follows them, and precedes them when it unfolds
KEYFRAME_OVERLAP_S = 0.22  # by which a transition extends beyond its two keyframes, to round the path
WRIST_FRACTION = 0.55  # of a hand's roll; the rest is the forearm's
PERSON_INDEX = 11  # in the sequence of random people
SMOOTHING_FRAMES = 5
JITTER_DEG, SWAY_MM, SWAY_DEG = 1.2, 2.0, 1.0


def pose_at(animation: HandAnimation, times_s: Tensor) -> Tensor:
    """Evaluate the joint angles, without self-collisions.

    Args:
        animation: of one hand.
        times_s: ``(n,)``, consecutive frames.

    Returns:
        ``(n, 23)`` radians.
    """
    names = [name for _, name in animation.gestures]
    starts_s = torch.tensor([start_s for start_s, _ in animation.gestures])[:, None] + _delays_s(names)
    target = interpolate_eased(times_s, starts_s, starts_s + GESTURE_TRANSITION_S, _collision_free_gestures(names))
    target = target + math.radians(JITTER_DEG) * _jitter(times_s, ANGLE_COUNT)
    placement = placement_at(animation, times_s)
    roll_deg = placement[:, 5] * placement[:, 3].deg2rad().cos()  # to the other side where the back is in view
    target[:, WRIST_OFFSET + 1] += (WRIST_FRACTION * roll_deg).clamp(-14, 14).deg2rad()
    return _smoothed(resolve_self_collisions(demo_person(len(times_s)), target, torch.zeros(len(times_s))))


def placement_at(animation: HandAnimation, times_s: Tensor) -> Tensor:
    """Evaluate ``(n, 6)`` x, y, distance, yaw, pitch, roll at ``(n,)`` times, in the units of ``Keyframe``."""
    frames = animation.keyframes
    rows = [(key.x, key.y, key.distance_mm, key.yaw_deg, key.pitch_deg, key.roll_deg) for key in frames]
    at_s = torch.tensor([key.time_s for key in frames])
    starts_s = torch.cat([at_s[:1], at_s[:-1]])[:, None] - KEYFRAME_OVERLAP_S
    placement = interpolate_eased(times_s, starts_s, at_s[:, None] + KEYFRAME_OVERLAP_S, torch.tensor(rows))
    sway = torch.tensor([SWAY_MM / 600, SWAY_MM / 450, 2 * SWAY_MM, SWAY_DEG, SWAY_DEG, SWAY_DEG])
    return placement + sway * _jitter(times_s + 100, len(sway))


def demo_person(count: int) -> People:
    """Return the shape of the demo's hands, repeated ``count`` times."""
    return sample_people(CounterRng(PERSON_INDEX, [0] * count))


def interpolate_eased(times_s: Tensor, starts_s: Tensor, ends_s: Tensor, values: Tensor) -> Tensor:
    """Interpolate values by a sum of cycloidal transitions.

    Args:
        times_s: ``(n,)``.
        starts_s, ends_s: ``(k, 1)`` or ``(k, c)`` of the transition to each value; the first ones are not used.
        values: ``(k, c)``; the first one holds until the first transition.

    Returns:
        ``(n, c)``.
    """
    progress = ((times_s[:, None, None] - starts_s[1:]) / (ends_s - starts_s)[1:]).clamp(0, 1)
    eased = progress - torch.sin(2 * math.pi * progress) / (2 * math.pi)
    return values[0] + (eased * values.diff(dim=0)).sum(1)


def _collision_free_gestures(names: list[str]) -> Tensor:
    """Return ``(k, 23)`` angles of gestures for the demo's hands."""
    pinches = torch.tensor([name in PINCHES for name in names])
    targets = torch.stack([gesture_angles(name) for name in names])
    return resolve_self_collisions(demo_person(len(names)), targets, pinches)


def _smoothed(angles: Tensor) -> Tensor:
    """Smooth ``(n, 23)`` over time, as collisions are resolved for each frame independently."""
    weights = torch.hann_window(SMOOTHING_FRAMES + 2, periodic=False)[1:-1]
    padded = functional.pad(angles.T[:, None], (SMOOTHING_FRAMES // 2,) * 2, mode="replicate")
    return functional.conv1d(padded, (weights / weights.sum())[None, None])[:, 0].T


def _delays_s(names: list[str]) -> Tensor:
    """Return ``(k, 23)`` delays of each angle's transition to a gesture."""
    delays = torch.zeros(len(names), ANGLE_COUNT)
    for finger in range(4):
        delays[:, ANGLES_PER_FINGER * finger : ANGLES_PER_FINGER * (finger + 1)] = finger * FINGER_STAGGER_S
    thumbs = torch.tensor([sum(GESTURES[name][0][at] for at in (0, 3, 4)) for name in names])
    folding = torch.cat([torch.zeros(1), thumbs.diff().float()])
    delays[:, THUMB_OFFSET:WRIST_OFFSET] = THUMB_DELAY_S * folding.sign()[:, None]
    return delays


def _jitter(times_s: Tensor, channels: int) -> Tensor:
    """Return ``(n, channels)`` within -1..1: two sines per channel, of different frequencies and phases."""
    channel = torch.arange(channels)
    slow = torch.sin(times_s[:, None] * (1.1 + 0.13 * (channel % 7)) + 2.4 * channel)
    fast = torch.sin(times_s[:, None] * (2.9 + 0.17 * (channel % 5)) + 1.7 * channel)
    return 0.65 * slow + 0.35 * fast

"""Fingers that touch but do not pass through each other."""

from itertools import combinations, product

import torch
from torch import Tensor

from .kinematics import THUMB, WRIST, Skeleton, limits_rad, pose_hands
from .people import People

# Radii in mm of the flesh around each finger's three bones and the fingertip, of the mean hand.
FLESH_MM = (
    (12.0, 10.5, 9.5, 8.0),
    (10.2, 9.3, 7.9, 6.6),
    (10.2, 9.5, 8.0, 6.7),
    (9.7, 8.8, 7.6, 6.4),
    (8.6, 7.6, 6.6, 5.6),
)
PALM_FLESH_MM = 12.0
GIVES_WAY_MM = 3.0  # how deep flesh presses into flesh
STEPS, STEP_RAD = 50, 0.05
FINGERS_INSIST, THUMB_INSISTS = 60.0, 10.0  # on the wished angles, in mm² per rad²: it is the thumb that gives way

# Segments: 15 bones of the fingers, then the four metacarpals of the palm.
_FINGER_PAIRS = [(3 * a + i, 3 * b + j) for a, b in combinations(range(5), 2) for i, j in product(range(3), range(3))]
# The first bones are rooted in the palm; the thumb's second one lies against it at rest.
_PALM_PAIRS = [(3 * finger + bone, 15 + line) for finger in range(5) for bone in (1, 2) for line in range(4)]
_PAIRS = torch.tensor(_FINGER_PAIRS + _PALM_PAIRS)
THUMB_TIP, INDEX_TIP = 4, 8


def resolve_self_collisions(people: People, wished: Tensor, pinches: Tensor) -> Tensor:
    """The poses nearest to the wished ones without fingers inside each other.

    Gradient descent on the angles, all hands at once and each on its own (D. Kingma, J. Ba, "Adam", ICLR 2015).
    torch.optim is not used: it takes seconds to import and is no shorter.

    Args:
        people: ``n`` hands.
        wished: ``(n, 23)`` angles.
        pinches: ``(n,)`` bool, whether thumb and index finger meet at their tips.

    Returns:
        ``(n, 23)`` angles within their limits.
    """
    low, high = limits_rad(wished.device)
    insists = torch.full_like(wished[0], FINGERS_INSIST)
    insists[THUMB:WRIST] = THUMB_INSISTS
    angles, drift, energy = wished.clone(), torch.zeros_like(wished), torch.zeros_like(wished)
    for step in range(1, STEPS + 1):
        slope = _slope(people, angles, wished, insists, pinches)
        drift = torch.lerp(slope, drift, 0.9)
        energy = torch.lerp(slope.square(), energy, 0.999)
        size = STEP_RAD * (1 - (step - 1) / STEPS) / (1 - 0.9**step)
        angles = angles - size * drift / ((energy / (1 - 0.999**step)).sqrt() + 1e-8)
        angles = torch.maximum(torch.minimum(angles, high), low)
    return angles


def _slope(people: People, angles: Tensor, wished: Tensor, insists: Tensor, pinches: Tensor) -> Tensor:
    """``(n, 23)`` how the cost of a pose changes with its angles."""
    with torch.enable_grad():
        angles = angles.detach().requires_grad_()
        skeleton = pose_hands(people, angles)
        cost = penetration_mm(people, skeleton).square().sum(1) + pinches * tip_gap_mm(people, skeleton).square()
        cost = cost + (insists * (angles - wished).square()).sum(1)
        slope: Tensor = torch.autograd.grad(cost.sum(), angles)[0]
        return slope


def penetration_mm(people: People, skeleton: Skeleton) -> Tensor:
    """``(n, pairs)`` how much deeper than flesh gives way two parts are inside each other, 0 where they are not."""
    starts, ends = _segments(people, skeleton)
    radii = _radii(people)
    first, second = _PAIRS.to(starts.device).T
    gap = segment_distance(starts[:, first], ends[:, first], starts[:, second], ends[:, second])
    deep: Tensor = radii[:, first] + radii[:, second] - GIVES_WAY_MM - gap
    return deep.clamp(min=0)


def tip_gap_mm(people: People, skeleton: Skeleton) -> Tensor:
    """``(n,)`` signed distance between the flesh of the tips of thumb and index finger."""
    tips = skeleton.joints[:, (THUMB_TIP, INDEX_TIP)]
    flesh = torch.tensor([FLESH_MM[0][3], FLESH_MM[1][3]], device=tips.device) * people.girth
    inwards = skeleton.turns[:, (2, 5), :, 1]
    centres = tips - inwards * flesh[..., None]
    apart: Tensor = torch.linalg.vector_norm(centres[:, 0] - centres[:, 1] + 1e-6, dim=-1)
    return apart - flesh.sum(1) + 1


def segment_distance(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """Least distance of the segments ``ab`` and ``cd``, each end ``(..., 3)`` (C. Ericson, "Real-time collision
    detection", 2005, section 5.1.9)."""
    u, v, w = b - a, d - c, a - c
    uu, vv, uv = (u * u).sum(-1) + 1e-6, (v * v).sum(-1) + 1e-6, (u * v).sum(-1)
    uw, vw = (u * w).sum(-1), (v * w).sum(-1)
    along_u = ((uv * vw - uw * vv) / (uu * vv - uv * uv).clamp(min=1e-4)).clamp(0, 1)
    along_v = ((uv * along_u + vw) / vv).clamp(0, 1)
    along_u = ((uv * along_v - uw) / uu).clamp(0, 1)
    between = w + along_u[..., None] * u - along_v[..., None] * v
    distance: Tensor = torch.linalg.vector_norm(between + 1e-6, dim=-1)
    return distance


def _segments(people: People, skeleton: Skeleton) -> tuple[Tensor, Tensor]:
    """``(n, 19, 3)`` near and far ends; the last ends stop where the fingertip's roundness begins."""
    chains = skeleton.joints[:, 1:].reshape(-1, 5, 4, 3)
    flesh = torch.tensor(FLESH_MM, device=chains.device)[:, 3] * people.girth
    last = chains[:, :, 3] - skeleton.turns[:, 2:15:3, :, 1] * flesh[..., None]
    far = torch.stack([chains[:, :, 1], chains[:, :, 2], last], dim=2)
    starts = torch.cat([chains[:, :, :3].flatten(1, 2), people.carpus[:, 1:]], dim=1)
    return starts, torch.cat([far.flatten(1, 2), people.roots[:, 1:]], dim=1)


def _radii(people: People) -> Tensor:
    """``(n, 19)`` mean radius of each segment."""
    flesh = torch.tensor(FLESH_MM, device=people.girth.device)
    fingers = ((flesh[:, :3] + flesh[:, 1:]) / 2).flatten()
    palm = torch.full((4,), PALM_FLESH_MM, device=flesh.device)
    return torch.cat([fingers, palm]) * people.girth

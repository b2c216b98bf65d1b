"""Resolve self-collisions of a hand: fingers may touch but not interpenetrate."""

from itertools import combinations, product

import torch
from torch import Tensor

from .kinematics import THUMB_OFFSET, WRIST_OFFSET, Skeleton, forward_kinematics, joint_limits_rad
from .people import People

# Soft tissue radii of the mean hand at each finger's three proximal joints and its fingertip, mm.
FINGER_RADII_MM = (
    (12.0, 10.5, 9.5, 8.0),
    (10.2, 9.3, 7.9, 6.6),
    (10.2, 9.5, 8.0, 6.7),
    (9.7, 8.8, 7.6, 6.4),
    (8.6, 7.6, 6.6, 5.6),
)
PALM_RADIUS_MM = 12.0
PENETRATION_TOLERANCE_MM = 3.0  # soft tissue is compressible
ITERATIONS, LEARNING_RATE_RAD = 50, 0.05
FINGER_STIFFNESS, THUMB_STIFFNESS = 60.0, 10.0  # of the target angles, mm² per rad²: the thumb deviates more

# Segments: 15 bones of the fingers, then the four metacarpals of the palm.
_FINGER_PAIRS = [(3 * a + i, 3 * b + j) for a, b in combinations(range(5), 2) for i, j in product(range(3), range(3))]
# The first bones start in the palm and are left out.
_PALM_PAIRS = [(3 * finger + bone, 15 + line) for finger in range(5) for bone in (1, 2) for line in range(4)]
_PAIRS = torch.tensor(_FINGER_PAIRS + _PALM_PAIRS)
THUMB_TIP, INDEX_TIP = 4, 8


def resolve_self_collisions(people: People, target: Tensor, pinches: Tensor) -> Tensor:
    """Find the poses nearest to the target poses without interpenetration.

    Minimises penetration and deviation by Adam (D. Kingma, J. Ba, ICLR 2015), each hand independently.
    torch.optim is not used: it takes seconds to import and is no shorter.

    Args:
        people: ``n`` hand shapes.
        target: ``(n, 23)`` angles in radians.
        pinches: ``(n,)`` bool, whether the tips of thumb and index finger must touch.

    Returns:
        ``(n, 23)`` angles in radians within the joint limits.
    """
    low, high = joint_limits_rad(target.device)
    stiffness = torch.full_like(target[0], FINGER_STIFFNESS)
    stiffness[THUMB_OFFSET:WRIST_OFFSET] = THUMB_STIFFNESS
    angles, first_moment, second_moment = target.clone(), torch.zeros_like(target), torch.zeros_like(target)
    for step in range(1, ITERATIONS + 1):
        gradient = _gradient(people, angles, target, stiffness, pinches)
        first_moment = torch.lerp(gradient, first_moment, 0.9)
        second_moment = torch.lerp(gradient.square(), second_moment, 0.999)
        rate = LEARNING_RATE_RAD * (1 - (step - 1) / ITERATIONS) / (1 - 0.9**step)
        angles = angles - rate * first_moment / ((second_moment / (1 - 0.999**step)).sqrt() + 1e-8)
        angles = torch.maximum(torch.minimum(angles, high), low)
    return angles


def _gradient(people: People, angles: Tensor, target: Tensor, stiffness: Tensor, pinches: Tensor) -> Tensor:
    """Return the ``(n, 23)`` gradient of each pose's cost with respect to its angles."""
    with torch.enable_grad():
        angles = angles.detach().requires_grad_()
        skeleton = forward_kinematics(people, angles)
        cost = penetration_mm(people, skeleton).square().sum(1) + pinches * tip_gap_mm(people, skeleton).square()
        cost = cost + (stiffness * (angles - target).square()).sum(1)
        gradient: Tensor = torch.autograd.grad(cost.sum(), angles)[0]
        return gradient


def penetration_mm(people: People, skeleton: Skeleton) -> Tensor:
    """Return ``(n, pairs)`` penetration depths of segment pairs beyond the tolerance, mm; 0 without contact."""
    starts, ends = _segments(people, skeleton)
    radii = _radii(people)
    first, second = _PAIRS.to(starts.device).T
    gap = segment_distance(starts[:, first], ends[:, first], starts[:, second], ends[:, second])
    deep: Tensor = radii[:, first] + radii[:, second] - PENETRATION_TOLERANCE_MM - gap
    return deep.clamp(min=0)


def tip_gap_mm(people: People, skeleton: Skeleton) -> Tensor:
    """Return ``(n,)`` signed distances between the surfaces of the tips of thumb and index finger."""
    tips = skeleton.joints[:, (THUMB_TIP, INDEX_TIP)]
    joint_radii = torch.tensor([FINGER_RADII_MM[0][3], FINGER_RADII_MM[1][3]], device=tips.device) * people.thickness
    inwards = skeleton.rotations[:, (2, 5), :, 1]
    centres = tips - inwards * joint_radii[..., None]
    apart: Tensor = torch.linalg.vector_norm(centres[:, 0] - centres[:, 1] + 1e-6, dim=-1)
    return apart - joint_radii.sum(1) + 1


def segment_distance(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """Return ``(...)`` minimum distances of the segments ``ab`` and ``cd``, end points ``(..., 3)``.

    C. Ericson, "Real-time collision detection", 2005, section 5.1.9.
    """
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
    """Return ``(n, 19, 3)`` starts and ends of the capsule axes; the last ones end at the centre of the fingertip."""
    chains = skeleton.joints[:, 1:].reshape(-1, 5, 4, 3)
    joint_radii = torch.tensor(FINGER_RADII_MM, device=chains.device)[:, 3] * people.thickness
    last = chains[:, :, 3] - skeleton.rotations[:, 2:15:3, :, 1] * joint_radii[..., None]
    far = torch.stack([chains[:, :, 1], chains[:, :, 2], last], dim=2)
    starts = torch.cat([chains[:, :, :3].flatten(1, 2), people.metacarpal_bases[:, 1:]], dim=1)
    return starts, torch.cat([far.flatten(1, 2), people.base_joints[:, 1:]], dim=1)


def _radii(people: People) -> Tensor:
    """Return the ``(n, 19)`` mean radius of each segment, mm."""
    joint_radii = torch.tensor(FINGER_RADII_MM, device=people.thickness.device)
    fingers = ((joint_radii[:, :3] + joint_radii[:, 1:]) / 2).flatten()
    palm = torch.full((4,), PALM_RADIUS_MM, device=joint_radii.device)
    return torch.cat([fingers, palm]) * people.thickness

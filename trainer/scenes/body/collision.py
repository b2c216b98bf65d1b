"""Poses of fingers in which they may touch but do not pass through one another or the palm."""

from itertools import combinations, product

import numpy as np

from .fingers import HIGH, LOW
from .gestures import THUMB_OFFSET
from .hand_shape import HandShape
from .rotations import Matrix

ITERATIONS = 8
STEP = 1e-3  # radians, of the finite differences
CONVERGED = 5e-3  # radians, of the largest change
DAMPING = 3.0  # mm² per rad²
TOLERANCE = 0.25  # of the sum of the radii: soft tissue is compressible, and fingers are not round
FINGER_STIFFNESS, THUMB_STIFFNESS = 60.0, 10.0  # of the target angles, mm² per rad²: the thumb deviates more

# Segments: 15 bones of the fingers, then the four metacarpals of the palm.
_FINGER_PAIRS = [(3 * a + i, 3 * b + j) for a, b in combinations(range(5), 2) for i, j in product(range(3), range(3))]
# The first bones start in the palm and are left out.
_PALM_PAIRS = [(3 * finger + bone, 15 + line) for finger in range(5) for bone in (1, 2) for line in range(4)]
_FIRST, _SECOND = np.array(_FINGER_PAIRS + _PALM_PAIRS).T
_THUMB_TIP = 2  # the segment that ends in it


def resolve_self_collisions(hand: HandShape, target: Matrix, touched: tuple[int, int] | None = None) -> Matrix:
    """Return the ``(21,)`` angles nearest to a target, within the joint limits and without interpenetration.

    Minimises penetration and deviation by damped Gauss-Newton steps (K. Levenberg, "A method for the solution of
    certain non-linear problems in least squares", 1944).

    Args:
        hand: the size of the hand.
        target: ``(21,)`` radians.
        touched: finger and bone that the thumb's last bone must touch, see :data:`.gestures.TOUCHED_BONES`.
    """
    angles = target = np.clip(target, LOW, HIGH)
    weights = np.full(len(target), FINGER_STIFFNESS**0.5)
    weights[THUMB_OFFSET:] = THUMB_STIFFNESS**0.5
    if not contacts_mm(hand, angles, touched).any():
        return angles
    for _ in range(ITERATIONS):
        varied = angles + np.concatenate([np.zeros((1, len(angles))), STEP * np.eye(len(angles))])
        contacts = contacts_mm(hand, varied, touched)
        slopes = (contacts[1:] - contacts[0]).T / STEP
        normal = slopes.T @ slopes + np.diag(weights**2 + DAMPING)
        gradient = slopes.T @ contacts[0] + weights**2 * (angles - target)
        before, angles = angles, np.clip(angles - np.linalg.solve(normal, gradient), LOW, HIGH)
        if np.abs(angles - before).max() < CONVERGED:
            break
    return angles


def contacts_mm(hand: HandShape, angles: Matrix, touched: tuple[int, int] | None = None) -> Matrix:
    """Return ``(..., pairs)`` penetration depths of the segments for ``(..., 21)`` angles, mm; 0 without contact.

    If the thumb must touch a bone, one more: the gap between them.
    """
    joints = hand.joints(angles)
    starts, ends = joints[..., :3, :], joints[..., 1:, :].copy()
    along = (ends[..., 2, :] - starts[..., 2, :]) / hand.lengths[:, 2, None]
    ends[..., 2, :] -= hand.radii[:, 2, None] * along
    shape = (*angles.shape[:-1], 4, 3)
    starts = np.concatenate(
        [starts.reshape(*shape[:-2], 15, 3), np.broadcast_to(hand.metacarpal_bases, shape)], axis=-2
    )
    ends = np.concatenate([ends.reshape(*shape[:-2], 15, 3), np.broadcast_to(hand.bases[1:], shape)], axis=-2)
    radii = np.concatenate([hand.radii.ravel(), np.full(4, hand.palm_radius)])
    gap = segment_distance(starts[..., _FIRST, :], ends[..., _FIRST, :], starts[..., _SECOND, :], ends[..., _SECOND, :])
    depth = np.maximum((radii[_FIRST] + radii[_SECOND]) * (1 - TOLERANCE) - gap, 0) * 1e3
    if touched is None:
        return np.asarray(depth)
    other = 3 * touched[0] + touched[1]
    at_tips = touched[1] == 2  # tips touch with their ends
    first, second = (ends if at_tips else starts)[..., _THUMB_TIP, :], (ends if at_tips else starts)[..., other, :]
    apart = segment_distance(first, ends[..., _THUMB_TIP, :], second, ends[..., other, :])
    gap = (apart - (radii[_THUMB_TIP] + radii[other]) * (1 - TOLERANCE / 2)) * 1e3
    return np.concatenate([depth, gap[..., None]], axis=-1)


def segment_distance(a: Matrix, b: Matrix, c: Matrix, d: Matrix) -> Matrix:
    """Return ``(...)`` minimum distances of the segments ``ab`` and ``cd``, end points ``(..., 3)``.

    C. Ericson, "Real-time collision detection", 2005, section 5.1.9.
    """
    u, v, w = b - a, d - c, a - c
    uu, vv, uv = (u * u).sum(-1) + 1e-12, (v * v).sum(-1) + 1e-12, (u * v).sum(-1)
    uw, vw = (u * w).sum(-1), (v * w).sum(-1)
    along_u = np.clip((uv * vw - uw * vv) / np.maximum(uu * vv - uv * uv, 1e-14), 0, 1)
    along_v = np.clip((uv * along_u + vw) / vv, 0, 1)
    along_u = np.clip((uv * along_v - uw) / uu, 0, 1)
    between = w + along_u[..., None] * u - along_v[..., None] * v
    return np.asarray(np.linalg.norm(between, axis=-1))

"""Torso, head, thighs and the other arm as capsules, which arms do not pass through."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from handpose_live.types.hand import Side

from .body import Body, PosedBody
from .pose import bone_of
from .rotations import Matrix

TOLERANCE = 0.01  # metres that soft tissue yields
# Bones whose slices of the body are wide: the capsule lies across them.
SLICES = ("spine01", "spine03", "root")
SLICE_HEIGHT = 0.03


@dataclass(frozen=True, eq=False)
class Capsules:
    """Capsules.

    Attributes:
        starts, ends: ``(c, 3)`` of their axes.
        radii: ``(c,)``.
    """

    starts: Matrix
    ends: Matrix
    radii: Matrix

    def transformed(self, matrix: Matrix) -> "Capsules":
        """Return them moved by ``(4, 4)``."""
        starts, ends = (points @ matrix[:3, :3].T + matrix[:3, 3] for points in (self.starts, self.ends))
        return Capsules(starts, ends, self.radii)

    def joined(self, other: "Capsules") -> "Capsules":
        """Return these capsules and others."""
        pairs = ((self.starts, other.starts), (self.ends, other.ends), (self.radii, other.radii))
        return Capsules(*(np.concatenate(pair) for pair in pairs))

    def push(self, point: Matrix, radius: float) -> Matrix:
        """Return the ``(3,)`` shortest way of a sphere at ``point`` out of the capsule that it is deepest in."""
        away = point - self._nearest(point)
        distance = np.linalg.norm(away, axis=1)
        depth = self.radii + radius - TOLERANCE - distance
        deepest = np.argmax(depth)
        if depth[deepest] <= 0:
            return np.zeros(3)
        return np.asarray(away[deepest] / (distance[deepest] + 1e-9) * depth[deepest])

    def depth(self, path: Matrix, radius: float) -> float:
        """Return how deep a thread through ``(n, 3)`` points is inside the capsules at most, metres."""
        points = np.concatenate([np.linspace(start, end, 5) for start, end in pairwise(path)])
        distances = np.linalg.norm(points[:, None] - self._nearest(points), axis=2)
        return float(max((self.radii + radius - TOLERANCE - distances).max(), 0))

    def _nearest(self, points: Matrix) -> Matrix:
        """Return ``(..., c, 3)`` points of the axes that are nearest to ``(..., 3)`` points."""
        along = self.ends - self.starts
        share = ((points[..., None, :] - self.starts) * along).sum(-1) / ((along**2).sum(-1) + 1e-9)
        return np.asarray(self.starts + np.clip(share, 0, 1)[..., None] * along)


def body_capsules(posed: PosedBody) -> Capsules:
    """Return torso, head and thighs of a posed body in the world."""
    names, starts, ends, radii = _at_rest(posed.body)
    transforms = posed.transforms[[posed.body.model.bones.index(name) for name in names]]
    moved = [np.einsum("cij,cj->ci", transforms[:, :3, :3], points) + transforms[:, :3, 3] for points in (starts, ends)]
    return Capsules(moved[0], moved[1], radii)


def arm_capsules(posed: PosedBody, side: Side) -> Capsules:
    """Return upper arm and forearm of a posed body in the world."""
    bones = [bone_of(side, name) for name in ("upperarm01", "lowerarm01", "wrist")]
    joints = np.array([posed.bone(bone)[:3, 3] for bone in bones])
    return Capsules(joints[:-1], joints[1:], np.array([0.05, 0.035]))


@lru_cache(maxsize=8)
def _at_rest(body: Body) -> tuple[list[str], Matrix, Matrix, Matrix]:
    """Return bones, starts, ends and radii of a body's capsules at rest."""
    rows = [_slice(body, bone) for bone in SLICES]
    rows.append(_head(body))
    for letter in "LR":
        hip, knee = (body.head(f"{bone}.{letter}").astype(np.float64) for bone in ("upperleg01", "lowerleg01"))
        radius = 0.75 * float(abs(body.head("upperleg01.L")[0] - body.head("root")[0]))
        rows.append((f"upperleg02.{letter}", hip, knee, radius))
    names, starts, ends, radii = zip(*rows, strict=True)
    return list(names), np.array(starts, np.float64), np.array(ends, np.float64), np.array(radii)


def _slice(body: Body, bone: str) -> tuple[str, Matrix, Matrix, float]:
    """Return a capsule across the torso, at the height of a bone."""
    height = body.head(bone)[2]
    trunk = [index for index, name in enumerate(body.model.bones) if name.startswith(("spine", "pelvis", "root"))]
    inside = (body.model.weights[:, trunk].sum(1) > 0.6) & (np.abs(body.vertices[:, 2] - height) < SLICE_HEIGHT)
    low, high = body.vertices[inside].min(0), body.vertices[inside].max(0)
    middle, radius = (low + high) / 2, (high[1] - low[1]) / 2
    reach = np.array([max((high[0] - low[0]) / 2 - radius, 0), 0, 0])
    return bone, middle - reach, middle + reach, float(radius)


def _head(body: Body) -> tuple[str, Matrix, Matrix, float]:
    """Return a capsule around the head, from the chin to the top."""
    own = body.vertices[body.model.weights[:, body.model.bones.index("head")] > 0.8]
    low, high = own.min(0), own.max(0)
    middle, radius = (low + high) / 2, 0.92 * (high[0] - low[0]) / 2
    up = np.array([0, 0, (high[2] - low[2]) / 2 - radius])
    return "head", middle - up, middle + up, float(radius)

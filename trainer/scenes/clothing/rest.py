"""A body at rest, with coordinates along its limbs by which clothes are cut."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from ..body.body import Body
from ..body.model import load_body_model
from ..body.pose import SIDES, bone_of
from ..body.surface import Part, load_surface

ARM = (("upperarm01", "upperarm02"), ("lowerarm01", "lowerarm02"), ("wrist", "metacarpal", "finger"))
ARM_HEADS = ("upperarm01", "lowerarm01", "wrist", "finger3-1")
LEG = (("upperleg01", "upperleg02"), ("lowerleg01", "lowerleg02", "foot", "toe"))
LEG_HEADS = ("upperleg01", "lowerleg01", "foot")
BEYOND = -0.6  # coordinate along a limb of what does not belong to it


@dataclass(frozen=True, eq=False)
class RestBody:
    """A body at rest.

    Attributes:
        body: the person.
    """

    body: Body

    @property
    def vertices(self) -> Floats:
        """The ``(v, 3)`` vertices, metres."""
        return self.body.vertices

    @property
    def weights(self) -> Floats:
        """The ``(v, b)`` skinning weights."""
        return self.body.model.weights

    @property
    def skin(self) -> Part:
        """The faces of the skin, with texture coordinates: its vertices are split along seams."""
        return load_surface().skin

    @cached_property
    def normals(self) -> Floats:
        """The ``(v, 3)`` unit normals of the vertices."""
        return load_surface().normals(self.vertices, self.body.model.faces)

    def weight(self, *prefixes: str) -> Floats:
        """Return ``(v,)`` summed weights of the bones whose names begin with a prefix."""
        chosen = [name.startswith(prefixes) for name in self.body.model.bones]
        return np.asarray(self.weights[:, chosen].sum(1), np.float32)

    @cached_property
    def plain(self) -> tuple[Floats, Floats]:
        """The vertices and normals without what cloth hides: where the torso's mesh is fine, it is flattened."""
        torso = (self.arm < 0.2) & (self.leg < 0.2) & (self.weight("head", "eye") < 0.01)
        edges = np.linalg.norm(self.vertices[_neighbours()] - self.vertices, axis=2).max(0)
        fine = torso & (edges < 0.56 * np.median(edges[torso]))
        vertices = smoothed(self.vertices, 40, smoothed(fine.astype(np.float32), 2, torso) > 0.35)
        return vertices, load_surface().normals(vertices, self.body.model.faces)

    @cached_property
    def arms(self) -> dict[Side, Floats]:
        """Return each arm's coordinate: 0 at the shoulder, 1 elbow, 2 wrist, 3 knuckles; negative on the torso."""
        return {side: self._along(ARM, ARM_HEADS, bone_of(side, "")) for side in SIDES}

    @cached_property
    def arm(self) -> Floats:
        """Return the coordinate along the arm that is nearer."""
        return np.maximum(self.arms["left"], self.arms["right"])

    @cached_property
    def leg(self) -> Floats:
        """Return the coordinate along the leg that is nearer: 0 at the hip, 1 knee, 2 ankle, more on the foot."""
        return np.maximum(self._along(LEG, LEG_HEADS, ".L"), self._along(LEG, LEG_HEADS, ".R"))

    @cached_property
    def torso(self) -> Floats:
        """Return the height: 0 at the hips, 1 at the base of the neck; arms count as 1."""
        hip, neck = self.body.head("upperleg01.L")[2], self.body.head("neck01")[2]
        height = (self.vertices[:, 2] - hip) / (neck - hip)
        arm = np.clip((self.arm - BEYOND) / -BEYOND, 0, 1)
        return np.asarray(height * (1 - arm) + arm, np.float32)

    @cached_property
    def thumbs(self) -> Floats:
        """Return ``(v,)`` weights of the thumbs."""
        return self.weight("finger1")

    @cached_property
    def hang(self) -> Floats:
        """Return how far cloth that hangs straight down from the chest is from the torso's skin, metres."""
        on_torso = (self.arm < BEYOND + 0.05) & (self.leg < 0.2) & (self.torso > -0.2) & (self.torso < 0.75)
        offset = self.vertices[on_torso] - self.body.head("spine03")
        radius, angle = np.hypot(offset[:, 0], offset[:, 1]), np.arctan2(offset[:, 1], offset[:, 0])
        row, column = ((0.75 - self.torso[on_torso]) * 20).astype(int), ((angle / np.pi + 1) * 12).astype(int) % 24
        table = np.zeros((20, 24))
        np.maximum.at(table, (row, column), radius)
        hang = np.zeros(len(self.vertices), np.float32)
        hang[on_torso] = np.maximum.accumulate(table)[row, column] - radius
        return smoothed(hang, 2, on_torso)

    def _along(self, groups: tuple[tuple[str, ...], ...], heads: tuple[str, ...], suffix: str) -> Floats:
        points = [self.body.head(name + suffix) for name in heads]
        total, mean = np.zeros(len(self.vertices)), np.zeros(len(self.vertices))
        for k, (start, end) in enumerate(pairwise(points)):
            chosen = [name.startswith(groups[k]) and name.endswith(suffix) for name in self.body.model.bones]
            weight = self.weights[:, chosen].sum(1)
            axis = end - start
            mean += weight * (k + (self.vertices - start) @ axis / (axis @ axis))
            total += weight
        along = np.asarray(mean + (1 - total) * BEYOND, np.float32)
        return smoothed(along, 2, (total > 0.001) & (total < 0.999))


def smoothed(values: Floats, rounds: int, chosen: NDArray[np.bool_]) -> Floats:
    """Replace ``(v, ...)`` values of the chosen vertices by the mean of them and their neighbours, a few rounds."""
    index = np.flatnonzero(chosen)
    neighbours, values = _neighbours()[:, index], values.copy()
    for _ in range(rounds):
        total = values[neighbours[0]]
        for others in neighbours[1:]:
            total += values[others]
        values[index] = total / len(neighbours)
    return values


@lru_cache(maxsize=1)
def _neighbours() -> NDArray[np.int64]:
    """Return ``(8, v)`` vertices joined to each by an edge; its own index fills up what is left."""
    model = load_body_model()
    count = len(model.weights)
    corners = ((0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2))
    pairs = np.concatenate([model.faces[:, corner] for corner in corners])
    keys = np.unique(pairs[:, 0].astype(np.int64) * count + pairs[:, 1])
    vertices, others = keys // count, keys % count
    rank = np.arange(len(keys)) - np.searchsorted(vertices, vertices)
    table = np.repeat(np.arange(count)[:, None], 8, 1)
    few = rank < 8
    table[vertices[few], rank[few]] = others[few]
    return np.ascontiguousarray(table.T)

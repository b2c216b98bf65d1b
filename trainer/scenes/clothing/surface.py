"""A body's surface at rest, with coordinates along its limbs by which clothes are cut."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

Ints = NDArray[np.int32]
ARM = (("upperarm01", "upperarm02"), ("lowerarm01", "lowerarm02"), ("wrist", "metacarpal", "finger"))
ARM_HEADS = ("upperarm01", "lowerarm01", "wrist", "finger3-1")
LEG = (("upperleg01", "upperleg02"), ("lowerleg01", "lowerleg02", "foot", "toe"))
LEG_HEADS = ("upperleg01", "lowerleg01", "foot")
BEYOND = -0.6  # coordinate along a limb of what does not belong to it


@dataclass(frozen=True, eq=False)
class Topology:
    """What all bodies share.

    Attributes:
        faces: ``(f, 3)``.
        weights: ``(v, b)`` of the bones.
        bones: their names.
        uvs: ``(u, 2)`` texture coordinates.
        seams: ``(u,)`` vertex of each texture coordinate: there are more of these, along seams.
        uv_faces: ``(f, 3)`` into the texture coordinates.
    """

    faces: Ints
    weights: Floats
    bones: tuple[str, ...]
    uvs: Floats
    seams: Ints
    uv_faces: Ints

    @cached_property
    def neighbours(self) -> Ints:
        """Return ``(v, 8)`` vertices joined to each by an edge; its own index fills up what is left."""
        count = len(self.weights)
        pairs = np.concatenate([self.faces[:, [i, j]] for i, j in ((0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2))])
        keys = np.unique(pairs[:, 0].astype(np.int64) * count + pairs[:, 1])
        vertices, others = keys // count, keys % count
        rank = np.arange(len(keys)) - np.searchsorted(vertices, vertices)
        table = np.repeat(np.arange(count, dtype=np.int32)[:, None], 8, 1)
        few = rank < 8
        table[vertices[few], rank[few]] = others[few]
        return table

    def smoothed(self, values: Floats, rounds: int, chosen: NDArray[np.bool_] | None = None) -> Floats:
        """Average ``(v, ...)`` values of the chosen vertices with their neighbours, a few rounds."""
        index = np.arange(len(values)) if chosen is None else np.flatnonzero(chosen)
        neighbours, values = self.neighbours[index], values.copy()
        for _ in range(rounds):
            values[index] = (values[index] + values[neighbours].mean(1)) / 2
        return values


@dataclass(frozen=True, eq=False)
class Surface:
    """A body's skin at rest, in metres.

    Attributes:
        topology: of all bodies.
        vertices: ``(v, 3)``.
        heads: ``(b, 3)`` where the bones begin.
    """

    topology: Topology
    vertices: Floats
    heads: Floats

    def head(self, name: str) -> Floats:
        """Return where a bone begins."""
        return self.heads[self.topology.bones.index(name)]

    def weight(self, *prefixes: str) -> Floats:
        """Return ``(v,)`` summed weights of the bones whose names begin with a prefix."""
        chosen = [name.startswith(prefixes) for name in self.topology.bones]
        return np.asarray(self.topology.weights[:, chosen].sum(1), np.float32)

    @cached_property
    def normals(self) -> Floats:
        """Return ``(v, 3)`` unit normals."""
        return vertex_normals(self.vertices, self.topology.faces)

    @cached_property
    def arms(self) -> dict[Side, Floats]:
        """Return each arm's coordinate: 0 at the shoulder, 1 elbow, 2 wrist, 3 knuckles; negative on the torso."""
        return {side: self._along(ARM, ARM_HEADS, suffix) for side, suffix in (("left", ".L"), ("right", ".R"))}

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
        hip, neck = self.head("upperleg01.L")[2], self.head("neck01")[2]
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
        offset = self.vertices[on_torso] - self.head("spine03")
        radius, angle = np.hypot(offset[:, 0], offset[:, 1]), np.arctan2(offset[:, 1], offset[:, 0])
        row, column = ((0.75 - self.torso[on_torso]) * 20).astype(int), ((angle / np.pi + 1) * 12).astype(int) % 24
        table = np.zeros((20, 24))
        np.maximum.at(table, (row, column), radius)
        hang = np.zeros(len(self.vertices), np.float32)
        hang[on_torso] = np.maximum.accumulate(table)[row, column] - radius
        return self.topology.smoothed(hang, 4, on_torso)

    def _along(self, groups: tuple[tuple[str, ...], ...], heads: tuple[str, ...], suffix: str) -> Floats:
        points = [self.head(name + suffix) for name in heads]
        total, mean = np.zeros(len(self.vertices)), np.zeros(len(self.vertices))
        for k, (start, end) in enumerate(pairwise(points)):
            chosen = [name.startswith(groups[k]) and name.endswith(suffix) for name in self.topology.bones]
            weight = self.topology.weights[:, chosen].sum(1)
            axis = end - start
            mean += weight * (k + (self.vertices - start) @ axis / (axis @ axis))
            total += weight
        along = np.asarray(mean + (1 - total) * BEYOND, np.float32)
        return self.topology.smoothed(along, 4, (total > 0.001) & (total < 0.999))


def vertex_normals(vertices: Floats, faces: Ints) -> Floats:
    """Return ``(v, 3)`` unit normals, each the mean of its faces' normals weighted by their areas."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    corners = faces.T.reshape(-1)
    sums = [np.bincount(corners, np.tile(normal[:, i], 3), len(vertices)) for i in range(3)]
    normals = np.stack(sums, 1)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12), np.float32)

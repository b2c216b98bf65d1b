"""Parts of a triangle mesh where a scalar field is positive, cut exactly along its zero line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Cut:
    """A part of a mesh. Each of its ``n`` vertices lies on an edge of that mesh, or is one of its vertices.

    Attributes:
        first, second: ``(n,)`` ends of the edge.
        share: ``(n,)`` 0 at the first end, 1 at the second.
        faces: ``(f, 3)``, into the ``n`` vertices.
        rim: ``(r, 2)`` edges along the zero line, in the order of the faces that they belong to.
    """

    first: Ints
    second: Ints
    share: Floats
    faces: Ints
    rim: Ints

    def __call__(self, values: NDArray[np.floating]) -> Floats:
        """Interpolate ``(v, ...)`` values of the mesh's vertices: ``(n, ...)``."""
        share = self.share.reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(values[self.first] * (1 - share) + values[self.second] * share, np.float32)


def cut(faces: Ints, field: Floats) -> Cut:
    """Return the part of a mesh's surface where a field of ``(v,)`` values at its vertices is positive."""
    inside = field > 0
    count = inside[faces].sum(1)
    # Turned so that the vertex that differs from the other two comes first.
    one = _turned(faces[count == 1], inside, True)
    two = _turned(faces[count == 2], inside, False)
    crossings = np.concatenate([one[:, [0, 1]], one[:, [0, 2]], two[:, [0, 1]], two[:, [0, 2]]])
    edges, index = _unique_edges(crossings, len(field))
    index += len(field)
    a, b, c, d = np.split(index, np.cumsum([len(one), len(one), len(two)]))
    pieces = np.concatenate(
        [
            faces[count == 3],
            np.stack([one[:, 0], a, b], 1),
            np.stack([c, two[:, 1], two[:, 2]], 1),
            np.stack([c, two[:, 2], d], 1),
        ]
    )
    rim = np.concatenate([np.stack([a, b], 1), np.stack([d, c], 1)])
    low, high = field[edges[:, 0]], field[edges[:, 1]]
    used = np.zeros(len(field) + len(edges), bool)
    used[pieces] = True
    renumber = np.cumsum(used) - 1
    vertices = np.arange(len(field))
    return Cut(
        first=np.concatenate([vertices, edges[:, 0]])[used].astype(np.int32),
        second=np.concatenate([vertices, edges[:, 1]])[used].astype(np.int32),
        share=np.concatenate([np.zeros(len(field)), low / (low - high)])[used].astype(np.float32),
        faces=renumber[pieces].astype(np.int32),
        rim=renumber[rim].astype(np.int32),
    )


def _turned(faces: Ints, inside: NDArray[np.bool_], odd: bool) -> Ints:
    first = (inside[faces] == odd).argmax(1)
    return np.take_along_axis(faces, (first[:, None] + np.arange(3)) % 3, 1)


def _unique_edges(edges: NDArray[np.integer], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ordered = np.sort(edges.astype(np.int64), 1)
    keys, index = np.unique(ordered[:, 0] * count + ordered[:, 1], return_inverse=True)
    return np.stack([keys // count, keys % count], 1), index.reshape(-1)

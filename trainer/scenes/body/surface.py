"""The surface of bodies for rendering: what is constant for all shapes and poses."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from .anatomy import HAND_BONES
from .model import BodyModel, load_body_model
from .palms import palm_shares
from .pose import LETTERS, SIDES, bone_of


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the surface that has one material.

    Attributes:
        vertices: ``(u,)`` index of the body's vertex of each vertex to render, which are split where the texture has
            seams.
        faces: ``(f, 3)`` of the vertices to render.
        uvs: ``(u, 2)``.
        hand_of: ``(u,)`` 0 on the left hand, 1 on the right one, -1 elsewhere.
    """

    vertices: NDArray[np.int64]
    faces: NDArray[np.int32]
    uvs: Floats
    hand_of: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Surface:
    """The parts of the surface, and what normals are computed from.

    Attributes:
        skin, eyes: parts.
        corners: ``(3 f,)`` face of each corner, sorted by vertex.
        starts: ``(v,)`` first corner of each vertex.
    """

    skin: Part
    eyes: Part
    corners: NDArray[np.int64]
    starts: NDArray[np.int64]

    def normals(self, vertices: Floats, faces: NDArray[np.int32]) -> Floats:
        """Return ``(v, 3)`` unit normals of the vertices: means of the faces' normals, weighted by area."""
        a, b, c = (vertices[faces[:, corner]] for corner in range(3))
        normals = np.add.reduceat(np.cross(b - a, c - a)[self.corners], self.starts)
        return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12), np.float32)

    @cached_property
    def palms(self) -> Floats:
        """``(u,)`` how much each vertex of the skin belongs to a palm, 0..1."""
        model = load_body_model()
        normals = self.normals(model.template[: len(model.weights)], model.faces)
        return palm_shares(model, normals)[self.skin.vertices]


@lru_cache(maxsize=1)
def load_surface() -> Surface:
    """Divide the body model's surface into parts."""
    model = load_body_model()
    count = len(model.weights)
    eye_weights = model.weights[:, [model.bones.index(bone_of(side, "eye")) for side in SIDES]].sum(axis=1)
    eye = (eye_weights[model.faces] > 0.99).all(axis=1)
    order = np.argsort(model.faces.ravel(), kind="stable")
    starts = np.searchsorted(model.faces.ravel()[order], np.arange(count))
    hand_of = np.full(count, -1, np.int32)
    for index, side in enumerate(SIDES):
        hand_of[hand_weights(model, side) > 0.5] = index
    eyes = _part(model, eye, hand_of)
    eyes = replace(eyes, uvs=_eye_uvs(model.template[eyes.vertices]))
    return Surface(_part(model, ~eye, hand_of), eyes, order // 3, starts)


def hand_weights(model: BodyModel, side: Side) -> Floats:
    """Return how much each of the ``(v,)`` vertices belongs to a hand, 0..1: the sum of its bones' weights."""
    own = [name.startswith(HAND_BONES) and name.endswith(LETTERS[side]) for name in model.bones]
    return np.asarray(model.weights[:, own].sum(axis=1), np.float32)


def _eye_uvs(vertices: Floats) -> Floats:
    """Return ``(u, 2)`` texture coordinates of the eyes as seen from the front, the iris in the middle."""
    uvs = np.empty((len(vertices), 2), np.float32)
    for own in (vertices[:, 0] > 0, vertices[:, 0] < 0):
        middle = (vertices[own].min(0) + vertices[own].max(0)) / 2
        radius = np.ptp(vertices[own], axis=0).max() / 2
        uvs[own] = 0.5 + 0.5 * (vertices[own] - middle)[:, [0, 2]] / radius
    return uvs


def _part(model: BodyModel, chosen: NDArray[np.bool_], hand_of: NDArray[np.int32]) -> Part:
    pairs = np.stack([model.faces[chosen].ravel(), model.uv_faces[chosen].ravel()], axis=1)
    unique, faces = np.unique(pairs, axis=0, return_inverse=True)
    vertices, uvs = unique.T
    return Part(
        vertices.astype(np.int64),
        faces.reshape(-1, 3).astype(np.int32),
        np.ascontiguousarray(model.uvs[uvs]),
        hand_of[vertices],
    )

"""What a person wears: a mesh that moves with the bones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from ..mesh import Material
from .cut import Cut
from .drape import Drape
from .surface import Ints, Surface


@dataclass(frozen=True, eq=False)
class Piece:
    """A mesh at rest, in metres, with the weights of the bones that move it.

    Attributes:
        vertices, normals: ``(n, 3)``.
        weights: ``(n, b)``.
        faces: ``(f, 3)``.
        material: of the whole piece.
        uvs: ``(n, 2)`` or None.
        hand: side of the hand that the piece is labelled as, for gloves and nails.
        two_sided: whether its inside can be seen.
    """

    vertices: Floats
    normals: Floats
    weights: Floats
    faces: Ints
    material: Material
    uvs: Floats | None = None
    hand: Side | None = None
    two_sided: bool = False


def rigid(surface: Surface, bone: str, mesh: tuple[Floats, Floats, Ints], material: Material) -> Piece:
    """Return a piece that moves with one bone: vertices at rest, normals and faces."""
    vertices, normals, faces = mesh
    weights = np.zeros((len(vertices), len(surface.topology.bones)), np.float32)
    weights[:, surface.topology.bones.index(bone)] = 1
    return Piece(vertices, normals, weights, faces, material)


def cloth(
    surface: Surface,
    part: Cut,
    shape: Drape,
    material: Material,
    *,
    thickness: float,
    repeats: float = 1.0,
) -> Piece:
    """Return cloth over a part of the body.

    Args:
        surface: of the body.
        part: of its faces with texture coordinates, that the cloth covers.
        shape: the cloth over all of the body.
        material: of the cloth.
        thickness: of its edges, metres: a strip along them goes inwards.
        repeats: of the texture over the body's texture coordinates.
    """
    topology = surface.topology
    vertices, normals, weights = (
        part(values[topology.seams]) for values in (shape.positions, shape.normals, topology.weights)
    )
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    uvs = part(topology.uvs) * np.float32(repeats)
    rim, index = np.unique(part.rim, return_inverse=True)
    inner = vertices[rim] - normals[rim] * np.float32(thickness)
    outer, edge = part.rim, index.reshape(part.rim.shape) + len(vertices)
    strip = np.concatenate(
        [np.stack([outer[:, 0], outer[:, 1], edge[:, 1]], 1), np.stack([outer[:, 0], edge[:, 1], edge[:, 0]], 1)]
    )

    def joined(values: NDArray[np.float32], more: NDArray[np.float32]) -> Floats:
        return np.concatenate([values, more]).astype(np.float32)

    return Piece(
        vertices=joined(vertices, inner),
        normals=joined(normals, normals[rim]),
        weights=joined(weights, weights[rim]),
        faces=np.concatenate([part.faces, strip]).astype(np.int32),
        material=material,
        uvs=joined(uvs, uvs[rim]),
        two_sided=True,
    )

"""What a person wears: a mesh that moves with the bones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Material, Mesh
from .cut import Cut, cut
from .drape import Drape
from .rest import RestBody

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Piece:
    """A mesh at rest, in metres, with the weights of the bones that move it.

    Attributes:
        vertices, normals: ``(n, 3)``.
        weights: ``(n, b)``.
        faces: ``(f, 3)``.
        material: of the whole piece.
        uvs: ``(n, 2)`` or None.
        hands: ``(n,)`` 0 for the left hand, 1 for the right one, -1 elsewhere, as of gloves; None for no hand at all.
        two_sided: whether its inside can be seen.
    """

    vertices: Floats
    normals: Floats
    weights: Floats
    faces: Ints
    material: Material
    uvs: Floats | None = None
    hands: Ints | None = None
    two_sided: bool = False


def attached(rest: RestBody, bone: str, mesh: Mesh, hand: int | None = None) -> Piece:
    """Return a mesh, given where it is at rest, that moves with one bone; ``hand`` as ``hands`` in :class:`Piece`."""
    assert mesh.normals is not None
    weights = np.zeros((len(mesh.vertices), len(rest.body.model.bones)), np.float32)
    weights[:, rest.body.model.bones.index(bone)] = 1
    hands = None if hand is None else np.full(len(weights), hand, np.int32)
    return Piece(mesh.vertices, mesh.normals, weights, mesh.faces, mesh.material, mesh.uvs, hands, mesh.two_sided)


def combined(pieces: Sequence[Piece]) -> Piece:
    """Return pieces without textures, of one material and all on hands, as one."""
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    return replace(
        pieces[0],
        vertices=np.concatenate([piece.vertices for piece in pieces]),
        normals=np.concatenate([piece.normals for piece in pieces]),
        weights=np.concatenate([piece.weights for piece in pieces]),
        faces=np.concatenate([piece.faces + start for piece, start in zip(pieces, starts, strict=False)]).astype(
            np.int32
        ),
        uvs=None,
        hands=np.concatenate([piece.hands for piece in pieces if piece.hands is not None]),
    )


def cloth(
    rest: RestBody, field: Floats, shape: Drape, material: Material, *, thickness: float, repeats: float = 1.0
) -> Piece:
    """Return cloth over a part of the body.

    Args:
        rest: the body.
        field: ``(v,)`` positive at the vertices below the cloth; its edge is at 0.
        shape: the cloth over all of the body.
        material: of the cloth.
        thickness: of its edges, metres: a strip along them goes inwards.
        repeats: of the texture over the body's texture coordinates.
    """
    seams = rest.skin.vertices
    part = cut(rest.skin.faces, field[seams])
    vertices, normals, weights = (part(values[seams]) for values in (shape.positions, shape.normals, rest.weights))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    rim, strip = _hem(part)
    inner = vertices[rim] - normals[rim] * np.float32(thickness)
    hands = rest.skin.hand_of[part.first]
    return Piece(
        vertices=np.concatenate([vertices, inner]),
        normals=np.concatenate([normals, normals[rim]]),
        weights=np.concatenate([weights, weights[rim]]),
        faces=np.concatenate([part.faces, strip]),
        material=material,
        uvs=np.concatenate([part(rest.skin.uvs), part(rest.skin.uvs)[rim]]) * np.float32(repeats),
        hands=np.concatenate([hands, hands[rim]]),
        two_sided=True,
    )


def _hem(part: Cut) -> tuple[Ints, Ints]:
    """Return the vertices along the rim, which are doubled behind all others, and the faces of the strip between."""
    rim, index = np.unique(part.rim, return_inverse=True)
    doubled = index.reshape(part.rim.shape) + len(part.first)
    (a, b), (c, d) = part.rim.T, doubled.T
    strip = np.concatenate([np.stack([b, a, c], 1), np.stack([b, c, d], 1)])
    return rim.astype(np.int32), strip.astype(np.int32)

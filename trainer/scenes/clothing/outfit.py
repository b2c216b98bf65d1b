"""A dressed person in a pose."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..body.body import PosedBody
from ..mesh import Mesh
from .piece import Piece
from .rest import RestBody


class Outfit:
    """All that a person wears.

    Args:
        rest: the person.
        pieces: worn.
        covered: ``(v,)`` the body's vertices that are hidden below them.
    """

    def __init__(self, rest: RestBody, pieces: Sequence[Piece], covered: NDArray[np.bool_]) -> None:
        self.pieces = pieces
        skin = rest.skin
        self._bare = np.ascontiguousarray(skin.faces[~covered[skin.vertices][skin.faces].all(1)])
        self._weights = np.concatenate([piece.weights for piece in pieces])
        vertices = np.concatenate([piece.vertices for piece in pieces])
        self._vertices = np.concatenate([vertices, np.ones_like(vertices[:, :1])], 1)
        self._normals = np.concatenate([piece.normals for piece in pieces])
        self._ends = np.cumsum([len(piece.vertices) for piece in pieces])[:-1]

    def meshes(self, posed: PosedBody, first_hand: int = 0) -> list[Mesh]:
        """Return the meshes of the body, as far as it is not covered, and of all that it wears.

        Args:
            posed: the body in a pose.
            first_hand: index in the scene of the left hand; the right one's is the next.
        """
        skin, *others = posed.meshes(first_hand)
        transforms = posed.transforms[:, :3].reshape(-1, 12).astype(np.float32)
        blended = (self._weights @ transforms).reshape(-1, 3, 4)
        vertices = np.matmul(blended, self._vertices[..., None])[..., 0]
        normals = np.matmul(blended[..., :3], self._normals[..., None])[..., 0]
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        parts = zip(self.pieces, np.split(vertices, self._ends), np.split(normals, self._ends), strict=True)
        worn = [_mesh(piece, position, normal, first_hand) for piece, position, normal in parts]
        return [replace(skin, faces=self._bare), *others, *worn]


def _mesh(piece: Piece, vertices: Floats, normals: Floats, first_hand: int) -> Mesh:
    hands = None
    if piece.hands is not None:
        hands = np.where(piece.hands < 0, piece.hands, piece.hands + first_hand).astype(np.int32)
    return Mesh(
        vertices, piece.faces, piece.material, piece.uvs, normals=normals, hands=hands, two_sided=piece.two_sided
    )

"""All that a person wears, posed with the body."""


import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Mesh
from .piece import Piece


class Outfit:
    """Pieces that move with a body's bones.

    Args:
        pieces: worn.
        covered: ``(f,)`` the body's faces that are hidden below them.
    """

    def __init__(self, pieces: list[Piece], covered: NDArray[np.bool_]) -> None:
        self.pieces, self.covered = pieces, covered
        self._weights = np.concatenate([piece.weights for piece in pieces])
        vertices = np.concatenate([piece.vertices for piece in pieces])
        self._vertices = np.concatenate([vertices, np.ones_like(vertices[:, :1])], 1)
        self._normals = np.concatenate([piece.normals for piece in pieces])
        self._ends = np.cumsum([len(piece.vertices) for piece in pieces])[:-1]

    def meshes(self, skinning: Floats, first_hand: int = 0) -> list[Mesh]:
        """Return the pieces in a pose.

        Args:
            skinning: ``(b, 4, 4)`` transforms of the bones from rest to the pose in the world.
            first_hand: index in the scene of the left hand; the right one's is the next.
        """
        blended = (self._weights @ skinning[:, :3].reshape(len(skinning), 12).astype(np.float32)).reshape(-1, 3, 4)
        vertices = np.matmul(blended, self._vertices[..., None])[..., 0]
        normals = np.matmul(blended[..., :3], self._normals[..., None])[..., 0]
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        parts = zip(self.pieces, np.split(vertices, self._ends), np.split(normals, self._ends), strict=True)
        return [_mesh(piece, position, normal, first_hand) for piece, position, normal in parts]


def _mesh(piece: Piece, vertices: Floats, normals: Floats, first_hand: int) -> Mesh:
    hands = None
    if piece.hand:
        hands = np.full(len(vertices), first_hand + (piece.hand == "right"), np.int32)
    return Mesh(vertices, piece.faces, piece.material, piece.uvs, None, normals, hands, piece.two_sided)

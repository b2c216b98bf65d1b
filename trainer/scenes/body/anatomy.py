"""Corrections of the model's hands.

The vertices that mark MakeHuman's joints do not follow all blend shapes: the joints of some hands would lie near the
skin. Its knuckles are where the fingers part, and the thumb's base is in the middle of the palm; those of people are
deeper in the hand: by lengths of the bones (A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol.
28(3):755-758, 2010), relative to the lengths of the middle bones, which fit.
"""

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from .makehuman import BaseMesh, Rig
from .rotations import Matrix

HAND_BONES = ("wrist", "metacarpal", "finger")
NEIGHBOURS = 40  # vertices around a joint that it follows
# Share of the way from the knuckle to the base of its metacarpal bone, from the index finger on.
KNUCKLE_SHIFTS = (0.165, 0.145, 0.17, 0.2)
# Share of the way to the neighbouring joint: of the thumb's second joint outwards, of the little finger's inwards.
THUMB_SHIFT, LITTLE_SHIFT = 0.1, 0.1
BLEND_M = 0.009  # half of the length along a finger over which the skin's weights change at the knuckle


def correct_heads(mesh: BaseMesh, rig: Rig) -> Matrix:
    """Return ``(b, n)`` weights of the mesh's vertices whose sums are the heads of the bones."""
    heads = rig.heads.copy()
    rendered = np.zeros(len(mesh.vertices), bool)
    rendered[mesh.faces] = True
    for bone, name in enumerate(rig.names):
        if name.startswith(HAND_BONES):
            flesh = rig.weights[:, [bone, rig.parents[bone]]].sum(axis=1) > 0.3
            heads[bone] = _around(mesh.vertices, rendered & flesh, rig.heads[bone] @ mesh.vertices)
    return np.asarray(_joint_shifts(rig.names) @ heads)


def _around(vertices: Matrix, chosen: NDArray[np.bool_], point: Matrix) -> Matrix:
    """Return ``(n,)`` weights, as equal as possible, of the nearest chosen vertices: their weighted mean is a point."""
    distances = np.where(chosen, np.linalg.norm(vertices - point, axis=1), np.inf)
    nearest = np.argsort(distances)[:NEIGHBOURS]
    equations = np.vstack([vertices[nearest].T, np.ones(NEIGHBOURS)])
    weights = np.zeros(len(vertices))
    weights[nearest] = np.linalg.pinv(equations) @ np.array([*point, 1])
    return weights


def _joint_shifts(bones: list[str]) -> Matrix:
    """Return the ``(b, b)`` matrix that moves the heads of the bones to where the joints of people are."""
    matrix = np.eye(len(bones))
    matrix[bones.index("root")] = matrix[bones.index("spine05")]  # MakeHuman's is behind the back
    for side in "LR":
        head = {name: bones.index(f"{name}.{side}") for name in ("wrist", "metacarpal1", "finger1-1", "finger1-2")}
        thumb = matrix[head["finger1-1"]]
        thumb[:] = 0
        thumb[head["wrist"]], thumb[head["finger1-2"]] = 0.65, 0.35
        thumb[head["finger1-1"]], thumb[head["metacarpal1"]] = 0.2, -0.2
        _shift(matrix, head["finger1-2"], bones.index(f"finger1-3.{side}"), THUMB_SHIFT)
        _shift(matrix, bones.index(f"finger5-2.{side}"), bones.index(f"finger5-1.{side}"), LITTLE_SHIFT)
        for finger, shift in enumerate(KNUCKLE_SHIFTS, start=2):
            knuckle, base = bones.index(f"finger{finger}-1.{side}"), bones.index(f"metacarpal{finger - 1}.{side}")
            _shift(matrix, knuckle, base, shift)
    return matrix


def _shift(matrix: Matrix, bone: int, towards: int, share: float) -> None:
    matrix[bone, bone], matrix[bone, towards] = 1 - share, share


def move_knuckle_weights(bones: list[str], vertices: Matrix, heads: Matrix, weights: Matrix) -> Floats:
    """Return ``(v, b)`` weights that change from the palm to the fingers at the corrected knuckles.

    Args:
        bones: names.
        vertices, heads: of the template, metres.
        weights: ``(v, b)`` that change at the uncorrected ones.
    """
    moved = weights.astype(np.float32)
    for side in "LR":
        for finger in range(2, 6):
            own, palm = bones.index(f"finger{finger}-1.{side}"), bones.index(f"metacarpal{finger - 1}.{side}")
            along = heads[bones.index(f"finger{finger}-2.{side}")] - heads[own]
            distance = (vertices - heads[own]) @ along / np.linalg.norm(along)
            share = np.clip(distance / BLEND_M / 2 + 0.5, 0, 1)
            share = share * share * (3 - 2 * share)
            both = weights[:, own] + weights[:, palm]
            moved[:, own], moved[:, palm] = both * share, both * (1 - share)
    return moved

"""Corrections of the model's hands.

MakeHuman's knuckles are where the fingers part, and the thumb's base is in the middle of the palm. Those of people are
deeper in the hand: by lengths of the bones (A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol.
28(3):755-758, 2010), relative to the lengths of the middle bones, which fit.
"""

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

# Share of the way from the knuckle to the base of its metacarpal bone, from the index finger on.
KNUCKLE_SHIFTS = (0.19, 0.17, 0.19, 0.21)
# Share of the way along the bone to the neighbouring joint: the thumb's second joint outwards, the little finger's inwards.
THUMB_SHIFT, LITTLE_SHIFT = 0.1, 0.1
BLEND_M = 0.009  # half of the length along a finger over which the skin's weights change at the knuckle


def joint_corrections(bones: list[str]) -> NDArray[np.float64]:
    """Return the ``(b, b)`` matrix that moves the heads of the bones to where the joints of people are."""
    matrix = np.eye(len(bones))
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


def _shift(matrix: NDArray[np.float64], bone: int, towards: int, share: float) -> None:
    matrix[bone, bone], matrix[bone, towards] = 1 - share, share


def move_knuckle_weights(
    bones: list[str], vertices: NDArray[np.float64], heads: NDArray[np.float64], weights: Floats
) -> Floats:
    """Return ``(v, b)`` weights that change from the palm to the fingers at the corrected knuckles.

    Args:
        bones: names.
        vertices, heads: of the template, metres.
        weights: ``(v, b)`` that change at the uncorrected ones.
    """
    weights = weights / weights.sum(1, keepdims=True)
    for side in "LR":
        for finger in range(2, 6):
            own, palm = bones.index(f"finger{finger}-1.{side}"), bones.index(f"metacarpal{finger - 1}.{side}")
            along = heads[bones.index(f"finger{finger}-2.{side}")] - heads[own]
            distance = (vertices - heads[own]) @ along / np.linalg.norm(along)
            share = np.clip(distance / BLEND_M / 2 + 0.5, 0, 1)
            share = share * share * (3 - 2 * share)
            both = weights[:, own] + weights[:, palm]
            weights[:, own], weights[:, palm] = both * share, both * (1 - share)
    return weights

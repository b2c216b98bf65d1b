"""Exact labels of the hands in a rendered image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Side


@dataclass(frozen=True, eq=False)
class HandLabel:
    """One hand of a scene.

    Attributes:
        side: which hand of its owner it is.
        joints_px: ``(21, 2)`` in px of the image.
        joints_m: ``(21, 3)`` metres in the camera's frame: x right, y down, z forward.
        visible: ``(21,)`` bool: inside the image, and the surface that is seen there is no nearer than the joint's own
            flesh (2 cm in a finger, 4 at the wrist), so that a fingertip behind the palm or behind a cup is hidden.
        visible_share: of the hand's surface that would be seen without everything else, 0..1.
        number: of the hand in the scene; in a film, the same in all images.
        pose: name of the hand's pose or gesture, "" if it has none.
        holds: name of the held object, "" for none.
    """

    side: Side
    joints_px: Floats
    joints_m: Floats
    visible: NDArray[np.bool_]
    visible_share: float
    number: int = 0
    pose: str = ""
    holds: str = ""


@dataclass(frozen=True, eq=False)
class SceneImage:
    """A rendered image with its labels.

    Attributes:
        image: ``(h, w, 3)`` uint8 RGB.
        hands: that are in view, at least partly.
        hand_mask: ``(h, w)`` int32: index in ``hands`` of the hand seen in each px, -1 for none.
        attributes: what the scene is, by name, for tables: ``situation``, ``skin`` (name of the texture), ``light``,
            ``people``.
    """

    image: Image
    hands: list[HandLabel]
    hand_mask: NDArray[np.int32]
    attributes: dict[str, str]

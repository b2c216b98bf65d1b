"""The colours of the skeleton, and whether they are distinguishable with colour blindness."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.overlay.colours import FINGER_COLOURS, ColourScheme, joint_colours
from handpose_live.types.skeleton import FINGERS

# Matrices of Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB.
COLOUR_VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
DISTINGUISHABLE = 20.0  # in CIELAB; 2.3 is just noticeable side by side


def lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert ``(3,)`` linear RGB (0..1) to CIELAB under D65."""
    x, y, z = (TO_XYZ @ linear.clip(0, 1) / WHITE).tolist()
    fx, fy, fz = (value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116 for value in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def min_distance(scheme: ColourScheme, vision: NDArray[np.float64]) -> float:
    """Return the smallest distance between the colours of two fingers with this colour vision."""
    colours = joint_colours(scheme, "left")
    shares = [np.array(colours[finger.joints[0]]) / 255 for finger in FINGERS]
    linear = [np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) for share in shares]
    perceived = [lab(vision @ colour) for colour in linear]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(perceived, 2))


@pytest.mark.parametrize("vision", list(COLOUR_VISIONS))
def test_all_five_fingers_are_distinguishable_with_any_colour_vision(vision: str) -> None:
    assert min_distance("colour_blind", COLOUR_VISIONS[vision]) >= DISTINGUISHABLE


@pytest.mark.parametrize("vision", [vision for vision in COLOUR_VISIONS if vision != "normal"])
def test_the_safe_colours_are_twice_as_far_apart_as_the_default_ones(vision: str) -> None:
    assert min_distance("colour_blind", COLOUR_VISIONS[vision]) >= 2 * min_distance("fingers", COLOUR_VISIONS[vision])


def test_every_scheme_has_a_colour_for_each_joint() -> None:
    schemes: tuple[ColourScheme, ...] = ("fingers", "colour_blind", "sides", "single")
    assert all(len(joint_colours(scheme, "right")) == 21 for scheme in schemes)
    assert joint_colours("sides", "left") != joint_colours("sides", "right")


def test_fingers_have_their_conventional_colours() -> None:
    thumb, index, middle, ring, little = FINGER_COLOURS
    assert max(thumb) == thumb[1]
    assert min(index) == index[0]
    assert max(middle) == middle[2]
    assert min(ring) == ring[1]
    assert max(little) == little[0]

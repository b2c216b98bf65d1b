"""Light: a few lamps, of which the first casts shadows, and a soft environment."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

Colour = tuple[float, float, float]
MAX_LIGHTS = 4


@dataclass(frozen=True, eq=False)
class Light:
    """A lamp or the sun.

    Attributes:
        position: ``(3,)`` metres in the world; of a distant light, the direction towards it.
        colour: linear RGB. A white surface that faces a light of colour 1 appears as 1; that holds at 1 m from a near
            light, and everywhere for a distant one.
        size: diameter in metres at 1 m distance, 0 to 1: the larger, the softer its shadows.
        distant: whether its rays are parallel.
    """

    position: NDArray[np.float64]
    colour: Colour
    size: float = 0.1
    distant: bool = True


def hemisphere(sky: Colour, ground: Colour) -> Floats:
    """Return the environment ``(4, 3)`` of a sky above and a ground below."""
    above, below = np.array(sky), np.array(ground)
    none = np.zeros(3)
    return np.array([(above + below) / 2, none, none, (above - below) / 2], np.float32)


def _daylight() -> tuple[Light, ...]:
    return (Light(np.array([-0.5, -0.8, 1.0]), (0.9, 0.88, 0.84)),)


@dataclass(frozen=True, eq=False)
class Lighting:
    """All light of a scene.

    Attributes:
        lights: at most ``MAX_LIGHTS``; the first casts shadows.
        environment: ``(4, 3)`` linear RGB: a constant, and its slopes along x, y and z of the normal. A white surface
            with a normal ``n`` reflects ``environment[0] + n @ environment[1:]``.
        name: of the kind of light, for tables.
    """

    lights: tuple[Light, ...] = field(default_factory=_daylight)
    environment: Floats = field(default_factory=lambda: hemisphere((0.35, 0.38, 0.42), (0.2, 0.18, 0.16)))
    name: str = "plain"

"""Hair: shells over the scalp."""

import numpy as np

from handpose_live.types.arrays import Floats

from ..mesh import Material
from .cut import cut
from .drape import drape, waves
from .fabric import jitter, linear
from .piece import Piece, cloth
from .surface import Surface

# sRGB: black, dark brown, brown, fair, grey, white, red, dyed.
HAIR_COLOURS = (
    (18, 15, 14),
    (45, 30, 22),
    (88, 58, 38),
    (176, 140, 90),
    (120, 118, 116),
    (215, 212, 208),
    (120, 52, 28),
    (60, 60, 150),
)
HAIR_SHARES = (0.35, 0.25, 0.14, 0.09, 0.08, 0.04, 0.03, 0.02)


def sample_hair(rng: np.random.Generator, surface: Surface) -> list[Piece]:
    """Return hair: none, short or thick."""
    if rng.uniform() < 0.1:
        return []
    field = scalp(surface, fringe=rng.uniform(-0.02, 0.02), nape=rng.uniform(0, 0.05))
    colour = linear(jitter(rng, HAIR_COLOURS[rng.choice(len(HAIR_COLOURS), p=HAIR_SHARES)], 0.02))
    volume = float(rng.choice([rng.uniform(0.004, 0.012), rng.uniform(0.012, 0.05)]))
    ease = np.clip(field * 0.6, 0.0015, volume) * (1 + 0.3 * waves(rng, surface.vertices, rng.uniform(0.015, 0.05)))
    shape = drape(surface, ease.astype(np.float32), smoothing=6, below=field > -0.02)
    material = Material(colour=colour, roughness=0.6, specular=0.3, bump=0.8)
    return [
        cloth(surface, cut(surface.topology.uv_faces, field[surface.topology.seams]), shape, material, thickness=0.001)
    ]


def scalp(surface: Surface, *, fringe: float, nape: float) -> Floats:
    """Return the field of the skin where hair grows: above the forehead, round the ears, down to the nape.

    Args:
        surface: of the body.
        fringe: height of the hairline, metres above the usual one.
        nape: how far down it goes behind, metres.
    """
    offset = surface.vertices - (surface.head("eye.L") + surface.head("eye.R")) / 2
    x, y, z = np.abs(offset[:, 0]), offset[:, 1], offset[:, 2]
    # The hairline falls from the forehead to the temples, past the ears and to the nape.
    line = np.interp(y, [0.0, 0.05, 0.09, 0.12, 0.17], [0.06, 0.03, 0.0, -0.03, -0.06 - nape]) + fringe * (y < 0.05)
    field = np.minimum(z - line, 0.5 * (surface.weight("head") - 0.5))
    return np.asarray(field, np.float32)

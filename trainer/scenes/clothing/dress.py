"""A person's clothes, chosen at random."""

import numpy as np

from .fabric import sample_fabric
from .garments import HIDDEN_M, sample_jacket, sample_top, sample_trousers, sew
from .hair import sample_hair
from .outfit import Outfit
from .surface import Surface


def dress(rng: np.random.Generator, surface: Surface) -> Outfit:
    """Return clothes, hair and what is worn on head and hands."""
    garments = [sample_trousers(rng, surface), sample_top(rng, surface)]
    if rng.uniform() < 0.25:
        garments.append(sample_jacket(rng, surface))
    above = np.maximum.accumulate([garment.field for garment in garments[::-1]])[::-1]
    hidden = [*above[1:], np.full_like(above[0], -1)]
    pieces, worn = [], np.zeros_like(above[0])
    for garment, over in zip(garments, hidden, strict=True):
        piece, worn = sew(rng, surface, garment, sample_fabric(rng), worn, over)
        pieces.append(piece)
    pieces += sample_hair(rng, surface)
    return Outfit(pieces, (above[0][surface.topology.faces] > HIDDEN_M).all(1))

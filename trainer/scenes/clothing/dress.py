"""A person's clothes, chosen at random."""

import numpy as np

from ..body.body import Body
from .fabric import sample_fabric
from .garments import HIDDEN_M, sample_jacket, sample_top, sample_trousers, sew
from .hands import sample_handwear
from .head import sample_head
from .outfit import Outfit
from .rest import RestBody


def dress(rng: np.random.Generator, body: Body) -> Outfit:
    """Return clothes, hair and what is worn on head and hands."""
    rest = RestBody(body)
    garments = [sample_trousers(rng, rest), sample_top(rng, rest)]
    if rng.uniform() < 0.25:
        garments.append(sample_jacket(rng, rest))
    above = np.maximum.accumulate([garment.field for garment in garments[::-1]])[::-1]
    hidden = [*above[1:], np.full_like(above[0], -1)]
    handwear, gloved = sample_handwear(rng, rest)
    pieces, worn = [*handwear, *sample_head(rng, rest)], np.zeros_like(above[0])
    for garment, over in zip(garments, hidden, strict=True):
        piece, worn = sew(rng, rest, garment, sample_fabric(rng), worn=worn, hidden=over)
        pieces.append(piece)
    pieces = [piece for piece in pieces if len(piece.faces)]
    return Outfit(rest, pieces, (above[0] > HIDDEN_M) | (gloved > 0.004))

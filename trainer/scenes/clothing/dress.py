"""A person's clothes, chosen at random."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from handpose_live.types.arrays import Floats

from ..body.body import Body
from .below_waist import shoes, skirt
from .fabric import sample_fabric
from .garments import (
    HIDDEN_M,
    Garment,
    sample_jacket,
    sample_neckwear,
    sample_top,
    sample_trousers,
    sample_vest,
    sew,
)
from .hands import sample_handwear
from .head import sample_head
from .outfit import Outfit
from .piece import Piece
from .rest import RestBody


def dress(rng: np.random.Generator, body: Body, images: Sequence[Path] = ()) -> Outfit:
    """Return clothes, hair and what is worn on head, hands and feet; images are printed on some of the clothes."""
    rest = RestBody(body)
    garments = _garments(rng, rest)
    pieces = _sewn(rng, rest, garments, images)
    if rng.uniform() < (0.3 if body.shape.sex == "female" else 0.03):
        pieces.append(skirt(rng, rest, sample_fabric(rng, images)))
    under = np.maximum.reduce([garment.field for garment in garments])
    covered = under > HIDDEN_M
    if rng.uniform() < 0.7:
        pieces += shoes(rng, rest)
        covered |= rest.weight("foot") > 0.8
    handwear, gloved = sample_handwear(rng, rest, under)
    pieces += [*handwear, *sample_head(rng, rest)]
    return Outfit(rest, [piece for piece in pieces if len(piece.faces)], covered | (gloved > HIDDEN_M / 10))


def _garments(rng: np.random.Generator, rest: RestBody) -> list[Garment]:
    """Return garments from the innermost to the outermost."""
    garments = [sample_trousers(rng, rest), sample_top(rng, rest)]
    for share, sample in ((0.06, sample_neckwear), (0.25, sample_jacket), (0.06, sample_vest)):
        if rng.uniform() < share:
            garments.append(sample(rng, rest))
    return garments


def _sewn(rng: np.random.Generator, rest: RestBody, garments: list[Garment], images: Sequence[Path]) -> list[Piece]:
    outermost = np.full(len(rest.vertices), -1, np.float32)
    over: list[Floats] = [
        np.maximum.reduce([outermost, *(each.field for each in garments[n + 1 :])]) for n in range(len(garments))
    ]
    pieces, worn = [], np.zeros_like(outermost)
    for garment, hidden in zip(garments, over, strict=True):
        piece, worn = sew(rng, rest, garment, sample_fabric(rng, images), worn=worn, hidden=hidden)
        pieces.append(piece)
    return pieces

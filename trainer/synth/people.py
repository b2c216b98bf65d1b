"""Whose hand it is: lengths, girth and where the fingers are rooted.

Bone lengths: A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol. 28(3):755-758,
2010 (mean of 66 adults by X-ray). Spread between people: hand length and breadth in C. Gordon et al.,
"2012 Anthropometric survey of U.S. Army personnel", NATICK/TR-15/007 (men 193 ± 10 mm and 88 ± 4 mm,
women 181 ± 10 mm and 78 ± 4 mm). Where the metacarpals are rooted in the carpus is set so that the
mean hand has these lengths and a breadth of 84 mm across the knuckles.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..rng import CounterRng

# Metacarpal, proximal, middle, distal bone, and the soft tissue beyond the last, in mm; the thumb has no middle one.
BONES_MM = (
    (46.22, 31.57, 21.67, 5.67),
    (68.12, 39.78, 22.38, 15.82, 3.84),
    (64.60, 44.63, 26.33, 17.40, 3.95),
    (58.00, 41.37, 25.65, 17.30, 3.95),
    (53.69, 32.74, 18.11, 15.96, 3.73),
)
# Where each finger's first joint (the thumb's saddle joint, the others' knuckles) is, from the wrist:
# towards the thumb, towards the fingertips, out of the palm, in mm.
ROOTS_MM = ((20.0, 21.0, 8.0), (24.0, 94.0, 2.0), (2.0, 95.5, 0.0), (-17.5, 87.5, 2.0), (-35.0, 77.0, 6.0))
# And the other end of its metacarpal bone, in the carpus.
CARPUS_MM = ((20.0, 21.0, 8.0), (11.0, 28.0, 2.0), (2.0, 31.0, 0.0), (-7.0, 29.5, 2.0), (-15.0, 27.0, 4.0))


@dataclass(frozen=True, eq=False)
class People:
    """``n`` people's right hands, in mm.

    Attributes:
        bones: ``(n, 5, 3)`` each finger's three bones beyond its root; the last one reaches the tip.
        roots: ``(n, 5, 3)`` each finger's first joint, in the hand's frame.
        carpus: ``(n, 5, 3)`` the near end of each finger's metacarpal bone.
        girth: ``(n, 1)`` how thick the flesh is, 1 for the mean.
        size: ``(n, 1)`` how large the hand is, 1 for the mean.
        nails: ``(n, 1)`` how far the nails reach, 1 to the fingertip.
    """

    bones: Tensor
    roots: Tensor
    carpus: Tensor
    girth: Tensor
    size: Tensor
    nails: Tensor


def mean_bones_mm() -> Tensor:
    """``(5, 3)``: the soft tissue beyond the last bone counted into it."""
    thumb, *others = BONES_MM
    rows = [(thumb[0], thumb[1], sum(thumb[2:]))] + [(row[1], row[2], sum(row[3:])) for row in others]
    return torch.tensor(rows)


def sample_people(dice: CounterRng) -> People:
    """Adults of both sexes; single bones differ too, and broad hands are not always long."""
    size = torch.exp(dice.normal(0.065, 1)).clamp(0.8, 1.2)
    girth = torch.exp(dice.normal(0.07, 1)).clamp(0.82, 1.2)
    breadth = torch.exp(dice.normal(0.04, 1)).clamp(0.9, 1.1)
    stretch = torch.stack([breadth * size, size, size], dim=2)
    bones = mean_bones_mm().to(dice.device) * torch.exp(dice.normal(0.03, 5, 3)) * size[..., None]
    roots = torch.tensor(ROOTS_MM, device=dice.device) * stretch
    carpus = torch.tensor(CARPUS_MM, device=dice.device) * stretch
    return People(bones, roots, carpus, girth * size, size, dice.uniform(0.92, 1.06, 1))

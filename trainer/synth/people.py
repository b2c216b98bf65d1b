"""Hand shapes of a population: bone lengths, thickness and the base joints of the fingers.

Bone lengths: A. Buryanov, V. Kotiuk, "Proportions of hand segments", Int. J. Morphol. 28(3):755-758,
2010 (mean of 66 adults by X-ray). Variation between people: hand length and breadth in C. Gordon et al.,
"2012 Anthropometric survey of U.S. Army personnel", NATICK/TR-15/007 (men 193 ± 10 mm and 88 ± 4 mm,
women 181 ± 10 mm and 78 ± 4 mm). The metacarpal bases are set so that the mean hand has these
lengths and a breadth of 84 mm across the knuckles.
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
# Each finger's base joint (the thumb's carpometacarpal joint, the others' knuckles) in the hand's frame, mm:
# towards the thumb, towards the fingertips, out of the palm.
BASE_JOINTS_MM = ((20.0, 21.0, 8.0), (24.0, 94.0, 2.0), (2.0, 95.5, 0.0), (-17.5, 87.5, 2.0), (-35.0, 77.0, 6.0))
# The proximal end of each metacarpal bone, in the hand's frame, mm.
METACARPAL_BASES_MM = ((20.0, 21.0, 8.0), (11.0, 28.0, 2.0), (2.0, 31.0, 0.0), (-7.0, 29.5, 2.0), (-15.0, 27.0, 4.0))


@dataclass(frozen=True, eq=False)
class People:
    """Shapes of ``n`` people's right hands, mm, in the hand's frame (see :mod:`.kinematics`).

    Attributes:
        bone_lengths: ``(n, 5, 3)`` of each finger's three bones beyond its base joint; the last one reaches the tip.
        base_joints: ``(n, 5, 3)`` each finger's first joint.
        metacarpal_bases: ``(n, 5, 3)`` the proximal end of each finger's metacarpal bone.
        thickness: ``(n, 1)`` of the soft tissue, relative to the mean.
        scale: ``(n, 1)`` of the hand, relative to the mean.
        nail_extent: ``(n, 1)`` of the nails, 1 reaches the fingertip.
    """

    bone_lengths: Tensor
    base_joints: Tensor
    metacarpal_bases: Tensor
    thickness: Tensor
    scale: Tensor
    nail_extent: Tensor


def mean_bones_mm() -> Tensor:
    """Return ``(5, 3)`` mean lengths, the last bones including the soft tissue beyond them."""
    thumb, *others = BONES_MM
    rows = [(thumb[0], thumb[1], sum(thumb[2:]))] + [(row[1], row[2], sum(row[3:])) for row in others]
    return torch.tensor(rows)


def sample_people(rng: CounterRng) -> People:
    """Sample adults of both sexes, with independent scale, breadth, thickness and single bone lengths."""
    scale = torch.exp(rng.normal(0.065, 1)).clamp(0.8, 1.2)
    thickness = torch.exp(rng.normal(0.07, 1)).clamp(0.82, 1.2)
    breadth = torch.exp(rng.normal(0.04, 1)).clamp(0.9, 1.1)
    stretch = torch.stack([breadth * scale, scale, scale], dim=2)
    bone_lengths = mean_bones_mm().to(rng.device) * torch.exp(rng.normal(0.03, 5, 3)) * scale[..., None]
    base_joints = torch.tensor(BASE_JOINTS_MM, device=rng.device) * stretch
    metacarpal_bases = torch.tensor(METACARPAL_BASES_MM, device=rng.device) * stretch
    return People(bone_lengths, base_joints, metacarpal_bases, thickness * scale, scale, rng.uniform(0.92, 1.06, 1))

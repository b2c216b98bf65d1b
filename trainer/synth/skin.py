"""Procedural skin: colour by melanin and blood, creases, nails, and noise that is fixed to the bones.

The absorptions of melanin and blood multiply: colours are mixed in the logarithm of linear RGB, between a very light
and a very dark skin.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from .kinematics import PALM_BONE, Skeleton
from .people import People

LIGHTEST, DARKEST = (0.84, 0.62, 0.50), (0.105, 0.052, 0.033)  # linear RGB
BLOOD = (0.10, 0.50, 0.42)  # absorption of one unit, in the logarithm of linear RGB
NOISE_SIDE = 24
# Creases of the palm, from the thumb's side on, in fractions of the hand: x of the index knuckle, y of the middle one.
PALM_LINES = (
    ((1.25, 0.78), (0.75, 0.70), (0.30, 0.55), (0.02, 0.32), (0.0, 0.10)),
    ((1.25, 0.78), (0.50, 0.70), (-0.50, 0.60), (-1.20, 0.46)),
    ((0.45, 0.93), (-0.05, 0.84), (-0.90, 0.74), (-1.65, 0.70)),
)


@dataclass(frozen=True, eq=False)
class Skin:
    """Skin of ``n`` hands.

    Attributes:
        melanin: ``(n,)`` 0..1.
        blood: ``(n,)`` around 1.
        roughness: ``(n,)`` strength of creases and spots, around 1.
        noise_offset: ``(n, 3)`` position of the hand in the noise cube.
    """

    melanin: Tensor
    blood: Tensor
    roughness: Tensor
    noise_offset: Tensor


class SkinTexture:
    """The texture at ``m`` points of the skin, in the frames of their bones.

    Attributes:
        noise: ``(m, 4)`` fine and coarse noise around 0.
    """

    def __init__(
        self,
        people: People,
        skeleton: Skeleton,
        skin: Skin,
        *,
        hands: Tensor,
        points: Tensor,
        palmar: Tensor,
        bones: Tensor,
    ) -> None:
        """Args:
        people, skeleton, skin: of ``n`` hands.
        hands: ``(m,)`` index of each point's hand.
        points: ``(m, 3)`` in the hand's frame.
        palmar: ``(m,)`` 1 on the palmar side, -1 on the back.
        bones: ``(m,)`` of each point.
        """
        self.skin, self.hands, self.bones = skin, hands, bones
        self.points, self.palmar = points, palmar
        rotation = skeleton.rotations[hands, bones]
        self.local = ((points - skeleton.origins[hands, bones])[:, None] @ rotation)[:, 0]
        self.thickness, self.scale = people.thickness[hands, 0], people.scale[hands, 0]
        self.nail_extent = people.nail_extent[hands, 0]
        lengths = people.bone_lengths.flatten(1)
        lengths = torch.cat([lengths, torch.full_like(lengths[:, :2], 1e3)], dim=1)  # the palm and the forearm
        self.length = lengths[hands, bones]
        self.index_base, self.middle_base = people.base_joints[hands, 1], people.base_joints[hands, 2]
        self.in_finger = bones < PALM_BONE
        self.first = self.in_finger & (bones % 3 == 0)
        self.last = self.in_finger & (bones % 3 == 2)
        fine, coarse = self._noise(3.0), self._noise(14.0)
        self.noise, self.coarse = 0.75 * fine + 0.25 * coarse, coarse

    def colour(self) -> Tensor:
        """Return ``(m, 3)`` linear RGB: palms and fingertips are redder, palms of dark hands lighter."""
        device = self.points.device
        palm_side = torch.sigmoid(5 * self.palmar) * ((self.points[:, 1] + 12) / 30).clamp(0, 1)
        melanin = self.skin.melanin[self.hands] * (1 - 0.45 * palm_side)
        melanin = melanin * (1 + 0.10 * self.coarse[:, 3] * self.skin.roughness[self.hands])
        end = (self.local[:, 1] / self.length).clamp(0, 1)
        tip = torch.where(self.last, end.square(), 0)
        near, far = self.local[:, 1] / (7 * self.scale), (self.local[:, 1] - self.length) / (7 * self.scale)
        knuckle = torch.exp(-(near**2)) * ~self.first + torch.exp(-(far**2)) * ~self.last
        knuckle = knuckle * (1 - palm_side) * self.in_finger
        blood = self.skin.blood[self.hands] * (0.12 + 0.22 * palm_side + 0.34 * tip + 0.25 * knuckle)
        blood = blood * (1 + 0.2 * self.coarse[:, 3])
        light, dark = (torch.tensor(colour, device=device).log() for colour in (LIGHTEST, DARKEST))
        logarithm = light + melanin[:, None] * (dark - light) - blood[:, None] * torch.tensor(BLOOD, device=device)
        return torch.exp(logarithm + 0.03 * self.noise[:, 3:])

    def finger_creases(self) -> Tensor:
        """Return ``(m,)`` depth 0..1 of two creases on the palmar side of each joint, and of wrinkles on its back."""
        y = self.local[:, 1] + 0.5 * self.noise[:, 0]
        near, far = y / self.scale, (y - self.length) / self.scale
        palm, back = (((sign * self.palmar - 0.25) * 2).clamp(0, 1) for sign in (1, -1))
        lines = (
            _line(near, 0.9, 0.6) * ~self.first + (_line(far, -0.9, 0.6) + 0.5 * _line(far, -3.4, 0.45)) * ~self.last
        )
        web = _line(y / self.length, 0.47, 0.018) * self.first * (self.bones >= 3)
        wrinkles = sum((_line(near, at, 0.5) for at in (1.6, 4.0)), torch.zeros_like(y)) * ~self.first
        wrinkles = wrinkles + sum((_line(far, -at, 0.5) for at in (0.3, 2.2, 4.6)), torch.zeros_like(y)) * ~self.last
        return self.in_finger * (0.75 * (lines + web) * palm + 0.4 * wrinkles * back)

    def palm_creases(self) -> Tensor:
        """Return ``(m,)`` depth 0..1 of the palm's creases."""
        flat = torch.stack(
            [self.points[:, 0] / self.index_base[:, 0], self.points[:, 1] / self.middle_base[:, 1]], dim=1
        )
        flat = flat + 0.015 * self.coarse[:, :2]
        scale = torch.tensor([24.0, 95.0], device=flat.device)
        gap = torch.full_like(flat[:, 0], torch.inf)
        for line in PALM_LINES:
            points = torch.tensor(line, device=flat.device)
            for start, end in pairwise(points):
                span = (end - start) * scale
                offset = (flat - start) * scale
                along = ((offset @ span) / span.square().sum()).clamp(0, 1)
                gap = torch.minimum(gap, torch.linalg.vector_norm(offset - along[:, None] * span, dim=1))
        facing = (self.bones == PALM_BONE) | (self.bones == 0)
        return facing * (self.palmar - 0.2).clamp(0, 1) * torch.exp(-((gap / 1.1) ** 2))

    def nails(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return ``(m,)`` 0..1 each: the nail, the fold around it, its white free edge."""
        half_length = torch.where(self.bones == 2, 7.0, 5.9) * self.thickness
        half_width = torch.where(self.bones == 2, 6.9, torch.where(self.bones == 14, 4.5, 5.3)) * self.thickness
        middle = self.length * self.nail_extent - half_length - 0.6
        across, along = self.local[:, 0] / half_width, (self.local[:, 1] - middle) / half_length
        radius = (across.abs() ** 3.5 + along.abs() ** 3.5).clamp(min=1e-6) ** (1 / 3.5)
        on_back = torch.sigmoid(12 * (-self.palmar - 0.05)) * self.last
        nail = torch.sigmoid((1 - radius) * 18) * on_back
        rim = torch.exp(-(((radius - 1.03) / 0.07) ** 2)) * on_back * (along < 0.75)
        return nail, rim, torch.sigmoid((along - 0.74) * 20) * nail

    def fabric(self, contrast: Tensor) -> Tensor:
        """Return ``(m,)`` brightness of the sleeve's weave, and of stripes of ``(m,)`` contrast."""
        stripes = torch.sign(torch.sin(self.local[:, 1] * (2 * math.pi / 14)))
        return 1 + 0.15 * self.noise[:, 3] + contrast * stripes

    def _noise(self, scale_mm: float) -> Tensor:
        """Sample ``(m, 4)`` smooth noise at a scale, fixed to the bones."""
        position = (
            self.local / (scale_mm * NOISE_SIDE / 2)
            + 0.37 * self.bones.clamp(max=PALM_BONE)[:, None]
            + self.skin.noise_offset[self.hands]
        )
        position = (position + 1).remainder(4) - 1  # mirrored at the cube's faces
        position = torch.where(position > 1, 2 - position, position)
        cube = _noise_cube(position.device)
        return functional.grid_sample(cube, position.view(1, -1, 1, 1, 3), align_corners=True)[0, :, :, 0, 0].T


@lru_cache(maxsize=2)
def _noise_cube(device: torch.device) -> Tensor:
    """Return ``(1, 4, s, s, s)`` noise, the same for all images."""
    return CounterRng(0, [0], device).normal(1, 4, NOISE_SIDE, NOISE_SIDE, NOISE_SIDE)


def _line(position: Tensor, at: float, width: float) -> Tensor:
    return torch.exp(-(((position - at) / width) ** 2))

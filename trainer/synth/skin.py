"""What the surface looks like before light falls on it: skin, nails, creases, cloth, things.

Skin takes its colour from melanin and blood, whose layers multiply: colours are mixed in the logarithm
of linear RGB, between a very light and a very dark skin.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from .body import CLOTH, THING
from .kinematics import PALM_BONE, Skeleton
from .people import People

LIGHTEST, DARKEST = (0.84, 0.62, 0.50), (0.105, 0.052, 0.033)  # linear RGB
BLOOD = (0.10, 0.50, 0.42)  # what a unit of it takes from the logarithm
NOISE_SIDE = 24
# Creases of the palm, from the thumb's side on, in shares of the hand: x by the index knuckle, y by the middle one.
PALM_LINES = (
    ((1.25, 0.78), (0.75, 0.70), (0.30, 0.55), (0.02, 0.32), (0.0, 0.10)),
    ((1.25, 0.78), (0.50, 0.70), (-0.50, 0.60), (-1.20, 0.46)),
    ((0.45, 0.93), (-0.05, 0.84), (-0.90, 0.74), (-1.65, 0.70)),
)


@dataclass(frozen=True, eq=False)
class Looks:
    """How ``n`` hands are coloured.

    Attributes:
        melanin: ``(n,)`` 0..1.
        blood: ``(n,)`` around 1.
        shine: ``(n,)`` how oily.
        roughness: ``(n,)`` how strong creases and spots are, around 1.
        nails: ``(n, 3)`` linear RGB of nails painted so, or a negative number for bare ones.
        cloth, thing: ``(n, 3)`` linear RGB of the sleeve and of what is held or in the way.
        stripes: ``(n,)`` how strongly the cloth is striped.
        grain: ``(n, 3)`` where in the noise cube the hand is.
    """

    melanin: Tensor
    blood: Tensor
    shine: Tensor
    roughness: Tensor
    nails: Tensor
    cloth: Tensor
    thing: Tensor
    stripes: Tensor
    grain: Tensor


@dataclass(frozen=True, eq=False)
class Surface:
    """``m`` spots: linear RGB ``(m, 3)``, unit normals ``(m, 3)``, shine ``(m,)``, how much light seeps ``(m,)``."""

    colour: Tensor
    normals: Tensor
    shine: Tensor
    seep: Tensor

    def turned(self, turn: Tensor) -> "Surface":
        """In the frame that ``(m, 3, 3)`` lead to."""
        normals = (turn @ self.normals[..., None])[..., 0]
        return Surface(self.colour, normals, self.shine, self.seep)


def sample_looks(dice: CounterRng) -> Looks:
    """Any skin, half of the nails of some people painted, any cloth."""
    painted = dice.happens(0.12)[:, None]
    return Looks(
        melanin=dice.uniform(0, 1) ** 1.3,
        blood=dice.uniform(0.6, 1.5),
        shine=dice.uniform(0.15, 1),
        roughness=dice.uniform(0.5, 1.4),
        nails=torch.where(painted, dice.uniform(0.02, 0.9, 3) ** 2, -1),
        cloth=dice.uniform(0.1, 0.95, 3) ** 2 * dice.uniform(0.15, 1, 1),
        thing=dice.uniform(0.1, 0.98, 3) ** 2,
        stripes=dice.uniform(0, 0.5) * dice.happens(0.4),
        grain=dice.uniform(-2, 2, 3),
    )


def paint(
    people: People,
    skeleton: Skeleton,
    looks: Looks,
    *,
    hands: Tensor,
    points: Tensor,
    normals: Tensor,
    palmar: Tensor,
    bones: Tensor,
    groups: Tensor,
) -> Surface:
    """Colour ``m`` spots.

    Args:
        people, skeleton, looks: of ``n`` hands.
        hands: ``(m,)`` which hand.
        points, normals: ``(m, 3)`` in the hand's frame.
        palmar: ``(m,)`` 1 on the palm side, -1 on the back.
        bones, groups: ``(m,)`` what the spot belongs to.
    """
    spots = _Spots(people, skeleton, looks, hands=hands, points=points, palmar=palmar, bones=bones)
    noise = spots.noise
    crease = (spots.finger_creases() + spots.palm_creases()).clamp(max=1) * looks.roughness[hands]
    nail, rim, free = spots.nails()
    skin = spots.skin() * torch.exp(-0.55 * crease[:, None] * torch.tensor([0.8, 1.1, 1.1], device=points.device))
    bare = torch.cat([skin[:, :1] * 1.03, skin[:, 1:] * 0.98], dim=1) * (1 + 0.12 * free[:, None])
    varnish = looks.nails[hands]
    plate = torch.where(varnish < 0, bare + 0.10 * free[:, None] * (1 - bare), varnish)
    colour = torch.lerp(skin, plate, nail[:, None]) * (1 - 0.4 * rim[:, None])
    cloth, thing = (groups == CLOTH)[:, None], (groups == THING)[:, None]
    fabric = looks.cloth[hands] * spots.fabric()[:, None]
    colour = torch.where(cloth, fabric, torch.where(thing, looks.thing[hands] * (1 + 0.08 * noise[:, :1]), colour))
    bump = torch.where(cloth, 0.22, 0.035 * looks.roughness[hands][:, None]) * noise[:, :3] * ~thing
    soft = ~(cloth | thing)[:, 0]
    return Surface(
        colour=colour.clamp(0, 1),
        normals=functional.normalize(normals + bump, dim=-1),
        shine=torch.where(soft, looks.shine[hands] * (1 + 2.0 * nail), torch.where(thing[:, 0], 1.0, 0.05)),
        seep=soft * (1 - 0.6 * nail),
    )


class _Spots:
    """``m`` spots of skin, each in the frame of its bone."""

    def __init__(
        self,
        people: People,
        skeleton: Skeleton,
        looks: Looks,
        *,
        hands: Tensor,
        points: Tensor,
        palmar: Tensor,
        bones: Tensor,
    ) -> None:
        self.looks, self.hands, self.bones = looks, hands, bones
        self.points, self.palmar = points, palmar
        turn = skeleton.turns[hands, bones]
        self.local = ((points - skeleton.origins[hands, bones])[:, None] @ turn)[:, 0]
        self.girth, self.size = people.girth[hands, 0], people.size[hands, 0]
        self.reach = people.nails[hands, 0]
        lengths = torch.cat([people.bones.flatten(1), torch.full_like(people.bones[:, 0, :2], 1e3)], dim=1)
        self.length = lengths[hands, bones]
        self.index_root, self.middle_root = people.roots[hands, 1], people.roots[hands, 2]
        self.in_finger = bones < PALM_BONE
        self.first = self.in_finger & (bones % 3 == 0)
        self.last = self.in_finger & (bones % 3 == 2)
        fine, coarse = self._noise(3.0), self._noise(14.0)
        self.noise, self.coarse = 0.75 * fine + 0.25 * coarse, coarse

    def skin(self) -> Tensor:
        """``(m, 3)`` linear RGB: palms and fingertips redder, palms of dark hands lighter."""
        device = self.points.device
        palm_side = torch.sigmoid(5 * self.palmar) * ((self.points[:, 1] + 12) / 30).clamp(0, 1)
        melanin = self.looks.melanin[self.hands] * (1 - 0.45 * palm_side)
        melanin = melanin * (1 + 0.10 * self.coarse[:, 3] * self.looks.roughness[self.hands])
        end = (self.local[:, 1] / self.length).clamp(0, 1)
        tip = torch.where(self.last, end.square(), 0)
        near, far = self.local[:, 1] / (7 * self.size), (self.local[:, 1] - self.length) / (7 * self.size)
        knuckle = torch.exp(-(near**2)) * ~self.first + torch.exp(-(far**2)) * ~self.last
        knuckle = knuckle * (1 - palm_side) * self.in_finger
        blood = self.looks.blood[self.hands] * (0.12 + 0.22 * palm_side + 0.34 * tip + 0.25 * knuckle)
        blood = blood * (1 + 0.2 * self.coarse[:, 3])
        light, dark = (torch.tensor(colour, device=device).log() for colour in (LIGHTEST, DARKEST))
        logarithm = light + melanin[:, None] * (dark - light) - blood[:, None] * torch.tensor(BLOOD, device=device)
        return torch.exp(logarithm + 0.03 * self.noise[:, 3:])

    def finger_creases(self) -> Tensor:
        """``(m,)`` 0..1: two lines in each joint's palm side, wrinkles over its back."""
        y, size = self.local[:, 1] + 0.5 * self.noise[:, 0], self.size
        near, far = y / size, (y - self.length) / size
        palm, back = (((sign * self.palmar - 0.25) * 2).clamp(0, 1) for sign in (1, -1))
        lines = (
            _line(near, 0.9, 0.6) * ~self.first + (_line(far, -0.9, 0.6) + 0.5 * _line(far, -3.4, 0.45)) * ~self.last
        )
        web = _line(y / self.length, 0.47, 0.018) * self.first * (self.bones >= 3)
        wrinkles = sum((_line(near, at, 0.5) for at in (1.6, 4.0)), torch.zeros_like(y)) * ~self.first
        wrinkles = wrinkles + sum((_line(far, -at, 0.5) for at in (0.3, 2.2, 4.6)), torch.zeros_like(y)) * ~self.last
        return self.in_finger * (0.75 * (lines + web) * palm + 0.4 * wrinkles * back)

    def palm_creases(self) -> Tensor:
        """``(m,)`` 0..1."""
        flat = torch.stack(
            [self.points[:, 0] / self.index_root[:, 0], self.points[:, 1] / self.middle_root[:, 1]], dim=1
        )
        flat = flat + 0.015 * self.coarse[:, :2]
        scale = torch.tensor([24.0, 95.0], device=flat.device)
        gap = torch.full_like(flat[:, 0], torch.inf)
        for line in PALM_LINES:
            bends = torch.tensor(line, device=flat.device)
            for start, end in pairwise(bends):
                span = (end - start) * scale
                offset = (flat - start) * scale
                along = ((offset @ span) / span.square().sum()).clamp(0, 1)
                gap = torch.minimum(gap, torch.linalg.vector_norm(offset - along[:, None] * span, dim=1))
        facing = (self.bones == PALM_BONE) | (self.bones == 0)
        return facing * (self.palmar - 0.2).clamp(0, 1) * torch.exp(-((gap / 1.1) ** 2))

    def nails(self) -> tuple[Tensor, Tensor, Tensor]:
        """``(m,)`` each, 0..1: the nail, the fold around it, the white free end."""
        half_length = torch.where(self.bones == 2, 7.0, 5.9) * self.girth
        half_width = torch.where(self.bones == 2, 6.9, torch.where(self.bones == 14, 4.5, 5.3)) * self.girth
        middle = self.length * self.reach - half_length - 0.6
        across, along = self.local[:, 0] / half_width, (self.local[:, 1] - middle) / half_length
        round_ = (across.abs() ** 3.5 + along.abs() ** 3.5).clamp(min=1e-6) ** (1 / 3.5)
        on_back = torch.sigmoid(12 * (-self.palmar - 0.05)) * self.last
        nail = torch.sigmoid((1 - round_) * 18) * on_back
        rim = torch.exp(-(((round_ - 1.03) / 0.07) ** 2)) * on_back * (along < 0.75)
        return nail, rim, torch.sigmoid((along - 0.74) * 20) * nail

    def fabric(self) -> Tensor:
        """``(m,)`` brightness of the sleeve's weave and stripes."""
        stripes = torch.sign(torch.sin(self.local[:, 1] * (2 * math.pi / 14)))
        return 1 + 0.15 * self.noise[:, 3] + self.looks.stripes[self.hands] * stripes

    def _noise(self, grain_mm: float) -> Tensor:
        """``(m, 4)`` smooth noise fixed to the bones."""
        place = (
            self.local / (grain_mm * NOISE_SIDE / 2)
            + 0.37 * self.bones.clamp(max=PALM_BONE)[:, None]
            + self.looks.grain[self.hands]
        )
        place = (place + 1).remainder(4) - 1  # back and forth through the cube
        place = torch.where(place > 1, 2 - place, place)
        cube = _noise_cube(place.device)
        return functional.grid_sample(cube, place.view(1, -1, 1, 1, 3), align_corners=True)[0, :, :, 0, 0].T


@lru_cache(maxsize=2)
def _noise_cube(device: torch.device) -> Tensor:
    """``(1, 4, s, s, s)`` around 0, the same everywhere."""
    return CounterRng(0, [0], device).normal(1, 4, NOISE_SIDE, NOISE_SIDE, NOISE_SIDE)


def _line(place: Tensor, at: float, width: float) -> Tensor:
    return torch.exp(-(((place - at) / width) ** 2))

"""Appearance of hands: random colours and materials, and the albedo of surface samples."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from .capsules import OBJECT_GROUP, SLEEVE_GROUP
from .kinematics import Skeleton
from .people import People
from .skin import Skin, SkinTexture

NAIL_POLISH_PROBABILITY, STRIPES_PROBABILITY = 0.12, 0.4


@dataclass(frozen=True, eq=False)
class Appearance:
    """Colours and materials of ``n`` hands.

    Attributes:
        skin: their skin.
        specular: ``(n,)`` strength of the skin's specular reflection.
        nail_polish: ``(n, 3)`` linear RGB, negative for bare nails.
        sleeve, held_object: ``(n, 3)`` linear RGB.
        stripes: ``(n,)`` contrast of the sleeve's stripes.
    """

    skin: Skin
    specular: Tensor
    nail_polish: Tensor
    sleeve: Tensor
    held_object: Tensor
    stripes: Tensor


@dataclass(frozen=True, eq=False)
class SurfaceSamples:
    """Material at ``m`` points of the surface.

    Attributes:
        colour: ``(m, 3)`` albedo, linear RGB.
        normals: ``(m, 3)`` unit.
        specular: ``(m,)`` strength of the specular reflection.
        subsurface: ``(m,)`` strength of the subsurface scattering.
    """

    colour: Tensor
    normals: Tensor
    specular: Tensor
    subsurface: Tensor

    def rotated(self, rotation: Tensor) -> "SurfaceSamples":
        """Return the samples in another frame, by ``(m, 3, 3)``."""
        normals = (rotation @ self.normals[..., None])[..., 0]
        return SurfaceSamples(self.colour, normals, self.specular, self.subsurface)


def sample_appearance(rng: CounterRng) -> Appearance:
    """Sample any skin, sleeve and object; some hands have nail polish."""
    polished = rng.bernoulli(NAIL_POLISH_PROBABILITY)[:, None]
    melanin, blood, specular, roughness = (
        rng.uniform(0, 1) ** 1.3,
        rng.uniform(0.6, 1.5),
        rng.uniform(0.15, 1),
        rng.uniform(0.5, 1.4),
    )
    nail_polish = torch.where(polished, rng.uniform(0.02, 0.9, 3) ** 2, -1)
    sleeve = rng.uniform(0.1, 0.95, 3) ** 2 * rng.uniform(0.15, 1, 1)
    held_object = rng.uniform(0.1, 0.98, 3) ** 2
    stripes = rng.uniform(0, 0.5) * rng.bernoulli(STRIPES_PROBABILITY)
    skin = Skin(melanin, blood, roughness, noise_offset=rng.uniform(-2, 2, 3))
    return Appearance(skin, specular, nail_polish, sleeve, held_object, stripes)


def shade_albedo(
    people: People,
    skeleton: Skeleton,
    appearance: Appearance,
    *,
    hands: Tensor,
    points: Tensor,
    normals: Tensor,
    palmar: Tensor,
    bones: Tensor,
    groups: Tensor,
) -> SurfaceSamples:
    """Return the material at ``m`` points of the surface.

    Args:
        people, skeleton, appearance: of ``n`` hands.
        hands: ``(m,)`` index of each point's hand.
        points, normals: ``(m, 3)`` in the hand's frame.
        palmar: ``(m,)`` 1 on the palmar side, -1 on the back.
        bones, groups: ``(m,)`` of each point's capsule.
    """
    texture = SkinTexture(people, skeleton, appearance.skin, hands=hands, points=points, palmar=palmar, bones=bones)
    noise, roughness = texture.noise, appearance.skin.roughness[hands]
    colour, nail = _skin_and_nails(texture, appearance.nail_polish[hands], roughness)
    sleeve, held_object = (groups == SLEEVE_GROUP)[:, None], (groups == OBJECT_GROUP)[:, None]
    fabric = appearance.sleeve[hands] * texture.fabric(appearance.stripes[hands])[:, None]
    object_colour = appearance.held_object[hands] * (1 + 0.08 * noise[:, :1])
    colour = torch.where(sleeve, fabric, torch.where(held_object, object_colour, colour))
    bump = torch.where(sleeve, 0.22, 0.035 * roughness[:, None]) * noise[:, :3] * ~held_object
    skin = ~(sleeve | held_object)[:, 0]
    return SurfaceSamples(
        colour=colour.clamp(0, 1),
        normals=functional.normalize(normals + bump, dim=-1),
        specular=torch.where(
            skin, appearance.specular[hands] * (1 + 2.0 * nail), torch.where(held_object[:, 0], 1.0, 0.05)
        ),
        subsurface=skin * (1 - 0.6 * nail),
    )


def _skin_and_nails(texture: SkinTexture, nail_polish: Tensor, roughness: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``(m, 3)`` linear RGB, and ``(m,)`` 0..1 where nails are."""
    crease = (texture.finger_creases() + texture.palm_creases()).clamp(max=1) * roughness
    nail, rim, free_edge = texture.nails()
    crease_tint = torch.tensor([0.8, 1.1, 1.1], device=crease.device)
    skin = texture.colour() * torch.exp(-0.55 * crease[:, None] * crease_tint)
    bare = torch.cat([skin[:, :1] * 1.03, skin[:, 1:] * 0.98], dim=1) * (1 + 0.12 * free_edge[:, None])
    plate = torch.where(nail_polish < 0, bare + 0.10 * free_edge[:, None] * (1 - bare), nail_polish)
    return torch.lerp(skin, plate, nail[:, None]) * (1 - 0.4 * rim[:, None]), nail

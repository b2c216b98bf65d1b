"""Light on surfaces: two lamps, the sky and the ground, soft shadows and the dark in corners.

Shadows and occlusion have closed forms: for each capsule the spot where the ray to the lamp, or the
surface point itself, comes nearest to its axis says how much it covers. No ray is marched twice.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from .body import Body
from .field import Field
from .skin import Surface

LAMPS = 2
GREY = 0.22  # mean linear brightness of a room in a photograph
SHADOWED_LAMPS = 1  # the second fills the first one's shadows
# Red light travels farthest under the skin: it reaches round the edge of a shadow.
SEEP = (0.42, 0.16, 0.10)
BLEED = (0.72, 1.0, 1.06)


@dataclass(frozen=True, eq=False)
class Lights:
    """Of ``n`` pictures, in the camera's frame.

    Attributes:
        towards: ``(n, 2, 3)`` unit, from the hand to each lamp.
        colours: ``(n, 2, 3)`` linear RGB.
        sky, ground: ``(n, 3)`` linear RGB from above and below.
        softness: ``(n,)`` how fast a shadow's edge widens with distance.
    """

    towards: Tensor
    colours: Tensor
    sky: Tensor
    ground: Tensor
    softness: Tensor

    def suiting(self, surroundings: Tensor) -> "Lights":
        """Brighter, darker and tinted like what is around the hand, half-way: ``(n, 3)`` mean linear RGB."""
        tint = (surroundings / GREY).clamp(0.1, 4).sqrt()
        return Lights(self.towards, self.colours * tint[:, None], self.sky * tint, self.ground * tint, self.softness)


def sample_lights(dice: CounterRng) -> Lights:
    """Rooms, screens, windows and lamps: mostly from above or the camera's side, warm to cold."""
    towards = dice.normal(1, LAMPS, 3) + torch.tensor([0.0, -0.8, -1.1], device=dice.device)
    warmth = dice.normal(0.16, LAMPS + 2, 1)
    tints = torch.exp(warmth * torch.tensor([1.0, 0.1, -1.0], device=dice.device) + dice.normal(0.04, LAMPS + 2, 3))
    strengths = torch.stack(
        [dice.uniform(0.5, 1.3), dice.uniform(0.0, 0.5), dice.uniform(0.15, 0.7), dice.uniform(0.08, 0.4)], dim=1
    )
    colours = tints * strengths[..., None]
    return Lights(
        functional.normalize(towards, dim=-1), colours[:, :2], colours[:, 2], colours[:, 3], dice.uniform(0.05, 0.4)
    )


def shade(surface: Surface, seen_from: Tensor, lights: Lights, *, hands: Tensor, lit: Tensor, open_: Tensor) -> Tensor:
    """Linear RGB ``(m, 3)`` of ``m`` spots.

    Args:
        surface: what they are made of, in the camera's frame.
        seen_from: ``(m, 3)`` unit, from the spot to the camera.
        lights: of ``n`` pictures.
        hands: ``(m,)`` which picture.
        lit: ``(m, 1)`` 0..1 how much of the first lamp reaches the spot.
        open_: ``(m,)`` 0..1 how much of the surroundings does.
    """
    device = hands.device
    normals = surface.normals
    bleed = torch.tensor(BLEED, device=device)
    seep = surface.seep[:, None] * torch.tensor(SEEP, device=device)
    up = 0.5 - 0.5 * normals[:, 1:2]
    around = lights.ground[hands] + up * (lights.sky - lights.ground)[hands]
    light = around * open_[:, None] ** bleed
    gloss = torch.zeros_like(light)
    for lamp in range(LAMPS):
        towards = lights.towards[hands, lamp]
        facing = (normals * towards).sum(1, keepdim=True)
        diffuse = ((facing + seep) / (1 + seep)).clamp(min=0)
        reach = lit**bleed if lamp < SHADOWED_LAMPS else open_[:, None]
        light = light + lights.colours[hands, lamp] * diffuse * reach
        half = functional.normalize(towards + seen_from, dim=-1)
        sharp = (normals * half).sum(1, keepdim=True).clamp(min=0)
        lobe = 0.10 * sharp**18 + 0.10 * sharp**60
        gloss = gloss + lights.colours[hands, lamp] * lobe * reach * (facing > 0)
    edge = (1 - (normals * seen_from).sum(1, keepdim=True).clamp(0, 1)) ** 4
    gloss = gloss + 0.06 * edge * around * open_[:, None]
    return surface.colour * light + surface.shine[:, None] * gloss


def shadows(body: Body, hands: Tensor, points: Tensor, normals: Tensor, lights: Lights) -> tuple[Tensor, Tensor]:
    """How much light reaches ``(t, p, 3)`` points on bodies: ``(t, p, 1)`` of the first lamp, ``(t, p)`` of the rest.

    Args:
        body: ``n`` bodies, in the points' frame.
        hands: ``(t,)`` which body.
        points, normals: ``(t, p, 3)``.
        lights: of the ``n`` pictures.
    """
    parts = torch.arange(body.casts, device=hands.device).expand(len(hands), -1)
    field = Field.of(body, hands, parts, torch.ones_like(parts, dtype=torch.bool))
    lamps = lights.towards[hands, :SHADOWED_LAMPS].unbind(1)
    lit = torch.stack([_lit(field, points, towards[:, None], lights.softness[hands]) for towards in lamps], -1)
    return lit, _openness(field, points, normals)


def _lit(field: Field, points: Tensor, towards: Tensor, softness: Tensor) -> Tensor:
    """``(t, p)`` of a lamp in direction ``(t, 1, 3)``: where its ray passes each capsule's axis, and how far off."""
    on_ray = towards @ field.spans  # (t, 1, k)
    ray_offset = (points * towards).sum(-1, keepdim=True) - towards @ field.starts
    span_offset = points @ field.spans - field.start_span
    squared = points.square().sum(-1, keepdim=True) - 2 * points @ field.starts + field.start_start
    denominator = (field.span_span - on_ray.square()).clamp(min=1e-3)
    along = ((span_offset - on_ray * ray_offset) / denominator).clamp(0, 1)
    ahead = (along * on_ray - ray_offset).clamp(min=0)
    squared = squared + ahead.square() + along.square() * field.span_span
    squared = squared + 2 * (ahead * ray_offset - along * span_offset - ahead * along * on_ray)
    radius = (field.radii + along * field.growth).clamp(min=0)
    past = squared.clamp(min=0).sqrt() - radius
    edge = 0.8 + softness[:, None, None] * ahead
    clear = (0.5 + past / (2 * edge)).clamp(0, 1)
    # A capsule whose axis is passed at once is the one the point lies on: its normal says that already.
    other = ((ahead - 0.6 * radius) / (0.6 * radius + 1e-3)).clamp(0, 1) * (radius > 0)
    return (1 - (1 - clear) * other).prod(-1)


def _openness(field: Field, points: Tensor, normals: Tensor) -> Tensor:
    """``(t, p)``: each capsule taken for a ball around its nearest spot, which covers (r/d)² of what it faces."""
    along, away = field.nearest(points)
    radius = (field.radii + along * field.growth).clamp(min=0)
    facing = normals @ field.starts + along * (normals @ field.spans) - (normals * points).sum(-1, keepdim=True)
    covered = (facing / away).clamp(min=0) * (radius / away).clamp(max=1).square()
    return (1 - 0.85 * covered).prod(-1)

"""Shading: two directional lamps, hemisphere lighting, soft shadows and ambient occlusion.

Shadows and occlusion have closed forms: each capsule occludes by the closest point on its axis to the
shadow ray, or to the surface point. No shadow rays are marched.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng
from .appearance import SurfaceSamples
from .capsules import Capsules
from .distance_field import DistanceField

LAMPS = 2
GREY = 0.22  # mean linear brightness of indoor photographs
SHADOWED_LAMPS = 1  # the second one is a fill light
# Subsurface scattering by wrapped diffuse light and tinted shadow edges: red light travels farthest.
SUBSURFACE_WRAP = (0.42, 0.16, 0.10)
SHADOW_TINT = (0.72, 1.0, 1.06)


@dataclass(frozen=True, eq=False)
class Lights:
    """Lighting of ``n`` images, in the camera's frame.

    Attributes:
        directions: ``(n, 2, 3)`` unit vectors from the hand to each lamp.
        colours: ``(n, 2, 3)`` linear RGB.
        sky, ground: ``(n, 3)`` linear RGB from above and below.
        penumbra: ``(n,)`` width of a shadow's edge per distance from the occluder.
    """

    directions: Tensor
    colours: Tensor
    sky: Tensor
    ground: Tensor
    penumbra: Tensor

    def matched_to(self, surroundings: Tensor) -> "Lights":
        """Scale the light half-way to the brightness and tint of the ``(n, 3)`` mean linear RGB of the background."""
        tint = (surroundings / GREY).clamp(0.1, 4).sqrt()
        return Lights(self.directions, self.colours * tint[:, None], self.sky * tint, self.ground * tint, self.penumbra)


def sample_lights(rng: CounterRng) -> Lights:
    """Sample lighting by lamps, windows and screens: mostly from above or the camera's side, warm to cold."""
    directions = rng.normal(1, LAMPS, 3) + torch.tensor([0.0, -0.8, -1.1], device=rng.device)
    warmth = rng.normal(0.16, LAMPS + 2, 1)
    tints = torch.exp(warmth * torch.tensor([1.0, 0.1, -1.0], device=rng.device) + rng.normal(0.04, LAMPS + 2, 3))
    strengths = torch.stack(
        [rng.uniform(0.5, 1.3), rng.uniform(0.0, 0.5), rng.uniform(0.15, 0.7), rng.uniform(0.08, 0.4)], dim=1
    )
    colours = tints * strengths[..., None]
    return Lights(
        functional.normalize(directions, dim=-1), colours[:, :2], colours[:, 2], colours[:, 3], rng.uniform(0.05, 0.4)
    )


def shade(
    samples: SurfaceSamples,
    view_directions: Tensor,
    lights: Lights,
    *,
    hands: Tensor,
    lamp_visibility: Tensor,
    sky_visibility: Tensor,
) -> Tensor:
    """Return linear RGB ``(m, 3)`` of ``m`` surface samples.

    Args:
        samples: in the camera's frame.
        view_directions: ``(m, 3)`` unit vectors from the samples to the camera.
        lights: of ``n`` images.
        hands: ``(m,)`` indices of the images.
        lamp_visibility: ``(m, 1)`` 0..1 of the first lamp.
        sky_visibility: ``(m,)`` 0..1 of the surroundings.
    """
    device = hands.device
    normals = samples.normals
    shadow_tint = torch.tensor(SHADOW_TINT, device=device)
    subsurface = samples.subsurface[:, None] * torch.tensor(SUBSURFACE_WRAP, device=device)
    up = 0.5 - 0.5 * normals[:, 1:2]
    ambient = lights.ground[hands] + up * (lights.sky - lights.ground)[hands]
    light = ambient * sky_visibility[:, None] ** shadow_tint
    specular_light = torch.zeros_like(light)
    for lamp in range(LAMPS):
        direction = lights.directions[hands, lamp]
        facing = (normals * direction).sum(1, keepdim=True)
        diffuse = ((facing + subsurface) / (1 + subsurface)).clamp(min=0)
        visibility = lamp_visibility**shadow_tint if lamp < SHADOWED_LAMPS else sky_visibility[:, None]
        light = light + lights.colours[hands, lamp] * diffuse * visibility
        halfway = functional.normalize(direction + view_directions, dim=-1)
        alignment = (normals * halfway).sum(1, keepdim=True).clamp(min=0)
        lobe = 0.10 * alignment**18 + 0.10 * alignment**60
        specular_light = specular_light + lights.colours[hands, lamp] * lobe * visibility * (facing > 0)
    fresnel = (1 - (normals * view_directions).sum(1, keepdim=True).clamp(0, 1)) ** 4
    specular_light = specular_light + 0.06 * fresnel * ambient * sky_visibility[:, None]
    return samples.colour * light + samples.specular[:, None] * specular_light


def light_visibility(
    capsules: Capsules, hands: Tensor, points: Tensor, normals: Tensor, lights: Lights
) -> tuple[Tensor, Tensor]:
    """Return the visibility, 0..1, of the first lamp ``(t, p, 1)`` and of the surroundings ``(t, p)``.

    Args:
        capsules: of ``n`` hands, in the points' frame.
        hands: ``(t,)`` indices of the hands.
        points, normals: ``(t, p, 3)`` on the surface.
        lights: of the ``n`` images.
    """
    indices = torch.arange(capsules.shadow_casters, device=hands.device).expand(len(hands), -1)
    field = DistanceField.from_capsules(capsules, hands, indices, torch.ones_like(indices, dtype=torch.bool))
    lamps = lights.directions[hands, :SHADOWED_LAMPS].unbind(1)
    lit = [_lamp_visibility(field, points, lamp[:, None], lights.penumbra[hands]) for lamp in lamps]
    return torch.stack(lit, -1), _sky_visibility(field, points, normals)


def _lamp_visibility(field: DistanceField, points: Tensor, direction: Tensor, penumbra: Tensor) -> Tensor:
    """Return ``(t, p)`` visibility of a lamp in direction ``(t, 1, 3)``, by the capsules' distances from the rays."""
    on_ray = direction @ field.spans  # (t, 1, k)
    ray_offset = (points * direction).sum(-1, keepdim=True) - direction @ field.starts
    span_offset = points @ field.spans - field.start_span
    squared = points.square().sum(-1, keepdim=True) - 2 * points @ field.starts + field.start_start
    denominator = (field.span_span - on_ray.square()).clamp(min=1e-3)
    along = ((span_offset - on_ray * ray_offset) / denominator).clamp(0, 1)
    ahead = (along * on_ray - ray_offset).clamp(min=0)
    squared = squared + ahead.square() + along.square() * field.span_span
    squared = squared + 2 * (ahead * ray_offset - along * span_offset - ahead * along * on_ray)
    radius = (field.radii + along * field.radius_deltas).clamp(min=0)
    gap = squared.clamp(min=0).sqrt() - radius
    edge = 0.8 + penumbra[:, None, None] * ahead
    clear = (0.5 + gap / (2 * edge)).clamp(0, 1)
    # A capsule whose axis is closest at once is the one that the point lies on: the normal accounts for it.
    other = ((ahead - 0.6 * radius) / (0.6 * radius + 1e-3)).clamp(0, 1) * (radius > 0)
    return (1 - (1 - clear) * other).prod(-1)


def _sky_visibility(field: DistanceField, points: Tensor, normals: Tensor) -> Tensor:
    """Return ``(t, p)`` ambient visibility: each capsule occludes like a sphere at its closest point, by (r/d)²."""
    along, axis_distances = field.closest_on_axes(points)
    radius = (field.radii + along * field.radius_deltas).clamp(min=0)
    facing = normals @ field.starts + along * (normals @ field.spans) - (normals * points).sum(-1, keepdim=True)
    covered = (facing / axis_distances).clamp(min=0) * (radius / axis_distances).clamp(max=1).square()
    return (1 - 0.85 * covered).prod(-1)

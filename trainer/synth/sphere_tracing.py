"""Sphere tracing: intersect the rays of pixels with capsules, with their coverage of the pixels.

The image is divided into tiles of 4 x 4 px. Each tile lists the few capsules whose projections come near
it, and marches its rays through the distance field of those alone (J. Hart, "Sphere tracing", The Visual
Computer 12, 1996). Tiles whose rays have all ended are dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from .capsules import BLEND_MM, Capsules
from .distance_field import DistanceField
from .views import Views

TILE_PX = 4
REACH_IN_BLENDS = 4.0  # in blend radii; farther capsules hardly affect the surface
MAX_STEPS, STEPS_PER_DROP = 33, 3
NEAR_PLANE_MM, CLEARANCE_MM = 60.0, 6.0
HIT_PX, MIN_STEP_PX = 0.3, 0.7
COUNT_BUCKETS = (0, 4, 7, 11, 16, 24, 36, 1000)  # tiles with similar numbers of capsules are batched


@dataclass(frozen=True, eq=False)
class Hits:
    """Intersections of the rays of ``t`` tiles of ``p`` pixels with the surface.

    Attributes:
        field: the tiles' distance fields.
        hands: ``(t,)`` indices of the hands.
        pixels: ``(t, p)`` index of each ray's pixel in its flattened image, -1 outside.
        rays: ``(t, p, 3)`` unit directions.
        points: ``(t, p, 3)`` on the surface, or the closest ones to it, in the capsules' frame, mm.
        alpha: ``(t, p)`` coverage of the pixel, 0 for a miss.
    """

    field: DistanceField
    hands: Tensor
    pixels: Tensor
    rays: Tensor
    points: Tensor
    alpha: Tensor


class _RayState(NamedTuple):
    """Rays being marched, by tile: their distances in mm, and their minimum gaps to the surface in px."""

    origins: Tensor  # (t, 1, 3)
    rays: Tensor  # (t, p, 3)
    max_distances: Tensor  # (t, 1)
    pixel_mm: Tensor  # (t, 1) per mm of distance
    distances: Tensor  # (t, p)
    min_gaps_px: Tensor  # (t, p)
    closest_distances: Tensor  # (t, p)


def sphere_trace(capsules: Capsules, eyes: Tensor, views: Views) -> Iterator[Hits]:
    """Trace a ray through every pixel near the capsules.

    Args:
        capsules: of ``n`` hands, in frames with the cameras' axes and origins near the hands: float32 would
            lose tenths of a mm in the squares of the distances from the cameras.
        eyes: ``(n, 3)`` positions of the cameras in those frames, mm.
        views: the ``n`` cameras.

    Yields:
        Tiles with similar numbers of capsules.
    """
    overlaps = _tile_overlaps(capsules, eyes, views)
    hands, tiles = overlaps.any(2).nonzero(as_tuple=True)
    listed = overlaps[hands, tiles]
    counts = listed.sum(1)
    for lower, upper in pairwise(COUNT_BUCKETS):
        chosen = ((counts > lower) & (counts <= upper)).nonzero()[:, 0]
        if not len(chosen):
            continue
        present, indices = listed[chosen].to(torch.uint8).topk(int(counts[chosen].max()), dim=1)
        field = DistanceField.from_capsules(capsules, hands[chosen], indices, present.bool())
        pixels, rays = _rays(views, hands[chosen], tiles[chosen])
        yield _hits(
            field,
            hands[chosen],
            pixels,
            _initial_state(field, eyes[hands[chosen]], rays, views.focal_px[hands[chosen]]),
        )


def _hits(field: DistanceField, hands: Tensor, pixels: Tensor, initial: _RayState) -> Hits:
    """March the rays to their hits."""
    min_gaps_px, closest_distances = _march(field, initial)
    points = initial.origins + closest_distances[..., None] * initial.rays
    return Hits(field, hands, pixels, initial.rays, points, (1.3 - min_gaps_px).clamp(0, 1))


def _initial_state(field: DistanceField, eyes: Tensor, rays: Tensor, focal_px: Tensor) -> _RayState:
    """Start rays ``(t, p, 3)`` from ``(t, 3)`` eyes in front of the first capsule, to end behind the last."""
    _, axis_distances = field.closest_on_axes(eyes[:, None])
    radius = torch.maximum(field.radii, field.radii + field.radius_deltas)
    last = axis_distances + field.span_span.sqrt() + radius
    first = (axis_distances - radius - CLEARANCE_MM).amin(2).clamp(min=NEAR_PLANE_MM)
    last = torch.where(radius > 0, last, 0).amax(2)
    distances = first.expand(rays.shape[:2])
    return _RayState(
        eyes[:, None], rays, last, 1 / focal_px[:, None], distances, torch.full_like(distances, torch.inf), distances
    )


def _tile_overlaps(capsules: Capsules, eyes: Tensor, views: Views) -> Tensor:
    """Return ``(n, tiles, k)`` whether a capsule may be visible in a tile."""
    rows, columns = -(-views.height // TILE_PX), -(-views.width // TILE_PX)
    device = capsules.starts.device
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    middles = (torch.stack([x, y], -1).reshape(1, -1, 1, 2) + 0.5) * TILE_PX
    a, b = _clip_to_near_plane(capsules.starts - eyes[:, None], capsules.ends - eyes[:, None])
    depth = torch.minimum(a[..., 2], b[..., 2])
    reach = REACH_IN_BLENDS * torch.tensor(BLEND_MM, device=device)[capsules.groups]
    radius = capsules.radii.amax(2) + reach
    # In perspective, a capsule is slightly wider than its radius over its depth.
    radius_px = views.focal_px[:, None] * radius / (depth - radius).clamp(min=NEAR_PLANE_MM / 2)
    a_px, b_px = (views.project(point)[:, None] for point in (a, b))
    span = b_px - a_px
    along = ((middles - a_px) * span).sum(-1) / (span.square().sum(-1) + 1e-6)
    gap = torch.linalg.vector_norm(a_px + along.clamp(0, 1)[..., None] * span - middles, dim=-1)
    visible = (capsules.radii.amax(2) > 0) & (torch.maximum(a[..., 2], b[..., 2]) > NEAR_PLANE_MM)
    overlaps: Tensor = (gap < radius_px[:, None] + TILE_PX * 0.71 + 1) & visible[:, None]
    return overlaps


def _clip_to_near_plane(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Clip the segments to the near plane."""
    fraction = ((NEAR_PLANE_MM - a[..., 2:]) / (b[..., 2:] - a[..., 2:] + 1e-6)).clamp(0, 1)
    cut = a + fraction * (b - a)
    return torch.where(a[..., 2:] < NEAR_PLANE_MM, cut, a), torch.where(b[..., 2:] < NEAR_PLANE_MM, cut, b)


def _rays(views: Views, hands: Tensor, tiles: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``(t, p)`` indices of the pixels (-1 outside the image) and ``(t, p, 3)`` unit directions."""
    device = hands.device
    columns = -(-views.width // TILE_PX)
    inside = torch.arange(TILE_PX, device=device)
    y = ((tiles // columns * TILE_PX)[:, None, None] + inside[:, None]).expand(-1, TILE_PX, TILE_PX).flatten(1)
    x = ((tiles % columns * TILE_PX)[:, None, None] + inside).expand(-1, TILE_PX, TILE_PX).flatten(1)
    pixels = torch.where((x < views.width) & (y < views.height), y * views.width + x, -1)
    flat = torch.stack([x + 0.5, y + 0.5], -1) - views.principal_point_px(device)
    rays = torch.cat([flat / views.focal_px[hands][:, None, None], torch.ones_like(flat[..., :1])], -1)
    return pixels, torch.nn.functional.normalize(rays, dim=-1)


def _march(field: DistanceField, state: _RayState) -> tuple[Tensor, Tensor]:
    """Return ``(t, p)`` minimum gaps between ray and surface in px, and the distances along the rays there, mm."""
    min_gaps_px, closest_distances = torch.empty_like(state.distances), torch.empty_like(state.distances)
    remaining = torch.arange(len(state.rays), device=min_gaps_px.device)
    for _ in range(MAX_STEPS // STEPS_PER_DROP):
        for _ in range(STEPS_PER_DROP):
            state, active = _step(field, state)
        min_gaps_px[remaining], closest_distances[remaining] = state.min_gaps_px, state.closest_distances
        keep = active.any(1).nonzero()[:, 0]
        if not len(keep):
            break
        remaining, field, state = remaining[keep], field.select(keep), _RayState(*(values[keep] for values in state))
    return min_gaps_px, closest_distances


def _step(field: DistanceField, state: _RayState) -> tuple[_RayState, Tensor]:
    """Advance the rays by their distance to the surface; and return ``(t, p)`` which have not ended."""
    gap = field.distance(state.origins + state.distances[..., None] * state.rays)
    gap_px = gap / (state.distances * state.pixel_mm)
    better = gap_px < state.min_gaps_px
    min_step = MIN_STEP_PX * state.distances * state.pixel_mm  # or rays along a surface would never pass it
    active = (gap_px > HIT_PX) & (state.distances < state.max_distances)
    state = state._replace(
        distances=torch.where(active, state.distances + torch.maximum(gap, min_step), state.distances),
        min_gaps_px=torch.where(better, gap_px, state.min_gaps_px),
        closest_distances=torch.where(better, state.distances, state.closest_distances),
    )
    return state, active

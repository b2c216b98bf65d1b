"""Rays to surfaces: which pixels see a body, where, and how much of the pixel it fills.

The picture is cut into tiles of 4 x 4 px. Each tile lists the few parts whose outlines, as projected
tapered capsules, come near it, and marches its rays through those alone (sphere tracing: J. Hart,
"Sphere tracing", The Visual Computer 12, 1996). Tiles that are done are dropped on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from .body import BLENDS_MM, Body
from .field import Field
from .views import Views

TILE_PX = 4
REACH_IN_BLENDS = 4.0  # beyond which a part no longer bends the surface of another
MAX_STEPS, STEPS_PER_DROP = 33, 3
NEAR_MM, CLEARANCE_MM = 60.0, 6.0
HIT_PX, MIN_STEP_PX = 0.3, 0.7
LIST_SIZES = (0, 4, 7, 11, 16, 24, 36, 1000)  # tiles with lists of about the same length go together


@dataclass(frozen=True, eq=False)
class Hits:
    """What the rays of ``t`` tiles of ``p`` pixels met.

    Attributes:
        field: the tiles' parts.
        hands: ``(t,)`` which of the bodies.
        pixels: ``(t, p)`` place of each ray's pixel in its (height x width) picture, -1 beyond it.
        rays: ``(t, p, 3)`` unit directions.
        points: ``(t, p, 3)`` where they met the surface or came closest to it, in the bodies' frame.
        cover: ``(t, p)`` share of the pixel, 0 where it was missed.
    """

    field: Field
    hands: Tensor
    pixels: Tensor
    rays: Tensor
    points: Tensor
    cover: Tensor


class _March(NamedTuple):
    """Rays on their way, tile by tile: where they are, and the smallest gap to the surface so far, in px."""

    eye: Tensor  # (t, 1, 3)
    rays: Tensor  # (t, p, 3)
    end: Tensor  # (t, 1)
    pixel_mm: Tensor  # (t, 1) per mm of distance
    reached: Tensor  # (t, p)
    closest_px: Tensor  # (t, p)
    closest_at: Tensor  # (t, p)


def trace(body: Body, eyes: Tensor, views: Views) -> Iterator[Hits]:
    """Send a ray through every pixel near the bodies.

    Args:
        body: ``n`` bodies, in frames turned like the cameras' with their origins near the hands: float32 would
            lose tenths of a mm in the squares of the distances from the cameras.
        eyes: ``(n, 3)`` where the cameras are in those frames.
        views: the cameras.
    """
    near = _near_tiles(body, eyes, views)
    hands, tiles = near.any(2).nonzero(as_tuple=True)
    listed = near[hands, tiles]
    counts = listed.sum(1)
    for least, most in pairwise(LIST_SIZES):
        chosen = ((counts > least) & (counts <= most)).nonzero()[:, 0]
        if not len(chosen):
            continue
        present, parts = listed[chosen].to(torch.uint8).topk(int(counts[chosen].max()), dim=1)
        field = Field.of(body, hands[chosen], parts, present.bool())
        pixels, rays = _rays(views, hands[chosen], tiles[chosen])
        yield _hits(
            field, hands[chosen], pixels, _start(field, eyes[hands[chosen]], rays, views.focal_px[hands[chosen]])
        )


def _hits(field: Field, hands: Tensor, pixels: Tensor, start: _March) -> Hits:
    """March to the end."""
    closest_px, closest_at = _march(field, start)
    points = start.eye + closest_at[..., None] * start.rays
    return Hits(field, hands, pixels, start.rays, points, (1.3 - closest_px).clamp(0, 1))


def _start(field: Field, eyes: Tensor, rays: Tensor, focal_px: Tensor) -> _March:
    """``eyes``: ``(t, 3)``; ``rays``: ``(t, p, 3)``; ``focal_px``: ``(t,)``. Where a tile's parts begin and end."""
    _, away = field.nearest(eyes[:, None])
    radius = torch.maximum(field.radii, field.radii + field.growth)
    far = away + field.span_span.sqrt() + radius
    first = (away - radius - CLEARANCE_MM).amin(2).clamp(min=NEAR_MM)
    last = torch.where(radius > 0, far, 0).amax(2)
    reached = first.expand(rays.shape[:2])
    return _March(
        eyes[:, None], rays, last, 1 / focal_px[:, None], reached, torch.full_like(reached, torch.inf), reached
    )


def _near_tiles(body: Body, eyes: Tensor, views: Views) -> Tensor:
    """``(n, tiles, k)`` whether a part may show in a tile."""
    rows, columns = -(-views.height // TILE_PX), -(-views.width // TILE_PX)
    device = body.starts.device
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    middles = (torch.stack([x, y], -1).reshape(1, -1, 1, 2) + 0.5) * TILE_PX
    a, b = _in_front(body.starts - eyes[:, None], body.ends - eyes[:, None])
    depth = torch.minimum(a[..., 2], b[..., 2])
    reach = REACH_IN_BLENDS * torch.tensor(BLENDS_MM, device=device)[body.groups]
    radius = body.radii.amax(2) + reach
    # A capsule seen at an angle shows a little wider than its radius over its depth.
    radius_px = views.focal_px[:, None] * radius / (depth - radius).clamp(min=NEAR_MM / 2)
    a_px, b_px = (views.project(point)[:, None] for point in (a, b))
    span = b_px - a_px
    along = ((middles - a_px) * span).sum(-1) / (span.square().sum(-1) + 1e-6)
    gap = torch.linalg.vector_norm(a_px + along.clamp(0, 1)[..., None] * span - middles, dim=-1)
    shown = (body.radii.amax(2) > 0) & (torch.maximum(a[..., 2], b[..., 2]) > NEAR_MM)
    near: Tensor = (gap < radius_px[:, None] + TILE_PX * 0.71 + 1) & shown[:, None]
    return near


def _in_front(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The segments, cut off where they come too near the camera or pass behind it."""
    share = ((NEAR_MM - a[..., 2:]) / (b[..., 2:] - a[..., 2:] + 1e-6)).clamp(0, 1)
    cut = a + share * (b - a)
    return torch.where(a[..., 2:] < NEAR_MM, cut, a), torch.where(b[..., 2:] < NEAR_MM, cut, b)


def _rays(views: Views, hands: Tensor, tiles: Tensor) -> tuple[Tensor, Tensor]:
    """``(t, p)`` places of the pixels (-1 beyond the picture) and ``(t, p, 3)`` directions."""
    device = hands.device
    columns = -(-views.width // TILE_PX)
    inside = torch.arange(TILE_PX, device=device)
    y = ((tiles // columns * TILE_PX)[:, None, None] + inside[:, None]).expand(-1, TILE_PX, TILE_PX).flatten(1)
    x = ((tiles % columns * TILE_PX)[:, None, None] + inside).expand(-1, TILE_PX, TILE_PX).flatten(1)
    pixels = torch.where((x < views.width) & (y < views.height), y * views.width + x, -1)
    flat = torch.stack([x + 0.5, y + 0.5], -1) - views.middle_px(device)
    rays = torch.cat([flat / views.focal_px[hands][:, None, None], torch.ones_like(flat[..., :1])], -1)
    return pixels, torch.nn.functional.normalize(rays, dim=-1)


def _march(field: Field, march: _March) -> tuple[Tensor, Tensor]:
    """``(t, p)`` each: the smallest gap to the surface on a ray in px, and how far along the ray that is."""
    closest_px, closest_at = torch.empty_like(march.reached), torch.empty_like(march.reached)
    alive = torch.arange(len(march.rays), device=closest_px.device)
    for _ in range(MAX_STEPS // STEPS_PER_DROP):
        for _ in range(STEPS_PER_DROP):
            march, going = _step(field, march)
        closest_px[alive], closest_at[alive] = march.closest_px, march.closest_at
        keep = going.any(1).nonzero()[:, 0]
        if not len(keep):
            break
        alive, field, march = alive[keep], field.select(keep), _March(*(values[keep] for values in march))
    return closest_px, closest_at


def _step(field: Field, march: _March) -> tuple[_March, Tensor]:
    """As far ahead as nothing can be in the way; and ``(t, p)`` which rays are not there yet."""
    gap = field.distance(march.eye + march.reached[..., None] * march.rays)
    gap_px = gap / (march.reached * march.pixel_mm)
    better = gap_px < march.closest_px
    least = MIN_STEP_PX * march.reached * march.pixel_mm  # else rays along a surface would never pass it
    going = (gap_px > HIT_PX) & (march.reached < march.end)
    march = march._replace(
        reached=torch.where(going, march.reached + torch.maximum(gap, least), march.reached),
        closest_px=torch.where(better, gap_px, march.closest_px),
        closest_at=torch.where(better, march.reached, march.closest_at),
    )
    return march, going

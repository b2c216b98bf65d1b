"""Rays to surfaces: which pixels see a body, where, and how much of the pixel it fills.

The picture is cut into tiles of 8 x 8 px. Each tile lists the few parts whose outlines, as projected
tapered capsules, come near it, and marches its rays through those alone (sphere tracing: J. Hart,
"Sphere tracing", The Visual Computer 12, 1996). Tiles that are done are dropped on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.synth.body import BLENDS_MM, Body
from trainer.synth.field import Field
from trainer.synth.views import Views

TILE_PX = 8
REACH_IN_BLENDS = 4.0  # beyond which a part no longer bends the surface of another
MAX_STEPS, STEPS_PER_DROP = 40, 4
NEAR_MM = 60.0
LIST_SIZES = (6, 12, 20, 32, 1000)  # tiles with lists of about the same length go together


@dataclass(frozen=True, eq=False)
class Hits:
    """What the rays of ``t`` tiles met.

    Attributes:
        field: the tiles' parts.
        hands: ``(t,)`` which of the bodies.
        pixels: ``(t, p)`` place of each ray's pixel in its (height x width) picture.
        rays: ``(t, p, 3)`` unit directions.
        points: ``(t, p, 3)`` where they met the surface, or came closest.
        cover: ``(t, p)`` share of the pixel, 0 where it was missed.
    """

    field: Field
    hands: Tensor
    pixels: Tensor
    rays: Tensor
    points: Tensor
    cover: Tensor


def trace(body: Body, views: Views) -> Iterator[Hits]:
    """Send a ray through every pixel near the bodies, which are in the cameras' frames."""
    near = _near_tiles(body, views)
    hands, tiles = near.any(2).nonzero(as_tuple=True)
    listed = near[hands, tiles]
    counts = listed.sum(1)
    least = 0
    for most in LIST_SIZES:
        chosen = (counts > least) & (counts <= most)
        least = most
        if not chosen.any():
            continue
        size = int(counts[chosen].max())
        present, parts = listed[chosen].to(torch.uint8).topk(size, dim=1)
        yield _march(body, views, hands[chosen], tiles[chosen], parts, present.bool())


def _near_tiles(body: Body, views: Views) -> Tensor:
    """``(n, tiles, k)`` whether a part may show in a tile."""
    rows, columns = -(-views.height // TILE_PX), -(-views.width // TILE_PX)
    device = body.starts.device
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    middles = (torch.stack([x, y], -1).reshape(1, -1, 1, 2) + 0.5) * TILE_PX
    a, b = _in_front(body.starts, body.ends)
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
    return (gap < radius_px[:, None] + TILE_PX * 0.71 + 1) & shown[:, None]


def _in_front(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The segments, cut off where they come too near the camera or pass behind it."""
    share = ((NEAR_MM - a[..., 2:]) / (b[..., 2:] - a[..., 2:] + 1e-6)).clamp(0, 1)
    cut = a + share * (b - a)
    return torch.where(a[..., 2:] < NEAR_MM, cut, a), torch.where(b[..., 2:] < NEAR_MM, cut, b)


def _march(body: Body, views: Views, hands: Tensor, tiles: Tensor, parts: Tensor, present: Tensor) -> Hits:
    pixels, rays = _rays(views, hands, tiles)
    # Points are measured from the hand's middle: float32 would lose hundredths of a mm in squares of the distance.
    middle = body.starts[:, : body.casts].mean(1)
    centred = Body(
        body.starts - middle[:, None], body.ends - middle[:, None], body.radii, body.groups, body.bones, body.casts
    )
    field = Field.of(centred, hands, parts, present)
    eye = -middle[hands][:, None]
    pixel_mm = 1 / views.focal_px[hands][:, None]  # per mm of distance
    first, last = _range(body, hands, parts, present)
    reached, closest = _step(field, eye, rays, first, last, pixel_mm)
    cover = (1.2 - closest).clamp(0, 1)
    return Hits(field, hands, pixels, rays, eye + reached[..., None] * rays, cover)


def _rays(views: Views, hands: Tensor, tiles: Tensor) -> tuple[Tensor, Tensor]:
    """``(t, 64)`` places of the pixels (-1 beyond the picture) and ``(t, 64, 3)`` directions."""
    device = hands.device
    columns = -(-views.width // TILE_PX)
    inside = torch.arange(TILE_PX, device=device)
    y = ((tiles // columns * TILE_PX)[:, None, None] + inside[:, None]).expand(-1, TILE_PX, TILE_PX).flatten(1)
    x = ((tiles % columns * TILE_PX)[:, None, None] + inside).expand(-1, TILE_PX, TILE_PX).flatten(1)
    pixels = torch.where((x < views.width) & (y < views.height), y * views.width + x, -1)
    flat = torch.stack([x + 0.5, y + 0.5], -1) - views.middle_px(device)
    rays = torch.cat([flat / views.focal_px[hands][:, None, None], torch.ones_like(flat[..., :1])], -1)
    return pixels, torch.nn.functional.normalize(rays, dim=-1)


def _range(body: Body, hands: Tensor, parts: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    """``(t, 1)`` how far from the eye a tile's parts begin and end."""
    span = body.ends - body.starts
    along = (-(body.starts * span).sum(-1) / (span.square().sum(-1) + 1e-6)).clamp(0, 1)
    nearest = torch.linalg.vector_norm(body.starts + along[..., None] * span, dim=-1)
    farthest = torch.maximum(torch.linalg.vector_norm(body.starts, dim=-1), torch.linalg.vector_norm(body.ends, dim=-1))
    radius = body.radii.amax(2)
    rows = hands[:, None]
    first = torch.where(present, (nearest - radius - 6)[rows, parts], torch.inf).amin(1, keepdim=True)
    last = torch.where(present, (farthest + radius)[rows, parts], 0).amax(1, keepdim=True)
    return first.clamp(min=NEAR_MM), last


def _step(
    field: Field, eye: Tensor, rays: Tensor, first: Tensor, last: Tensor, pixel_mm: Tensor
) -> tuple[Tensor, Tensor]:
    """``(t, 64)`` distance along each ray of the spot nearest to the surface, and that gap in px."""
    reached = first.expand(rays.shape[:2]).clone()
    closest, best = torch.full_like(reached, torch.inf), reached.clone()
    alive = torch.arange(len(rays), device=rays.device)
    now = (field, eye, rays, reached, closest, best, last, pixel_mm)
    for step in range(MAX_STEPS):
        field_now, eye_now, rays_now, at, least, where, end, pixel = now
        gap = field_now.distance(eye_now + at[..., None] * rays_now)
        gap_px = gap / (at * pixel)
        better = gap_px < least
        where = torch.where(better, at, where)
        least = torch.where(better, gap_px, least)
        going = (gap_px > 0.15) & (at < end)
        at = torch.where(going, at + gap, at)
        now = (field_now, eye_now, rays_now, at, least, where, end, pixel)
        if step % STEPS_PER_DROP == STEPS_PER_DROP - 1 or step == MAX_STEPS - 1:
            closest[alive], best[alive] = least, where
            keep = going.any(1).nonzero()[:, 0]
            if not len(keep):
                break
            alive = alive[keep]
            now = (field_now.select(keep), *(values[keep] for values in now[1:]))  # type: ignore[assignment]
    return best, closest

"""Bodies to layers of a picture: colour and cover of every pixel, and how far away it is."""

from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.synth.body import Body
from trainer.synth.kinematics import Skeleton
from trainer.synth.light import Lights, shade, shadows
from trainer.synth.people import People
from trainer.synth.skin import Looks, paint
from trainer.synth.trace import Hits, trace
from trainer.synth.views import Views


@dataclass(frozen=True, eq=False)
class Layer:
    """``n`` pictures of hands alone.

    Attributes:
        colour: ``(n, h, w, 3)`` linear RGB, already multiplied by the cover.
        cover: ``(n, h, w)`` 0..1.
        skin: ``(n, h, w)`` bool, whether skin is what is seen (not cloth or things).
        depth: ``(n, h, w)`` mm along the camera's axis, infinite where there is nothing.
    """

    colour: Tensor
    cover: Tensor
    skin: Tensor
    depth: Tensor


@dataclass(frozen=True, eq=False)
class Hands:
    """``n`` posed hands with all that shows: what a frame of a clip is made of."""

    people: People
    skeleton: Skeleton
    body: Body
    looks: Looks


def render(hands: Hands, views: Views, lights: Lights) -> Layer:
    """See the hands (bodies in the hand's frame) through the cameras."""
    n, pixels = len(views.turn), views.height * views.width
    device = views.turn.device
    body = hands.body.moved(views.turn, views.shift)
    colour, cover = torch.zeros(n * pixels, 3, device=device), torch.zeros(n * pixels, device=device)
    skin, depth = torch.zeros(n * pixels, dtype=torch.bool, device=device), torch.full_like(cover, torch.inf)
    middle = body.starts[:, : body.casts].mean(1)
    centred = body.moved(torch.eye(3, device=device).expand(n, 3, 3), -middle)
    for hits in trace(body, views):
        shown = (hits.cover > 0) & (hits.pixels >= 0)
        rgb, groups = _colours(hands, centred, middle, views, lights, hits, shown)
        where = (hits.hands[:, None] * pixels + hits.pixels)[shown]
        cover[where] = hits.cover[shown]
        colour[where] = rgb * hits.cover[shown][:, None]
        skin[where] = groups < 6
        depth[where] = (hits.points + middle[hits.hands][:, None])[shown][:, 2]
    shape = (n, views.height, views.width)
    return Layer(colour.view(*shape, 3), cover.view(shape), skin.view(shape), depth.view(shape))


def _colours(
    hands: Hands, body: Body, middle: Tensor, views: Views, lights: Lights, hits: Hits, shown: Tensor
) -> tuple[Tensor, Tensor]:
    """``(m, 3)`` linear RGB and ``(m,)`` groups of the spots shown; the body is centred as the hits are."""
    normals, weights = hits.field.surface(hits.points)
    part = hits.field.parts.gather(1, weights.argmax(-1))[shown]
    lit, open_ = shadows(body, hits.hands, hits.points, normals, lights)
    which = hits.hands[:, None].expand(shown.shape)[shown]
    # Rows times a rotation turn vectors back from the camera's frame to the hand's.
    turn, normal = views.turn[which], normals[shown]
    at = (hits.points[shown] + (middle - views.shift)[which])[:, None] @ turn
    bones, groups = hands.body.bones[part], hands.body.groups[part]
    surface = paint(
        hands.people, hands.skeleton, hands.looks, which, at[:, 0], (normal[:, None] @ turn)[:, 0], bones, groups
    )
    surface = surface.turned(turn)
    return shade(surface, -hits.rays[shown], lights, which, lit[shown], open_[shown]), groups

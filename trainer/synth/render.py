"""Bodies to layers of a picture: colour and cover of every pixel, and how far away it is."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .body import CLOTH, Body, build_body
from .kinematics import Skeleton, pose_hands
from .light import Lights, shade, shadows
from .people import People
from .skin import Looks, paint
from .trace import Hits, trace
from .views import Views

SMOOTH_MM = 5.0


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

    def mirrored(self) -> "Layer":
        """Left hands for right ones, and the light from the other side."""
        return Layer(*(values.flip(2) for values in (self.colour, self.cover, self.skin, self.depth)))


@dataclass(frozen=True, eq=False)
class Hands:
    """``n`` posed hands with all that shows: what a frame of a clip is made of.

    Attributes:
        people: whose hands.
        skeleton: their joints and bones, in the hand's frame.
        body: their flesh, sleeves and what they hold, in the hand's frame.
        looks: their colours.
    """

    people: People
    skeleton: Skeleton
    body: Body
    looks: Looks

    @classmethod
    def posed(cls, people: People, angles: Tensor, looks: Looks, sleeve_from_mm: Tensor) -> "Hands":
        """Hands with ``(n, 23)`` angles (see kinematics), and sleeves that begin ``(n,)`` mm below the wrist."""
        skeleton = pose_hands(people, angles)
        return cls(people, skeleton, build_body(people, skeleton, sleeve_from_mm), looks)


class _Stage(NamedTuple):
    """All that a picture's colours depend on; the body in the camera's turn, measured from the hand's middle."""

    hands: Hands
    views: Views
    lights: Lights
    body: Body
    middle: Tensor  # (n, 3) in the hand's frame
    eyes: Tensor  # (n, 3)


def render(hands: Hands, views: Views, lights: Lights) -> Layer:
    """See the hands through the cameras."""
    middle = hands.people.roots.mean(1)
    body = hands.body.moved(views.turn, -(views.turn @ middle[..., None])[..., 0])
    stage = _Stage(hands, views, lights, body, middle, -views.to_camera(middle[:, None])[:, 0])
    n, pixels = len(middle), views.height * views.width
    colour, cover = middle.new_zeros(n * pixels, 3), middle.new_zeros(n * pixels)
    skin, depth = cover.bool(), torch.full_like(cover, torch.inf)
    for hits in trace(body, stage.eyes, views):
        shown = (hits.cover > 0) & (hits.pixels >= 0)
        where = (hits.hands[:, None] * pixels + hits.pixels)[shown]
        light, groups = _colours(stage, hits, shown)
        cover[where] = hits.cover[shown]
        colour[where] = light * hits.cover[shown][:, None]
        skin[where] = groups < CLOTH
        depth[where] = (hits.points - stage.eyes[hits.hands][:, None])[shown][:, 2]
    shape = (n, views.height, views.width)
    return Layer(colour.view(*shape, 3), cover.view(shape), skin.view(shape), depth.view(shape))


def _colours(stage: _Stage, hits: Hits, shown: Tensor) -> tuple[Tensor, Tensor]:
    """``(m, 3)`` linear RGB and ``(m,)`` groups of the ``m`` spots shown, of ``(t, p)``."""
    hands = stage.hands
    normals, depth = hits.field.surface(hits.points)
    part = hits.field.parts.gather(1, depth.argmax(-1))[shown]
    lit, open_ = shadows(stage.body, hits.hands, hits.points, normals, stage.lights)
    which = hits.hands[:, None].expand(shown.shape)[shown]
    # A row times a rotation is turned back: from the camera's frame to the hand's.
    turn = stage.views.turn[which]
    at = (hits.points[shown][:, None] @ turn)[:, 0] + stage.middle[which]
    surface = paint(
        hands.people,
        hands.skeleton,
        hands.looks,
        hands=which,
        points=at,
        normals=(normals[shown][:, None] @ turn)[:, 0],
        palmar=_palmar(stage, hits, normals, depth)[shown],
        bones=hands.body.bones[part],
        groups=hands.body.groups[part],
    ).turned(turn)
    seen_from = -hits.rays[shown]
    light = shade(surface, seen_from, stage.lights, hands=which, lit=lit[shown], open_=open_[shown])
    return light, hands.body.groups[part]


def _palmar(stage: _Stage, hits: Hits, normals: Tensor, depth: Tensor) -> Tensor:
    """``(t, p)`` 1 on the palm side, -1 on the back: by the bones around, so that it changes smoothly at joints."""
    hands = stage.hands
    out_of_palm = hands.skeleton.turns[hits.hands[:, None], hands.body.bones[hits.field.parts]][..., 2]
    mean = torch.softmax(depth / SMOOTH_MM, dim=-1) @ (out_of_palm @ stage.views.turn[hits.hands].mT)
    return (normals * functional.normalize(mean, dim=-1)).sum(-1)

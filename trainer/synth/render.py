"""Render hands to layers: colour, alpha and depth of every pixel."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .appearance import Appearance, shade_albedo
from .capsules import SLEEVE_GROUP, Capsules, build_capsules
from .kinematics import Skeleton, forward_kinematics
from .light import Lights, light_visibility, shade
from .people import People
from .sphere_tracing import Hits, sphere_trace
from .views import Views

SMOOTHING_MM = 5.0


@dataclass(frozen=True, eq=False)
class Layer:
    """``n`` images of hands alone, to be composited over a background.

    Attributes:
        colour: ``(n, h, w, 3)`` linear RGB, premultiplied by alpha.
        alpha: ``(n, h, w)`` 0..1.
        skin: ``(n, h, w)`` bool, whether the surface is skin (not a sleeve or an object).
        depth: ``(n, h, w)`` mm along the optical axis, infinite without a surface.
    """

    colour: Tensor
    alpha: Tensor
    skin: Tensor
    depth: Tensor

    def mirrored(self) -> "Layer":
        """Flip left to right: left hands instead of right ones, with the lights mirrored too."""
        return Layer(*(values.flip(2) for values in (self.colour, self.alpha, self.skin, self.depth)))


@dataclass(frozen=True, eq=False)
class Hands:
    """``n`` posed hands, ready to render.

    Attributes:
        people: their shapes.
        skeleton: joints and bones, in the hand's frame.
        capsules: hands, sleeves and held objects, in the hand's frame.
        appearance: their colours.
    """

    people: People
    skeleton: Skeleton
    capsules: Capsules
    appearance: Appearance

    @classmethod
    def from_angles(cls, people: People, angles: Tensor, appearance: Appearance, sleeve_from_mm: Tensor) -> "Hands":
        """Pose hands by ``(n, 23)`` joint angles in radians; sleeves begin ``(n,)`` mm below the wrist."""
        skeleton = forward_kinematics(people, angles)
        return cls(people, skeleton, build_capsules(people, skeleton, sleeve_from_mm), appearance)


class _RenderInputs(NamedTuple):
    """The scene to shade; the capsules in a frame with the camera's axes and its origin in the hand's centre."""

    hands: Hands
    views: Views
    lights: Lights
    capsules: Capsules
    centre: Tensor  # (n, 3) in the hand's frame
    eyes: Tensor  # (n, 3)


def render(hands: Hands, views: Views, lights: Lights) -> Layer:
    """Render ``n`` hands, each by its own camera and under its own lights."""
    centre = hands.people.base_joints.mean(1)
    capsules = hands.capsules.transformed(views.rotation, -(views.rotation @ centre[..., None])[..., 0])
    inputs = _RenderInputs(hands, views, lights, capsules, centre, -views.to_camera(centre[:, None])[:, 0])
    n, pixels = len(centre), views.height * views.width
    colour, alpha = centre.new_zeros(n * pixels, 3), centre.new_zeros(n * pixels)
    skin, depth = alpha.bool(), torch.full_like(alpha, torch.inf)
    for hits in sphere_trace(capsules, inputs.eyes, views):
        covered = (hits.alpha > 0) & (hits.pixels >= 0)
        where = (hits.hands[:, None] * pixels + hits.pixels)[covered]
        light, groups = _shade_hits(inputs, hits, covered)
        alpha[where] = hits.alpha[covered]
        colour[where] = light * hits.alpha[covered][:, None]
        skin[where] = groups < SLEEVE_GROUP
        depth[where] = (hits.points - inputs.eyes[hits.hands][:, None])[covered][:, 2]
    shape = (n, views.height, views.width)
    return Layer(colour.view(*shape, 3), alpha.view(shape), skin.view(shape), depth.view(shape))


def _shade_hits(inputs: _RenderInputs, hits: Hits, covered: Tensor) -> tuple[Tensor, Tensor]:
    """Shade the ``m`` covered hits of ``(t, p)``: ``(m, 3)`` linear RGB, and ``(m,)`` their groups."""
    hands = inputs.hands
    normals, depth = hits.field.normals_and_depths(hits.points)
    capsule = hits.field.indices.gather(1, depth.argmax(-1))[covered]
    lamp_visibility, sky_visibility = light_visibility(inputs.capsules, hits.hands, hits.points, normals, inputs.lights)
    rows = hits.hands[:, None].expand(covered.shape)[covered]
    # A row vector times a rotation is rotated back: from the camera's frame to the hand's.
    rotation = inputs.views.rotation[rows]
    points = (hits.points[covered][:, None] @ rotation)[:, 0] + inputs.centre[rows]
    samples = shade_albedo(
        hands.people,
        hands.skeleton,
        hands.appearance,
        hands=rows,
        points=points,
        normals=(normals[covered][:, None] @ rotation)[:, 0],
        palmar=_palmar(inputs, hits, normals, depth)[covered],
        bones=hands.capsules.bones[capsule],
        groups=hands.capsules.groups[capsule],
    ).rotated(rotation)
    view_directions = -hits.rays[covered]
    light = shade(
        samples,
        view_directions,
        inputs.lights,
        hands=rows,
        lamp_visibility=lamp_visibility[covered],
        sky_visibility=sky_visibility[covered],
    )
    return light, hands.capsules.groups[capsule]


def _palmar(inputs: _RenderInputs, hits: Hits, normals: Tensor, depth: Tensor) -> Tensor:
    """Return ``(t, p)`` 1 on the palmar side, -1 on the back, averaged over bones to be smooth at joints."""
    hands = inputs.hands
    out_of_palm = hands.skeleton.rotations[hits.hands[:, None], hands.capsules.bones[hits.field.indices]][..., 2]
    mean = torch.softmax(depth / SMOOTHING_MM, dim=-1) @ (out_of_palm @ inputs.views.rotation[hits.hands].mT)
    return (normals * functional.normalize(mean, dim=-1)).sum(-1)

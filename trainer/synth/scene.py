"""Pictures of hands with their exact labels: everything that is drawn by chance, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.types.skeleton import JOINT_COUNT

from ..rng import CounterRng
from .backdrop import cut_pictures, make_rooms
from .body import THING, THING_BONE, Body
from .kinematics import Skeleton
from .light import Lights, sample_lights
from .people import sample_people
from .photo import compress, defocus, expose, smear
from .poses import sample_poses
from .render import Hands, Layer, render
from .skin import sample_looks
from .views import Views, place, sample_turns

# Skin over a joint: a joint is in view where the first surface is not farther before it than this, mm.
SKIN_DEPTH_MM = 17.0
SHARE_THING, SHARE_SECOND_HAND, SHARE_BACKGROUND_PICTURE, SHARE_SHADOW = 0.2, 0.15, 0.7, 0.4
SHADOW_BLUR_PX = 9
MAX_HIDDEN = 0.35  # of the joints, by another person's hand


@dataclass(frozen=True, eq=False)
class RenderConfig:
    """What is fixed rather than drawn.

    Attributes:
        height, width: of the pictures, px.
        hand_share: least and greatest longer side of the joint box, in shares of the picture's shorter side.
        gesture: from ``poses.GESTURES``; None for all poses.
        side: side of the hand in view, from ``views.SPINS_DEG``; None for all views.
        backgrounds: pictures to put hands before, besides made ones.
        melanin: of the skin, 0..1; None for people of all colours.
        clear: nothing in the way: no things, no second hand.
    """

    height: int
    width: int
    hand_share: tuple[float, float] = (0.3, 0.55)
    gesture: str | None = None
    side: str | None = None
    backgrounds: Sequence[Path] = ()
    melanin: float | None = None
    clear: bool = False


@dataclass(frozen=True, eq=False)
class Pictures:
    """``n`` labelled pictures of right hands.

    Attributes:
        pixels: ``(n, h, w, 3)`` uint8 RGB.
        joints_px: ``(n, 21, 2)`` picture px, pixel centres at +0.5.
        joints_mm: ``(n, 21, 3)`` in the camera's frame (x right, y down, z forward).
        cameras: ``(n, 3, 3)`` ``K``: ``joints_px`` is ``K joints_mm`` over its last coordinate.
        visible: ``(n, 21)`` bool: in the picture, and nothing but its own skin before it.
        mask: ``(n, h, w)`` bool, the skin of this hand and its arm.
    """

    pixels: Tensor
    joints_px: Tensor
    joints_mm: Tensor
    cameras: Tensor
    visible: Tensor
    mask: Tensor


def make_pictures(
    seed: int, numbers: Sequence[int], wishes: RenderConfig, device: torch.device | str = "cpu"
) -> Pictures:
    """Pictures ``numbers`` of a seed's endless row; each depends on the seed, its number and the wishes alone."""
    with torch.no_grad():
        dice = CounterRng(seed, numbers, device)
        hands, views = sample_hands(dice, wishes)
        backdrop = _backdrop(dice, wishes)
        lights = sample_lights(dice).suiting(backdrop.mean((1, 2)))
        layer = render(hands, views, lights)
        backdrop = shadow_on(dice, backdrop, layer.cover, lights)
        joints = views.to_camera(hands.skeleton.joints)
        joints_px = views.project(joints)
        visible = _visible(layer, joints, joints_px)
        other = _second_hand(dice, seed, numbers, wishes)
        hidden = _at_joints(other.cover, joints_px) > 0.5
        in_front = dice.happens(0.5) & (hidden.float().mean(1) < MAX_HIDDEN)
        behind = _over(other, backdrop)
        pixels = _photograph(dice, layer, behind, other, in_front)
        covered = in_front[:, None, None] & (other.cover > 0.5)
        return Pictures(
            pixels=pixels,
            joints_px=joints_px,
            joints_mm=joints,
            cameras=views.matrices(),
            visible=visible & ~(hidden & in_front[:, None]),
            mask=layer.skin & (layer.cover > 0.5) & ~covered,
        )


def make_scenes(seed: int, numbers: Sequence[int], wishes: RenderConfig) -> Tensor:
    """``(n, h, w, 3)`` uint8 RGB: pictures with no hand in them."""
    dice = CounterRng(seed, numbers)
    return _developed(dice, _backdrop(dice, wishes).permute(0, 3, 1, 2))


def sample_hands(dice: CounterRng, wishes: RenderConfig) -> tuple[Hands, Views]:
    """Hands, and cameras that see them."""
    people = sample_people(dice)
    angles, _ = sample_poses(dice, people, gesture=wishes.gesture)
    looks = sample_looks(dice)
    if wishes.melanin is not None:
        looks = replace(looks, melanin=torch.full_like(looks.melanin, wishes.melanin))
    hands = Hands.posed(people, angles, looks, dice.uniform(20, 320))
    turn = sample_turns(dice, wishes.side)
    larger, smaller = max(wishes.height, wishes.width), min(wishes.height, wishes.width)
    focal = larger * dice.uniform(0.9, 2.2)
    side = smaller * dice.uniform(*wishes.hand_share)
    room = torch.tensor([wishes.width, wishes.height], device=dice.device) - 1.1 * side[:, None]
    centre = dice.uniform(-0.5, 0.5, 2) * room.clamp(min=0)
    views = Views(turn, place(hands.skeleton.joints, turn, focal, centre, side), focal, wishes.height, wishes.width)
    things = dice.happens(0 if wishes.clear else SHARE_THING)
    return replace(hands, body=_with_thing(dice, hands.body, hands.skeleton, views, things)), views


def shadow_on(dice: CounterRng, backdrop: Tensor, cover: Tensor, lights: Lights) -> Tensor:
    """``(n, h, w, 3)``: what is behind, darker where a hand ``(n, h, w)`` near it keeps the first lamp off."""
    height, width = cover.shape[1:]
    strength = dice.uniform(0.15, 0.7) * dice.happens(SHARE_SHADOW)
    shift = lights.towards[:, 0, :2] * dice.uniform(0.1, 0.5, 1)  # in halves of the picture
    turn = torch.eye(2, device=cover.device).expand(len(cover), 2, 2)
    grid = functional.affine_grid(torch.cat([turn, shift[..., None]], 2), [len(cover), 1, height, width], False)
    soft = functional.avg_pool2d(cover[:, None], SHADOW_BLUR_PX, 1, SHADOW_BLUR_PX // 2, count_include_pad=False)
    shadow = functional.grid_sample(soft, grid, align_corners=False)[:, 0] * strength[:, None, None]
    return backdrop * (1 - shadow[..., None])


def _with_thing(dice: CounterRng, body: Body, skeleton: Skeleton, views: Views, present: Tensor) -> Body:
    """A stick, a bottle, a ball or a slab like a phone: in the grip of the fingers, or between hand and camera."""
    knuckle, tip = skeleton.joints[:, 9], skeleton.joints[:, 12]
    grip = (knuckle + tip) / 2 + torch.tensor([0.0, 0.0, 18.0], device=dice.device)
    joint = skeleton.joints[torch.arange(len(dice), device=dice.device), dice.pick([1.0] * JOINT_COUNT)]
    camera = -(views.shift[:, None] @ views.turn)[:, 0]
    before = joint + functional.normalize(camera - joint, dim=1) * dice.uniform(30, 70, 1)
    middle = torch.where(dice.happens(0.5)[:, None], grip, before)
    along = functional.normalize(dice.normal(1, 3), dim=1) * dice.uniform(1, 110, 1)
    radius = torch.where(present[:, None], dice.uniform(3, 24, 1) * dice.uniform(0.8, 1.2, 2), -1e3)
    # Rods side by side make a slab; all in one place, a single rod.
    across = functional.normalize(torch.linalg.cross(along, dice.normal(1, 3)), dim=1)
    step = 0.7 * across * radius.mean(1, keepdim=True).clamp(min=0) * dice.happens(0.4)[:, None]
    rods = (middle[:, None] + step[:, None] * torch.tensor([[-1.0], [0.0], [1.0]], device=dice.device)).unbind(1)
    return Body(
        torch.cat([*((rod - along)[:, None] for rod in rods), body.starts], 1),
        torch.cat([*((rod + along)[:, None] for rod in rods), body.ends], 1),
        torch.cat([*(radius[:, None] for _ in rods), body.radii], 1),
        torch.cat([body.groups.new_tensor([THING] * len(rods)), body.groups]),
        torch.cat([body.bones.new_tensor([THING_BONE] * len(rods)), body.bones]),
        body.casts + len(rods),
    )


def _backdrop(dice: CounterRng, wishes: RenderConfig) -> Tensor:
    rooms = make_rooms(dice, wishes.height, wishes.width)
    if not wishes.backgrounds:
        return rooms
    photos = cut_pictures(dice, wishes.backgrounds, wishes.height, wishes.width)
    return torch.where(dice.happens(SHARE_BACKGROUND_PICTURE)[:, None, None, None], photos, rooms)


def _second_hand(dice: CounterRng, seed: int, numbers: Sequence[int], wishes: RenderConfig) -> Layer:
    """Some pictures have another person's hand in them, left or right."""
    chosen = dice.happens(0 if wishes.clear else SHARE_SECOND_HAND).nonzero()[:, 0]
    shape = (len(dice), wishes.height, wishes.width)
    colour, cover = torch.zeros(*shape, 3, device=dice.device), torch.zeros(shape, device=dice.device)
    if len(chosen):
        others = CounterRng(seed + 1, [numbers[place] for place in chosen.tolist()], dice.device)
        free = RenderConfig(wishes.height, wishes.width, hand_share=(0.25, 0.5), clear=True)
        layer = render(*sample_hands(others, free), sample_lights(others))
        mirrored, left = layer.mirrored(), others.happens(0.5)[:, None, None]
        colour[chosen] = torch.where(left[..., None], mirrored.colour, layer.colour)
        cover[chosen] = torch.where(left, mirrored.cover, layer.cover)
    return Layer(colour, cover, cover > 0.5, torch.full_like(cover, torch.inf))


def _over(layer: Layer, behind: Tensor) -> Tensor:
    """A layer before a picture ``(n, h, w, 3)``."""
    return layer.colour + (1 - layer.cover[..., None]) * behind


def _photograph(dice: CounterRng, layer: Layer, behind: Tensor, other: Layer, in_front: Tensor) -> Tensor:
    """``(n, h, w, 3)`` uint8; where ``in_front``, the other hand is before this one too."""
    hand = torch.cat([layer.colour, layer.cover[..., None]], dim=3).permute(0, 3, 1, 2)
    hand = smear(hand, dice).permute(0, 2, 3, 1)
    light = hand[..., :3] + (1 - hand[..., 3:]) * behind
    light = torch.where(in_front[:, None, None, None], _over(other, light), light).permute(0, 3, 1, 2)
    return _developed(dice, light)


def _developed(dice: CounterRng, light: Tensor) -> Tensor:
    """``(n, 3, h, w)`` light before the lens to ``(n, h, w, 3)`` uint8."""
    picture = compress(expose(defocus(light, dice), dice), dice)
    return (picture * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def _at_joints(image: Tensor, joints_px: Tensor) -> Tensor:
    """``(n, 21)`` values of ``(n, h, w)`` under the joints, 0 beyond the picture."""
    height, width = image.shape[1:]
    x, y = joints_px.floor().long().unbind(-1)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    pictures = torch.arange(len(image), device=image.device)[:, None]
    return torch.where(inside, image[pictures, y.clamp(0, height - 1), x.clamp(0, width - 1)], 0)


def _visible(layer: Layer, joints: Tensor, joints_px: Tensor) -> Tensor:
    """``(n, 21)``: what the camera meets on the way to a joint is the joint's own skin."""
    near = _at_joints(layer.depth, joints_px) > joints[..., 2] - SKIN_DEPTH_MM
    return near & (_at_joints(layer.skin.float(), joints_px) > 0)

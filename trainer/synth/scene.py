"""Random images of hands with exact labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.types.skeleton import JOINT_COUNT

from ..rng import CounterRng
from .appearance import sample_appearance
from .background import sample_crops, sample_rooms
from .capsules import OBJECT_BONE, OBJECT_GROUP, Capsules
from .kinematics import Skeleton
from .light import Lights, sample_lights
from .people import sample_people
from .photo import defocus, expose, jpeg_compress, motion_blur
from .poses import sample_poses
from .render import Hands, Layer, render
from .views import Views, box_translation, sample_rotations

# Depth of a joint below the skin: it is visible where the surface is no nearer to the camera by more than this.
SKIN_DEPTH_MM = 17.0
OBJECT_PROBABILITY, SECOND_HAND_PROBABILITY, SHADOW_PROBABILITY = 0.2, 0.15, 0.4
BACKGROUND_IMAGE_PROBABILITY = 0.7
SHADOW_BLUR_PX = 9
MAX_OCCLUDED = 0.35  # fraction of the joints, by another person's hand


@dataclass(frozen=True, eq=False)
class RenderConfig:
    """Constraints on the images to render; everything else is random.

    Attributes:
        height, width: of the images, px.
        hand_size: minimum and maximum longer side of the joints' box, in fractions of the image's shorter side.
        gesture: the only gesture, from ``poses.GESTURES``; None for all poses.
        side: the only side of the hand in view, from ``views.YAW_DEG``; None for all views.
        backgrounds: image files for the background, besides procedural rooms.
        melanin: of the skin, 0..1; None for random skin.
        unoccluded: neither objects nor second hands.
    """

    height: int
    width: int
    hand_size: tuple[float, float] = (0.3, 0.55)
    gesture: str | None = None
    side: str | None = None
    backgrounds: Sequence[Path] = ()
    melanin: float | None = None
    unoccluded: bool = False


@dataclass(frozen=True, eq=False)
class RenderedImages:
    """``n`` labelled images of right hands.

    Attributes:
        pixels: ``(n, h, w, 3)`` uint8 RGB.
        joints_px: ``(n, 21, 2)`` image px, pixel centres at +0.5.
        joints_mm: ``(n, 21, 3)`` in the camera's frame (x right, y down, z forward).
        intrinsics: ``(n, 3, 3)`` ``K``: ``joints_px`` is ``K joints_mm`` divided by its last coordinate.
        visible: ``(n, 21)`` bool, in the image and occluded by nothing but the joint's own skin.
        mask: ``(n, h, w)`` bool, the skin of this hand and its arm.
    """

    pixels: Tensor
    joints_px: Tensor
    joints_mm: Tensor
    intrinsics: Tensor
    visible: Tensor
    mask: Tensor


def render_images(
    seed: int, indices: Sequence[int], config: RenderConfig, device: torch.device | str = "cpu"
) -> RenderedImages:
    """Render images of a seed's infinite sequence; each depends only on the seed, its index and the config.

    Args:
        seed: of the sequence.
        indices: of the ``n`` images in it.
        config: constraints on the images.
        device: as PyTorch names it.
    """
    with torch.no_grad():
        rng = CounterRng(seed, indices, device)
        hands, views = sample_hands(rng, config)
        background = _background(rng, config)
        lights = sample_lights(rng).matched_to(background.mean((1, 2)))
        layer = render(hands, views, lights)
        background = cast_shadow(rng, background, layer.alpha, lights)
        joints = views.to_camera(hands.skeleton.joints)
        joints_px = views.project(joints)
        visible = _visible(layer, joints, joints_px)
        other = _second_hand(rng, seed, indices, config)
        occluded = _at_joints(other.alpha, joints_px) > 0.5
        in_front = rng.bernoulli(0.5) & (occluded.float().mean(1) < MAX_OCCLUDED)
        behind = _over(other, background)
        pixels = _compose(rng, layer, behind, other, in_front)
        covered = in_front[:, None, None] & (other.alpha > 0.5)
        return RenderedImages(
            pixels=pixels,
            joints_px=joints_px,
            joints_mm=joints,
            intrinsics=views.intrinsics(),
            visible=visible & ~(occluded & in_front[:, None]),
            mask=layer.skin & (layer.alpha > 0.5) & ~covered,
        )


def render_backgrounds(seed: int, indices: Sequence[int], config: RenderConfig) -> Tensor:
    """Render images ``(n, h, w, 3)`` uint8 RGB without hands."""
    rng = CounterRng(seed, indices)
    return _photograph(rng, _background(rng, config).permute(0, 3, 1, 2))


def sample_hands(rng: CounterRng, config: RenderConfig) -> tuple[Hands, Views]:
    """Sample hands, and cameras that see them."""
    people = sample_people(rng)
    angles, _ = sample_poses(rng, people, gesture=config.gesture)
    appearance = sample_appearance(rng)
    if config.melanin is not None:
        melanin = torch.full_like(appearance.skin.melanin, config.melanin)
        appearance = replace(appearance, skin=replace(appearance.skin, melanin=melanin))
    hands = Hands.from_angles(people, angles, appearance, rng.uniform(20, 320))
    views = _sample_views(rng, hands.skeleton, config)
    with_object = rng.bernoulli(0 if config.unoccluded else OBJECT_PROBABILITY)
    return replace(hands, capsules=_add_object(rng, hands.capsules, hands.skeleton, views, with_object)), views


def _sample_views(rng: CounterRng, skeleton: Skeleton, config: RenderConfig) -> Views:
    """Sample cameras in which the joints' bounding box has a random size and position."""
    rotation = sample_rotations(rng, config.side)
    longer, shorter = max(config.height, config.width), min(config.height, config.width)
    focal_px = longer * rng.uniform(0.9, 2.2)
    side_px = shorter * rng.uniform(*config.hand_size)
    margin_px = torch.tensor([config.width, config.height], device=rng.device) - 1.1 * side_px[:, None]
    centre_px = rng.uniform(-0.5, 0.5, 2) * margin_px.clamp(min=0)
    translation = box_translation(skeleton.joints, rotation, focal_px, centre_px, side_px)
    return Views(rotation, translation, focal_px, config.height, config.width)


def cast_shadow(rng: CounterRng, background: Tensor, alpha: Tensor, lights: Lights) -> Tensor:
    """Darken ``(n, h, w, 3)`` backgrounds by the shadow of a hand ``(n, h, w)`` under the first lamp."""
    height, width = alpha.shape[1:]
    strength = rng.uniform(0.15, 0.7) * rng.bernoulli(SHADOW_PROBABILITY)
    offset = lights.directions[:, 0, :2] * rng.uniform(0.1, 0.5, 1)  # in half images
    identity = torch.eye(2, device=alpha.device).expand(len(alpha), 2, 2)
    grid = functional.affine_grid(torch.cat([identity, offset[..., None]], 2), [len(alpha), 1, height, width], False)
    soft = functional.avg_pool2d(alpha[:, None], SHADOW_BLUR_PX, 1, SHADOW_BLUR_PX // 2, count_include_pad=False)
    shadow = functional.grid_sample(soft, grid, align_corners=False)[:, 0] * strength[:, None, None]
    return background * (1 - shadow[..., None])


def _add_object(rng: CounterRng, capsules: Capsules, skeleton: Skeleton, views: Views, present: Tensor) -> Capsules:
    """Add a stick, a bottle, a ball or a slab like a phone: in the fingers' grip, or between hand and camera."""
    knuckle, tip = skeleton.joints[:, 9], skeleton.joints[:, 12]
    grip = (knuckle + tip) / 2 + torch.tensor([0.0, 0.0, 18.0], device=rng.device)
    joint = skeleton.joints[torch.arange(len(rng), device=rng.device), rng.categorical([1.0] * JOINT_COUNT)]
    camera = -(views.translation[:, None] @ views.rotation)[:, 0]
    in_front = joint + functional.normalize(camera - joint, dim=1) * rng.uniform(30, 70, 1)
    centre = torch.where(rng.bernoulli(0.5)[:, None], grip, in_front)
    half_axis = functional.normalize(rng.normal(1, 3), dim=1) * rng.uniform(1, 110, 1)
    radius = torch.where(present[:, None], rng.uniform(3, 24, 1) * rng.uniform(0.8, 1.2, 2), -1e3)
    # Parallel rods side by side make a slab; coincident ones a single rod.
    across = functional.normalize(torch.linalg.cross(half_axis, rng.normal(1, 3)), dim=1)
    step = 0.7 * across * radius.mean(1, keepdim=True).clamp(min=0) * rng.bernoulli(0.4)[:, None]
    rods = (centre[:, None] + step[:, None] * torch.tensor([[-1.0], [0.0], [1.0]], device=rng.device)).unbind(1)
    return Capsules(
        torch.cat([*((rod - half_axis)[:, None] for rod in rods), capsules.starts], 1),
        torch.cat([*((rod + half_axis)[:, None] for rod in rods), capsules.ends], 1),
        torch.cat([*(radius[:, None] for _ in rods), capsules.radii], 1),
        torch.cat([capsules.groups.new_tensor([OBJECT_GROUP] * len(rods)), capsules.groups]),
        torch.cat([capsules.bones.new_tensor([OBJECT_BONE] * len(rods)), capsules.bones]),
        capsules.shadow_casters + len(rods),
    )


def _background(rng: CounterRng, config: RenderConfig) -> Tensor:
    rooms = sample_rooms(rng, config.height, config.width)
    if not config.backgrounds:
        return rooms
    images = sample_crops(rng, config.backgrounds, config.height, config.width)
    return torch.where(rng.bernoulli(BACKGROUND_IMAGE_PROBABILITY)[:, None, None, None], images, rooms)


def _second_hand(rng: CounterRng, seed: int, indices: Sequence[int], config: RenderConfig) -> Layer:
    """Render another person's hand, left or right, for some images."""
    chosen = rng.bernoulli(0 if config.unoccluded else SECOND_HAND_PROBABILITY).nonzero()[:, 0]
    shape = (len(rng), config.height, config.width)
    colour, alpha = torch.zeros(*shape, 3, device=rng.device), torch.zeros(shape, device=rng.device)
    if len(chosen):
        other_rng = CounterRng(seed + 1, [indices[row] for row in chosen.tolist()], rng.device)
        other_config = RenderConfig(config.height, config.width, hand_size=(0.25, 0.5), unoccluded=True)
        layer = render(*sample_hands(other_rng, other_config), sample_lights(other_rng))
        mirrored, left = layer.mirrored(), other_rng.bernoulli(0.5)[:, None, None]
        colour[chosen] = torch.where(left[..., None], mirrored.colour, layer.colour)
        alpha[chosen] = torch.where(left, mirrored.alpha, layer.alpha)
    return Layer(colour, alpha, alpha > 0.5, torch.full_like(alpha, torch.inf))


def _over(layer: Layer, background: Tensor) -> Tensor:
    """Composite a layer over ``(n, h, w, 3)``."""
    return layer.colour + (1 - layer.alpha[..., None]) * background


def _compose(rng: CounterRng, layer: Layer, background: Tensor, other: Layer, in_front: Tensor) -> Tensor:
    """Composite to ``(n, h, w, 3)`` uint8; ``in_front`` are the images with the other hand before this one."""
    hand = torch.cat([layer.colour, layer.alpha[..., None]], dim=3).permute(0, 3, 1, 2)
    hand = motion_blur(hand, rng).permute(0, 2, 3, 1)
    light = hand[..., :3] + (1 - hand[..., 3:]) * background
    light = torch.where(in_front[:, None, None, None], _over(other, light), light).permute(0, 3, 1, 2)
    return _photograph(rng, light)


def _photograph(rng: CounterRng, light: Tensor) -> Tensor:
    """Convert linear light ``(n, 3, h, w)`` to a camera's image ``(n, h, w, 3)`` uint8."""
    image = jpeg_compress(expose(defocus(light, rng), rng), rng)
    return (image * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def _at_joints(image: Tensor, joints_px: Tensor) -> Tensor:
    """Look up ``(n, 21)`` values of ``(n, h, w)`` at the joints, 0 outside the image."""
    height, width = image.shape[1:]
    x, y = joints_px.floor().long().unbind(-1)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    rows = torch.arange(len(image), device=image.device)[:, None]
    return torch.where(inside, image[rows, y.clamp(0, height - 1), x.clamp(0, width - 1)], 0)


def _visible(layer: Layer, joints: Tensor, joints_px: Tensor) -> Tensor:
    """Return ``(n, 21)``, whether the surface in front of a joint is the joint's own skin."""
    own_surface = _at_joints(layer.depth, joints_px) > joints[..., 2] - SKIN_DEPTH_MM
    return own_surface & (_at_joints(layer.skin.float(), joints_px) > 0)

"""Replace the background of hands."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from handpose_live.gestures.hand_shape import WIDTH_FACTOR
from handpose_live.types.skeleton import BONES, KNUCKLES, WRIST

from .to_device import to_device

# A pixel belongs to a green screen if its green exceeds red and blue by so many levels; an image was taken in front of
# one if that holds for such a share of its border.
GREEN_EXCESS, SCREEN_SHARE = 8, 0.6
# What is kept around the bones, in palm sizes: more than a finger, with a soft edge at a random distance, so that the
# outline does not reveal where the joints are.
MIN_RADIUS, MAX_RADIUS, SOFTNESS = 0.22, 0.5, 0.03
FOREARM = 2.0  # length that is kept beyond the wrist, in projected palm lengths
MASK_CELL_PX = 4  # the soft mask needs no more detail


def is_green_screen(image: NDArray[np.uint8]) -> bool:
    """Whether an ``(h, w, 3)`` RGB image was taken in front of a green screen."""
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).astype(np.int16)
    return bool((border[:, 1] > border[:, [0, 2]].max(axis=1) + GREEN_EXCESS).mean() > SCREEN_SHARE)


def replace_green_screen(crops: Tensor, backgrounds: Tensor) -> Tensor:
    """Replace the green screen of crops.

    Args:
        crops, backgrounds: ``(n, 3, s, s)`` uint8 RGB.

    Returns:
        ``(n, 3, s, s)`` uint8.
    """
    red, green, blue = crops.short().unbind(dim=1)
    screen = (green > torch.maximum(red, blue) + GREEN_EXCESS)[:, None].float()
    soft = functional.avg_pool2d(functional.pad(screen, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return torch.lerp(crops.float(), backgrounds.float(), soft).round().to(torch.uint8)


def replace_surroundings(crops: Tensor, backgrounds: Tensor, joints_px: Tensor, radius: Tensor) -> Tensor:
    """Replace all but the hand, the forearm and what is close to them.

    Args:
        crops, backgrounds: ``(n, 3, s, s)`` uint8 RGB.
        joints_px: ``(n, 21, 2)`` in the crops.
        radius: ``(n,)`` how much is kept around the bones, 0..1 from ``MIN_RADIUS`` to ``MAX_RADIUS``.

    Returns:
        ``(n, 3, s, s)`` uint8.
    """
    masks = hand_masks(joints_px, MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * radius.to(joints_px), crops.shape[-1])
    return torch.lerp(backgrounds.float(), crops.float(), masks).round().to(torch.uint8)


def hand_masks(joints_px: Tensor, radius: Tensor, side_px: int) -> Tensor:
    """Mask what is near the bones of hands and forearms.

    Args:
        joints_px: ``(n, 21, 2)`` in crops.
        radius: ``(n,)`` in palm sizes; a finger's half width is about 0.1.
        side_px: of the crops.

    Returns:
        ``(n, 1, s, s)``, 0..1, with soft edges.
    """
    wrist, knuckles = joints_px[:, WRIST], _select_joints(joints_px, KNUCKLES)
    palm = knuckles.mean(dim=1) - wrist
    width = WIDTH_FACTOR * (knuckles[:, 0] - knuckles[:, -1]).norm(dim=1)
    palm_px = torch.maximum(palm.norm(dim=1), width)[:, None, None].clamp_min(1)
    starts, ends = (_select_joints(joints_px, [bone[end] for bone in BONES]) for end in (0, 1))
    starts = torch.cat([starts, wrist[:, None]], dim=1)
    ends = torch.cat([ends, (wrist - FOREARM * palm)[:, None]], dim=1)
    cells = (torch.arange(0, side_px, MASK_CELL_PX, device=joints_px.device) + MASK_CELL_PX / 2).to(starts)
    distances = _segment_distances(torch.cartesian_prod(cells, cells).flip(1), starts, ends)
    distances = distances.view(-1, len(cells), len(cells))
    masks = ((radius[:, None, None] * palm_px - distances) / (SOFTNESS * palm_px)).sigmoid()[:, None]
    return functional.interpolate(masks, size=(side_px, side_px), mode="bilinear", align_corners=False)


def _select_joints(joints_px: Tensor, joints: Sequence[int]) -> Tensor:
    """Select some of ``(n, 21, 2)`` joints without waiting for a GPU, as indexing with a list does."""
    return joints_px.index_select(1, to_device(np.array(joints), joints_px.device))


def _segment_distances(points: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """``(n, p)`` distances of ``(p, 2)`` points to the nearest of ``b`` segments, ``(n, b, 2)`` to ``(n, b, 2)``."""
    along = (ends - starts)[:, None]
    offsets = points[None, :, None] - starts[:, None]
    share = (offsets * along).sum(dim=3) / along.square().sum(dim=3).clamp_min(1e-6)
    return (offsets - share.clamp(0, 1)[..., None] * along).square().sum(dim=3).amin(dim=2).sqrt()

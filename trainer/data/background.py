"""Hands with another background."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from handpose_live.gestures.hand_shape import WIDTH_FACTOR
from handpose_live.types.skeleton import BONES, KNUCKLES, WRIST

from .to_device import sent

# How much greener than red and blue a pixel of the screen is, 0..255, and how much of the picture's
# border must be of it for the picture to be taken for a green-screen one.
GREENER, SCREEN_SHARE = 8, 0.6
# What is kept around the bones, in palm sizes: more than a finger, softly ended and never the same, lest its outline
# tell where the joints are.
MIN_KEPT, MAX_KEPT, SOFTNESS = 0.22, 0.5, 0.03
FOREARM = 2.0  # kept behind the wrist, in lengths of the palm as seen
MASK_CELL_PX = 4  # the soft mask needs no more detail


def is_green_screen(picture: NDArray[np.uint8]) -> bool:
    """Whether an ``(h, w, 3)`` RGB picture was taken in front of a green screen."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    return bool((border[:, 1] > border[:, [0, 2]].max(axis=1) + GREENER).mean() > SCREEN_SHARE)


def replace_screen(crops: Tensor, behind: Tensor) -> Tensor:
    """The hands of green-screen crops in front of other ones.

    Args:
        crops, behind: ``(n, 3, s, s)`` uint8 RGB.

    Returns:
        ``(n, 3, s, s)`` uint8.
    """
    red, green, blue = crops.short().unbind(dim=1)
    screen = (green > torch.maximum(red, blue) + GREENER)[:, None].float()
    soft = functional.avg_pool2d(functional.pad(screen, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return torch.lerp(crops.float(), behind.float(), soft).round().to(torch.uint8)


def replace_surroundings(crops: Tensor, behind: Tensor, joints_px: Tensor, kept: Tensor) -> Tensor:
    """Hands and forearms in front of other pictures, with what lies close to them.

    Args:
        crops, behind: ``(n, 3, s, s)`` uint8 RGB.
        joints_px: ``(n, 21, 2)`` in the crops.
        kept: ``(n,)``, 0..1: how much stays around the hand.

    Returns:
        ``(n, 3, s, s)`` uint8.
    """
    mask = hand_masks(joints_px, MIN_KEPT + (MAX_KEPT - MIN_KEPT) * kept.to(joints_px), crops.shape[-1])
    return torch.lerp(behind.float(), crops.float(), mask).round().to(torch.uint8)


def hand_masks(joints_px: Tensor, reach: Tensor, side_px: int) -> Tensor:
    """What is near the bones of hands and forearms.

    Args:
        joints_px: ``(n, 21, 2)`` in crops.
        reach: ``(n,)`` how near, in palm sizes; a finger's half width is about 0.1.
        side_px: of the crops.

    Returns:
        ``(n, 1, s, s)``, 0..1, with soft edges.
    """
    wrist, knuckles = joints_px[:, WRIST], _joints(joints_px, KNUCKLES)
    palm = knuckles.mean(dim=1) - wrist
    width = WIDTH_FACTOR * (knuckles[:, 0] - knuckles[:, -1]).norm(dim=1)
    palm_px = torch.maximum(palm.norm(dim=1), width)[:, None, None].clamp_min(1)
    starts, ends = (_joints(joints_px, [bone[end] for bone in BONES]) for end in (0, 1))
    starts = torch.cat([starts, wrist[:, None]], dim=1)
    ends = torch.cat([ends, (wrist - FOREARM * palm)[:, None]], dim=1)
    cells = (torch.arange(0, side_px, MASK_CELL_PX, device=joints_px.device) + MASK_CELL_PX / 2).to(starts)
    distances = _distances(torch.cartesian_prod(cells, cells).flip(1), starts, ends)
    distances = distances.view(-1, len(cells), len(cells))
    mask = ((reach[:, None, None] * palm_px - distances) / (SOFTNESS * palm_px)).sigmoid()[:, None]
    return functional.interpolate(mask, size=(side_px, side_px), mode="bilinear", align_corners=False)


def _joints(joints_px: Tensor, which: Sequence[int]) -> Tensor:
    """Some of ``(n, 21, 2)``, without waiting for a GPU as for a list in brackets."""
    return joints_px.index_select(1, sent(np.array(which), joints_px.device))


def _distances(points: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """``(n, p)`` distances of ``(p, 2)`` points from the nearest of ``(n, b, 2)`` to ``(n, b, 2)`` lines."""
    along = (ends - starts)[:, None]
    offsets = points[None, :, None] - starts[:, None]
    share = (offsets * along).sum(dim=3) / along.square().sum(dim=3).clamp_min(1e-6)
    return (offsets - share.clamp(0, 1)[..., None] * along).square().sum(dim=3).amin(dim=2).sqrt()

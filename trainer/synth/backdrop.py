"""What is behind a hand: rooms made of gradients, boxes, blobs and textures, or a folder's pictures."""

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.types.errors import HandPoseError

from ..rng import CounterRng
from .skin import DARKEST, LIGHTEST

SHAPES = 14
OCTAVES = (3, 6, 12, 24, 48)
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def make_rooms(dice: CounterRng, height: int, width: int) -> Tensor:
    """``(n, h, w, 3)`` linear RGB."""
    n, device = len(dice), dice.device
    y, x = torch.meshgrid(
        (torch.arange(height, device=device) + 0.5) / max(height, width),
        (torch.arange(width, device=device) + 0.5) / max(height, width),
        indexing="ij",
    )
    corners = _colours(dice, 4).view(n, 2, 2, 3).permute(0, 3, 1, 2)
    room = functional.interpolate(corners, (height, width), mode="bilinear", align_corners=True)
    room = room * torch.exp(0.35 * dice.uniform(0, 1, 1, 1, 1) ** 2 * _clouds(dice, height, width))
    crowd = dice.uniform(0, 1)
    for _ in range(SHAPES):
        cover = _shape(dice, x, y) * (dice.uniform(0, 1) < crowd)[:, None, None]
        fill = _colours(dice, 1).permute(0, 2, 1)[..., None]
        slope = 1 + dice.normal(0.3, 1, 1, 1) * (y - 0.5) + dice.normal(0.3, 1, 1, 1) * (x - 0.5)
        room = torch.lerp(room, fill * slope[:, None].reshape(n, 1, height, width), cover[:, None])
    return room.clamp(0, 1).permute(0, 2, 3, 1)


def list_pictures(folder: Path) -> list[Path]:
    """The pictures of a folder and those below it, in order, without hidden files.

    Raises:
        HandPoseError: there is none.
    """
    shown = (path for path in folder.rglob("*") if not path.name.startswith("."))
    pictures = sorted(path for path in shown if path.suffix.lower() in PICTURE_ENDINGS)
    if not pictures:
        raise HandPoseError(f"There are no pictures in {folder}; name a folder of JPEG or PNG files.")
    return pictures


def cut_pictures(dice: CounterRng, pictures: Sequence[Path], height: int, width: int) -> Tensor:
    """``(n, h, w, 3)`` linear RGB: a random cut of a random picture for each."""
    places, draws = dice.uniform(0, len(pictures)), dice.uniform(0, 1, 4)
    cuts = [
        _cut(pictures[int(place)], draw, height, width)
        for place, draw in zip(places.tolist(), draws.tolist(), strict=True)
    ]
    return torch.from_numpy(np.stack(cuts)).to(dice.device).float().div(255) ** 2.2


def _cut(path: Path, draw: list[float], height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise HandPoseError(f"The picture {path} cannot be read; take it out of the folder of backgrounds.")
    scale = max(height / picture.shape[0], width / picture.shape[1]) * (1 + draw[0])
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = cv2.copyMakeBorder(picture, 0, 1, 0, 1, cv2.BORDER_REPLICATE)  # rounding may have lost a row
    top, left = int(draw[1] * (picture.shape[0] - height)), int(draw[2] * (picture.shape[1] - width))
    cut = picture[top : top + height, left : left + width]
    return np.ascontiguousarray(cut[:, ::-1] if draw[3] < 0.5 else cut)


def _colours(dice: CounterRng, count: int) -> Tensor:
    """``(n, count, 3)`` linear RGB: mostly greys and browns, some bright, some the colour of skin."""
    bright = dice.uniform(0.02, 0.95, count, 1) ** 1.8
    tint = torch.exp(dice.normal(0.14, count, 3) * (1 + 4 * (dice.uniform(0, 1, count, 1) < 0.2)))
    light, dark = (torch.tensor(colour, device=dice.device).log() for colour in (LIGHTEST, DARKEST))
    skin = torch.exp(torch.lerp(light, dark, dice.uniform(0, 1, count, 1))) * dice.uniform(0.4, 1, count, 1)
    return torch.where(dice.uniform(0, 1, count, 1) < 0.15, skin, bright * tint).clamp(0, 1)


def _clouds(dice: CounterRng, height: int, width: int) -> Tensor:
    """``(n, 3, h, w)`` noise around 0, each picture with its own grain."""
    clouds = torch.zeros(len(dice), 3, height, width, device=dice.device)
    roughness = dice.uniform(0.4, 1.0, 1, 1, 1)
    for octave, cells in enumerate(OCTAVES):
        coarse = dice.normal(1, 1, cells, cells) + dice.normal(0.12, 3, cells, cells)
        grown = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
        clouds += roughness**octave * grown
    return clouds


def _shape(dice: CounterRng, x: Tensor, y: Tensor) -> Tensor:
    """``(n, h, w)`` cover of a turned box or ellipse, plain or striped, sharp or out of focus."""

    def draw(low: float, high: float) -> Tensor:
        return dice.uniform(low, high, 1, 1)

    angle = dice.normal(0.25, 1, 1) + (math.pi / 2) * (draw(0, 1) < 0.5)
    dx, dy = x - draw(-0.1, 1.1), y - draw(-0.1, 1.1)
    across = (angle.cos() * dx + angle.sin() * dy) / draw(0.02, 0.45)
    along = (angle.cos() * dy - angle.sin() * dx) / draw(0.03, 0.6)
    round_ = (across.square() + along.square()).sqrt()
    box = torch.maximum(across.abs(), along.abs())
    edge = torch.where(draw(0, 1) < 0.5, round_, box)
    softness = draw(0.01, 0.25) ** 1.5
    stripes = torch.where(draw(0, 1) < 0.2, 0.5 + 0.5 * torch.sin(across * draw(5, 30)), 1.0)
    return torch.sigmoid((1 - edge) / softness) * stripes

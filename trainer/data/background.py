"""Green-screen pictures with another background."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

# How much greener than red and blue a pixel of the screen is, 0..255, and how much of the picture's
# border must be of it for the picture to be taken for a green-screen one.
GREENER, SCREEN_SHARE = 8, 0.6


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

"""Green-screen pictures with another background."""

import cv2
import numpy as np
from numpy.typing import NDArray

# How much greener than red and blue a pixel of the screen is, 0..255, and how much of the picture's
# border must be of it for the picture to be taken for a green-screen one.
GREENER, SCREEN_SHARE = 8, 0.6


def is_green_screen(picture: NDArray[np.uint8]) -> bool:
    """Whether an ``(h, w, 3)`` RGB picture was taken in front of a green screen."""
    screen = _screen(picture)
    border = np.concatenate([screen[0], screen[-1], screen[:, 0], screen[:, -1]])
    return bool(border.mean() > SCREEN_SHARE)


def replace_screen(picture: NDArray[np.uint8], background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hand of a green-screen picture in front of another picture, which is stretched to fit."""
    height, width = picture.shape[:2]
    behind = cv2.resize(background, (width, height))
    soft = cv2.GaussianBlur(_screen(picture).astype(np.float32), (3, 3), 0)[..., None]
    return np.asarray(picture * (1 - soft) + behind * soft, np.uint8)


def _screen(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    red, green, blue = (picture[..., channel].astype(np.int16) for channel in range(3))
    return np.asarray(green > np.maximum(red, blue) + GREENER)

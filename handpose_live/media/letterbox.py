"""Letterboxing: an image of any shape in a box of another shape, whole, centred and undistorted."""

import cv2
import numpy as np

from handpose_live.types.arrays import Image


def letterbox_rect(width: int, height: int, *, box_width: int, box_height: int) -> tuple[int, int, int, int]:
    """Compute the largest rectangle of an image's aspect ratio in the middle of a box.

    Args:
        width, height: of the image; any unit, both above 0.
        box_width, box_height: of the box, in px.

    Returns:
        x, y, width and height of the rectangle, in px of the box; the size is at least 1x1.
    """
    scale = min(box_width / width, box_height / height)
    fitted_width, fitted_height = (max(1, round(side * scale)) for side in (width, height))
    return (box_width - fitted_width) // 2, (box_height - fitted_height) // 2, fitted_width, fitted_height


def letterbox(image: Image, width: int, height: int) -> Image:
    """Resize an image to a given size with black bars where its aspect ratio differs.

    Args:
        image: ``(h, w, 3)``.
        width, height: of the result, in px.

    Returns:
        ``(height, width, 3)``; the image itself if it has this size already.
    """
    if image.shape[:2] == (height, width):
        return image
    x, y, fitted_width, fitted_height = letterbox_rect(
        image.shape[1], image.shape[0], box_width=width, box_height=height
    )
    interpolation = cv2.INTER_AREA if fitted_width < image.shape[1] else cv2.INTER_LINEAR
    canvas = np.zeros((height, width, 3), dtype=np.uint8)
    canvas[y : y + fitted_height, x : x + fitted_width] = cv2.resize(
        image, (fitted_width, fitted_height), interpolation=interpolation
    )
    return canvas

"""One frame size for a whole source."""

import cv2
import numpy as np

from handpose_live.types.arrays import Image


def fit(image: Image, width: int, height: int) -> Image:
    """An image scaled to a size, unchanged if it has it already; its shape is kept, what is left over is black.

    Args:
        image: ``(h, w, 3)``.
        width, height: the size wanted, in px.

    Returns:
        ``(height, width, 3)``.
    """
    if image.shape[:2] == (height, width):
        return image
    left, top, inner_width, inner_height = fitted_box(image.shape[1], image.shape[0], width, height)
    smooth = cv2.INTER_AREA if inner_width < image.shape[1] else cv2.INTER_LINEAR
    canvas = np.zeros((height, width, 3), dtype=np.uint8)
    canvas[top : top + inner_height, left : left + inner_width] = cv2.resize(
        image, (inner_width, inner_height), interpolation=smooth
    )
    return canvas


def fitted_box(image_width: int, image_height: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Where :func:`fit` puts an image: left, top, width and height of its place, in px of the size wanted."""
    scale = min(width / image_width, height / image_height)
    inner_width, inner_height = (max(1, round(side * scale)) for side in (image_width, image_height))
    return (width - inner_width) // 2, (height - inner_height) // 2, inner_width, inner_height

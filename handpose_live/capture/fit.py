"""One frame size for a whole source."""

import cv2
import numpy as np

from handpose_live.capture.frame import Image


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
    scale = min(width / image.shape[1], height / image.shape[0])
    inner_width, inner_height = (max(1, round(side * scale)) for side in (image.shape[1], image.shape[0]))
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.zeros((height, width, 3), dtype=np.uint8)
    canvas[top : top + inner_height, left : left + inner_width] = cv2.resize(
        image, (inner_width, inner_height), interpolation=smooth
    )
    return canvas

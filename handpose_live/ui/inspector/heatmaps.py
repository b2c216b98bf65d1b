"""Heatmaps rendered as images."""

import cv2
import numpy as np
from PyQt6.QtGui import QImage

from handpose_live.types.arrays import Floats

OVERLAY_COLOUR = (45, 212, 191)
MAX_OPACITY = 0.85


def overlay_image(heatmap: Floats) -> QImage:
    """Render an ``(h, w)`` heatmap, 0..1, as a colour whose opacity follows the values."""
    height, width = heatmap.shape
    opacity = np.clip(heatmap, 0, 1) ** 0.7 * MAX_OPACITY
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = OVERLAY_COLOUR, np.rint(255 * opacity)
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def grid_image(heatmaps: Floats, columns: int) -> QImage:
    """Render ``(n, h, w)`` heatmaps, 0..1, as tiles from dark to bright; n is a multiple of ``columns``."""
    count, height, width = heatmaps.shape
    tiles = heatmaps.reshape(count // columns, columns, height, width).transpose(0, 2, 1, 3)
    sheet = tiles.reshape(count // columns * height, columns * width)
    pixels = cv2.applyColorMap(np.rint(255 * np.clip(sheet, 0, 1)).astype(np.uint8), cv2.COLORMAP_MAGMA)
    return QImage(
        pixels.tobytes(), pixels.shape[1], pixels.shape[0], 3 * pixels.shape[1], QImage.Format.Format_BGR888
    ).copy()

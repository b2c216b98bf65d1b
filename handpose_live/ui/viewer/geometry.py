"""Sizes and positions on the screen."""

from PyQt6.QtCore import QSize

FRAME_WIDTH, FRAME_HEIGHT = 16, 48  # px for the window frame and the title bar


def fit_to_screen(wanted: QSize, available: QSize) -> QSize:
    """Reduce a window's size so that it fits the available screen with its frame; in logical px."""
    return wanted.boundedTo(available - QSize(FRAME_WIDTH, FRAME_HEIGHT))

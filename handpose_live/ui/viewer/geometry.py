"""Where things go on the screen, in numbers alone."""

from PyQt6.QtCore import QSize

FRAME_WIDTH, FRAME_HEIGHT = 16, 48  # px that a window's own frame and title bar may take


def fitting(wanted: QSize, available: QSize) -> QSize:
    """The size of a window that fits a screen with its frame; the desktop's px."""
    return wanted.boundedTo(available - QSize(FRAME_WIDTH, FRAME_HEIGHT))

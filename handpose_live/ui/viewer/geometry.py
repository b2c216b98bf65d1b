"""Sizes and positions on the screen."""

from PyQt6.QtCore import QSize

FRAME_WIDTH, FRAME_HEIGHT = 16, 48  # px for the window frame and the title bar


def letterbox(width: int, height: int, *, room_width: int, room_height: int) -> tuple[int, int, int, int]:
    """Fit a picture into an area: as large as possible, centred, in its own aspect ratio.

    Args:
        width, height: of the picture, both above 0, in any unit.
        room_width, room_height: of the area, in device px.

    Returns:
        x, y, width, height of the picture in the area, in device px.
    """
    scale = min(room_width / width, room_height / height)
    fitted_width, fitted_height = round(width * scale), round(height * scale)
    return (room_width - fitted_width) // 2, (room_height - fitted_height) // 2, fitted_width, fitted_height


def fitting(wanted: QSize, available: QSize) -> QSize:
    """Reduce a window's size so that it fits the available screen with its frame; in logical px."""
    return wanted.boundedTo(available - QSize(FRAME_WIDTH, FRAME_HEIGHT))

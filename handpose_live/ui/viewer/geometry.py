"""Where things go on the screen, in numbers alone."""

from PyQt6.QtCore import QSize

FRAME_WIDTH, FRAME_HEIGHT = 16, 48  # px that a window's own frame and title bar may take


def letterbox(width: int, height: int, *, room_width: int, room_height: int) -> tuple[int, int, int, int]:
    """The largest place for a picture in a room: whole, centred, in its own proportions.

    Args:
        width, height: of the picture; any unit, both above 0.
        room_width, room_height: in px of the device.

    Returns:
        x, y, width, height of the place in the room, in px of the device.
    """
    scale = min(room_width / width, room_height / height)
    fitted_width, fitted_height = round(width * scale), round(height * scale)
    return (room_width - fitted_width) // 2, (room_height - fitted_height) // 2, fitted_width, fitted_height


def fitting(wanted: QSize, available: QSize) -> QSize:
    """The size of a window that fits a screen with its frame; the desktop's px."""
    return wanted.boundedTo(available - QSize(FRAME_WIDTH, FRAME_HEIGHT))

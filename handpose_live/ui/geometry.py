"""Where things go on the screen, in numbers alone."""

ROOM_ON_SCREEN = 0.9


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


def opening_size(width: int, height: int, *, screen_width: int, screen_height: int, bar_height: int) -> tuple[int, int]:
    """Width and height of a new window: the picture in its own size with a bar below, or what the screen has room for.

    All in logical px, which a display with fine dots makes of several of its own.
    """
    room_width, room_height = int(screen_width * ROOM_ON_SCREEN), int(screen_height * ROOM_ON_SCREEN) - bar_height
    scale = min(1.0, room_width / width, room_height / height)
    return round(width * scale), round(height * scale) + bar_height

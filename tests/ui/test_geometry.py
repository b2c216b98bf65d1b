"""Where the picture goes in the window."""

import pytest

from handpose_live.ui.viewer.geometry import letterbox


@pytest.mark.parametrize(
    ("room", "place"),
    [
        ((640, 480), (0, 0, 640, 480)),
        ((1000, 480), (180, 0, 640, 480)),
        ((640, 1000), (0, 260, 640, 480)),
        ((1280, 960), (0, 0, 1280, 960)),
        ((320, 500), (0, 130, 320, 240)),
    ],
)
def test_a_picture_is_as_large_as_its_room_allows_and_centred(
    room: tuple[int, int], place: tuple[int, int, int, int]
) -> None:
    assert letterbox(640, 480, room_width=room[0], room_height=room[1]) == place


def test_a_picture_of_any_shape_stays_inside_its_room_and_touches_two_of_its_sides() -> None:
    for width, height in ((1, 4000), (4000, 1), (333, 777), (1920, 1080)):
        x, y, fitted_width, fitted_height = letterbox(width, height, room_width=501, room_height=333)
        assert x >= 0
        assert y >= 0
        assert x + fitted_width <= 501
        assert y + fitted_height <= 333
        assert fitted_width == 501 or fitted_height == 333

"""Where the picture goes in the window, and how large the window opens."""

import pytest

from handpose_live.ui.geometry import letterbox, opening_size


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


def test_a_window_opens_in_the_size_of_the_picture_and_its_bar() -> None:
    assert opening_size(640, 480, screen_width=1920, screen_height=1080, bar_height=30) == (640, 510)


def test_a_window_leaves_some_of_a_small_screen_free_and_keeps_the_proportions() -> None:
    width, height = opening_size(1920, 1080, screen_width=800, screen_height=600, bar_height=30)
    assert width <= 0.9 * 800
    assert height <= 0.9 * 600
    assert width / (height - 30) == pytest.approx(1920 / 1080, rel=0.01)

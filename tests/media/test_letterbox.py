"""Letterboxing: images in boxes of another aspect ratio."""

import numpy as np
import pytest

from handpose_live.media.letterbox import letterbox, letterbox_rect
from tests.media.videos import GREEN, plain


@pytest.mark.parametrize(
    ("box", "rect"),
    [
        ((640, 480), (0, 0, 640, 480)),
        ((1000, 480), (180, 0, 640, 480)),
        ((640, 1000), (0, 260, 640, 480)),
        ((1280, 960), (0, 0, 1280, 960)),
        ((320, 500), (0, 130, 320, 240)),
    ],
)
def test_an_image_is_as_large_as_the_box_allows_and_centred(
    box: tuple[int, int], rect: tuple[int, int, int, int]
) -> None:
    assert letterbox_rect(640, 480, box_width=box[0], box_height=box[1]) == rect


def test_an_image_of_any_shape_stays_inside_the_box_and_touches_two_of_its_sides() -> None:
    for width, height in ((1, 4000), (4000, 1), (333, 777), (1920, 1080)):
        x, y, fitted_width, fitted_height = letterbox_rect(width, height, box_width=501, box_height=333)
        assert x >= 0
        assert y >= 0
        assert x + fitted_width <= 501
        assert y + fitted_height <= 333
        assert fitted_width == 501 or fitted_height == 333


def test_a_letterboxed_image_has_black_bars_and_keeps_its_colours() -> None:
    boxed = letterbox(plain(GREEN, 64, 48), 100, 48)
    assert boxed.shape == (48, 100, 3)
    assert not boxed[:, :18].any()
    assert not boxed[:, 82:].any()
    assert (boxed[:, 18:82] == GREEN).all()


def test_an_image_of_the_right_size_is_returned_unchanged() -> None:
    image = plain(GREEN, 64, 48)
    assert np.shares_memory(letterbox(image, 64, 48), image)

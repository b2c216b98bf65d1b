"""Crops transform images and joints with one matrix."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import KNUCKLES, WRIST

WIDTH, HEIGHT = 640, 480


def _random_crops(count: int) -> list[Crop]:
    rng = np.random.default_rng(0)
    return [
        Crop(
            centre_x=rng.uniform(0, WIDTH),
            centre_y=rng.uniform(0, HEIGHT),
            size=rng.uniform(20, 2000),
            angle=rng.uniform(-math.pi, math.pi),
            mirrored=bool(rng.random() < 0.5),
        )
        for _ in range(count)
    ]


def _random_hands(count: int) -> list[NDArray[np.float64]]:
    rng = np.random.default_rng(1)
    return [rng.uniform(100, 300, (21, 2)) for _ in range(count)]


def _dot(x: float, y: float, spread_px: float) -> NDArray[np.uint8]:
    """Draw a soft dot at a position in frame px on a black frame."""
    columns, rows = np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5
    bell = np.exp(-((columns - x) ** 2 + (rows[:, None] - y) ** 2) / (2 * spread_px**2))
    return np.repeat((255 * bell).round().astype(np.uint8)[..., None], 3, axis=2)


def _dot_centre(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the position of the dot in a crop, in crop px."""
    light = image[..., 0].astype(np.float64)
    centres = np.arange(len(light)) + 0.5
    return np.array([light.sum(axis=0) @ centres, light.sum(axis=1) @ centres], np.float64) / float(light.sum())


def _photo() -> NDArray[np.uint8]:
    """Create an image without symmetry."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    channels = [np.sin(x / 31 + y / 47), np.sin(x / 23 - y / 61), np.cos(x / 71)]
    return (127 + 120 * np.stack(channels, axis=2)).astype(np.uint8)


@pytest.mark.parametrize("crop_px", [1, 128, 224])
def test_joints_survive_the_round_trip_through_the_crop(crop_px: int) -> None:
    for crop, joints in zip(_random_crops(50), _random_hands(50), strict=True):
        np.testing.assert_allclose(crop.to_frame(crop.to_crop(joints, crop_px), crop_px), joints, atol=2e-3)


def test_joints_of_several_hands_are_transformed_at_once() -> None:
    hands = np.stack(_random_hands(4))
    crop = _random_crops(1)[0]
    np.testing.assert_array_equal(crop.to_crop(hands, 128)[2], crop.to_crop(hands[2], 128))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("angle", [0.0, 0.5, -2.5])
@pytest.mark.parametrize(
    ("size", "crop_px"), [(60.0, 128), (150.0, 128), (300.0, 128), (460.0, 96), (460.0, 32), (460.0, 16)]
)
def test_image_and_joints_are_transformed_equally(size: float, crop_px: int, angle: float, mirrored: bool) -> None:
    crop = Crop(317.3, 241.8, size, angle, mirrored)
    x, y = 317.3 + 0.11 * size, 241.8 - 0.17 * size
    dot = _dot(x, y, spread_px=max(1.5, 1.5 * size / crop_px))
    expected = crop.to_crop(np.array([x, y]), crop_px)
    np.testing.assert_allclose(_dot_centre(crop.cut(dot, crop_px)), expected, atol=0.06)


@pytest.mark.parametrize("centre", [(0.0, 0.0), (WIDTH, 240.0), (310.0, HEIGHT + 40.0)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_beyond_the_edge_of_the_frame_image_and_joints_are_transformed_equally(
    centre: tuple[float, float], mirrored: bool
) -> None:
    crop = Crop(*centre, size=400.0, angle=0.2, mirrored=mirrored)
    x, y = np.clip(centre, (60.2, 60.9), (WIDTH - 60.4, HEIGHT - 60.1))
    expected = crop.to_crop(np.array([x, y]), 128)
    np.testing.assert_allclose(_dot_centre(crop.cut(_dot(x, y, 6.0), 128)), expected, atol=0.06)


def test_beyond_the_edge_of_the_frame_its_border_is_repeated() -> None:
    frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    frame[:, -1] = (10, 200, 30)
    beyond = Crop(WIDTH + 200, 200, 100).cut(frame, 32)
    assert (beyond == (10, 200, 30)).all()


def test_a_crop_keeps_its_channels_and_has_its_size() -> None:
    cut = Crop(320, 240, 100).cut(np.full((HEIGHT, WIDTH, 3), (200, 100, 50), np.uint8), 96)
    assert cut.shape == (96, 96, 3)
    assert (cut == (200, 100, 50)).all()


def test_a_crop_at_scale_1_is_the_image_itself() -> None:
    photo = _photo()
    np.testing.assert_array_equal(Crop(200, 150, 128).cut(photo, 128), photo[86:214, 136:264])


def test_a_much_larger_crop_is_averaged_without_aliasing() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    checks = np.repeat((255 * ((x // 2 + y // 2) % 2)).astype(np.uint8)[..., None], 3, axis=2)
    cut = Crop(320, 240, 460, 0.3).cut(checks, 16)
    assert abs(cut.astype(int) - 127).max() < 20


def test_the_wrist_of_an_upright_crop_is_straight_below_the_knuckles() -> None:
    for joints in _random_hands(20):
        in_crop = Crop.around(joints, margin=2.1).to_crop(joints, 128)
        knuckles = in_crop[list(KNUCKLES)].mean(axis=0)
        assert in_crop[WRIST, 1] > knuckles[1]
        assert in_crop[WRIST, 0] == pytest.approx(knuckles[0], abs=1e-3)


def test_the_joint_box_is_centred_in_the_crop_with_the_margin_around_it() -> None:
    for joints in _random_hands(20):
        for crop in (Crop.around(joints, margin=2.1), Crop.at_angle(joints, margin=2.1, angle=0.7, mirrored=True)):
            in_crop = crop.to_crop(joints, 1)
            low, high = in_crop.min(axis=0), in_crop.max(axis=0)
            np.testing.assert_allclose((low + high) / 2, (0.5, 0.5), atol=1e-5)
            assert (high - low).max() == pytest.approx(1 / 2.1, abs=1e-5)


def test_an_upright_crop_does_not_depend_on_the_rotation_of_the_hand() -> None:
    for joints, angle in zip(_random_hands(20), np.linspace(-3, 3, 20), strict=True):
        turned = Crop(50, 60, 1.7, float(angle)).to_crop(joints, 1)
        np.testing.assert_allclose(
            Crop.around(turned, margin=2.1).to_crop(turned, 128),
            Crop.around(joints, margin=2.1).to_crop(joints, 128),
            atol=0.02,
        )


def test_a_mirrored_left_hand_looks_like_the_right_one() -> None:
    for right in _random_hands(20):
        left = right * (-1, 1) + (WIDTH, 0)
        np.testing.assert_allclose(
            Crop.around(left, margin=2.1, mirrored=True).to_crop(left, 128),
            Crop.around(right, margin=2.1).to_crop(right, 128),
            atol=1e-3,
        )


def test_a_mirrored_crop_of_an_image_is_the_crop_of_the_mirrored_image() -> None:
    photo = _photo()
    crop = Crop(250.3, 222.6, 300, 0.4, mirrored=True)
    mirror_image = Crop(WIDTH - 250.3, 222.6, 300, -0.4)
    one, other = crop.cut(photo, 128).astype(int), mirror_image.cut(np.ascontiguousarray(photo[:, ::-1]), 128)
    assert abs(one - other).max() <= 3


def test_a_flipped_crop_shows_the_same_on_the_flipped_image() -> None:
    photo = _photo()
    for mirrored in (False, True):
        crop = Crop(250.3, 222.6, 300, 0.4, mirrored=mirrored)
        one = crop.cut(photo, 128).astype(int)
        other = crop.flipped(WIDTH).cut(np.ascontiguousarray(photo[:, ::-1]), 128)
        assert abs(one - other).max() <= 3


def test_corners_are_those_of_the_crop() -> None:
    crop = Crop(100, 80, 50)
    np.testing.assert_allclose(crop.corners, [(75, 55), (125, 55), (125, 105), (75, 105)], atol=1e-4)

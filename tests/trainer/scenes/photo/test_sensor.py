"""The camera's sensor."""

from dataclasses import replace

import numpy as np
import pytest

from handpose_live.types.arrays import Floats, Image
from trainer.scenes.photo.compression import compress
from trainer.scenes.photo.lights import white
from trainer.scenes.photo.sensor import Sensor, expose, sample_sensor
from trainer.scenes.raster.lighting import Light, Lighting, hemisphere

TARGET = np.array([0.0, 0.0, 1.3])
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
PLAIN = Sensor(
    look="colour",
    brightness=0.2,
    max_gain=25.0,
    balance=WHITE,
    metered=0.3,
    person_share=0.0,
    detail=1.0,
    defocus_px=0.3,
    shake_px=0.0,
    shake_angle=0.0,
    glare=0.0,
    vignette=0.0,
    shot_noise=0.0,
    read_noise=0.0,
    chroma_noise=0.0,
    gamma=2.2,
    contrast=1.0,
    saturation=1.0,
    sharpening=0.0,
    codec="jpeg",
    quality=0.98,
)


def _light(level: float = 1.0) -> Floats:
    """Return a step between dark and bright, with a red stripe."""
    light = np.full((60, 80, 3), 0.1 * level, np.float32)
    light[:, 40:] = 0.5 * level
    light[20:30] *= np.array([1.0, 0.3, 0.3], np.float32)
    return light


def _expose(sensor: Sensor, *frames: Floats, seed: int = 0) -> Image:
    return expose(np.random.default_rng(seed), sensor, frames)


def test_exposure_makes_bright_and_dim_scenes_alike_but_gain_ends_in_the_dark() -> None:
    bright, dim, dark = (_expose(replace(PLAIN, metered=0.3 * level), _light(level)) for level in (5.0, 0.1, 0.001))
    assert np.abs(bright.astype(int) - dim).max() <= 4
    assert dark.mean() < 0.5 * dim.mean()


def test_a_camera_that_meters_the_person_lets_the_rest_be_too_bright() -> None:
    scene = _light()
    scene[:, 40:] = 20.0
    whole = _expose(replace(PLAIN, metered=0.1), scene)
    person = _expose(replace(PLAIN, metered=0.1, person_share=1.0), scene)
    assert person[50, 10].mean() > 1.5 * whole[50, 10].mean()
    assert person[50, 70].mean() > 250


@pytest.mark.parametrize("around", [0.0, 50.0])
def test_a_person_is_neither_black_nor_white_whatever_is_around(around: float) -> None:
    scene = np.full((60, 80, 3), around, np.float32)
    scene[25:35, 35:45] = 0.3
    assert 50 < _expose(PLAIN, scene)[30, 40].mean() < 205


def test_noise_grows_in_the_dark() -> None:
    noisy = replace(PLAIN, shot_noise=0.005, read_noise=0.001)

    def deviation(level: float) -> float:
        return float(_expose(noisy, _light(level))[35:, 45:].std())

    assert deviation(1.0) < 0.5 * deviation(0.02)


def test_white_balance_takes_most_of_a_lamps_colour_away() -> None:
    red, green, blue = white(2700).tolist()
    lamp = Lighting((Light(np.array([0.0, -1.0, 1.0]), (red, green, blue)),), hemisphere((red, green, blue), BLACK))
    wall = np.zeros((48, 64, 3), np.float32)
    wall += (0.4 * white(2700)).astype(np.float32)
    casts = []
    for seed in range(12):
        balance = sample_sensor(np.random.default_rng(seed), lamp, TARGET).balance
        casts.append(int(np.ptp(_expose(replace(PLAIN, balance=balance), wall)[20, 20])))
    assert np.median(casts) < 0.5 * np.ptp(_expose(PLAIN, wall)[20, 20].astype(int))


@pytest.mark.parametrize("look", ["grey", "infrared"])
def test_grey_and_infrared_images_have_no_colour(look: str) -> None:
    image = _expose(replace(PLAIN, look=look, shot_noise=0.005, chroma_noise=1.0), _light())
    assert np.ptp(image.astype(int), axis=-1).max() <= 2


def test_infrared_makes_dark_and_pale_skin_more_alike() -> None:
    skins = np.full((40, 80, 3), [0.6, 0.4, 0.3], np.float32)
    skins[:, 40:] = [0.12, 0.06, 0.04]
    colour, infrared = (_expose(replace(PLAIN, look=look), skins).astype(float) for look in ("colour", "infrared"))
    assert infrared[20, 70].mean() / infrared[20, 10].mean() > 1.3 * colour[20, 70].mean() / colour[20, 10].mean()


def test_moments_are_averaged_as_light_not_as_tones() -> None:
    black, white_ = np.zeros((40, 40, 3), np.float32), np.full((40, 40, 3), 0.4, np.float32)
    both, half = _expose(PLAIN, black, white_), _expose(PLAIN, white_ * np.float32(0.5))
    assert np.abs(both.astype(int) - half).max() <= 1


def test_sharpening_draws_halos_and_defocus_softens() -> None:
    sharp = _expose(replace(PLAIN, sharpening=1.0), _light()).astype(int)
    plain = _expose(PLAIN, _light()).astype(int)
    soft = _expose(replace(PLAIN, defocus_px=16.0), _light()).astype(int)
    assert sharp[45].max() > plain[45].max() + 10
    assert np.abs(np.diff(soft[45, :, 1])).max() < 0.5 * np.abs(np.diff(plain[45, :, 1])).max()


def test_a_shaken_camera_blurs_along_its_motion_only() -> None:
    plain, along, across = (
        _expose(replace(PLAIN, shake_px=px, shake_angle=angle), _light()).astype(int)
        for px, angle in ((0.0, 0.0), (40.0, 0.0), (40.0, np.pi / 2))
    )
    steps = [np.abs(np.diff(image[45, 30:50, 1])).max() for image in (plain, along, across)]
    assert steps[1] < 0.5 * steps[0]
    assert steps[2] > 0.9 * steps[0]


@pytest.mark.parametrize("codec", ["jpeg", "h264"])
@pytest.mark.parametrize("size", [(48, 64), (47, 63)])
def test_compression_keeps_the_image_and_loses_more_at_low_quality(codec: str, size: tuple[int, int]) -> None:
    x, y = np.meshgrid(np.arange(size[1]), np.arange(size[0]))
    image = np.stack([4 * x % 256, 5 * y % 256, 128 + 60 * np.sin(x * y / 90)], axis=-1).astype(np.uint8)

    def error(quality: float) -> float:
        return float(np.abs(compress(image, codec, quality).astype(int) - image).mean())

    assert compress(image, codec, 0.9).shape == image.shape
    assert error(0.95) < 12
    assert error(0.1) > 1.2 * error(0.95)


def test_the_same_numbers_give_the_same_photo() -> None:
    sensor = sample_sensor(np.random.default_rng(3), Lighting(), TARGET)
    assert sensor == sample_sensor(np.random.default_rng(3), Lighting(), TARGET)
    noisy = replace(sensor, shot_noise=0.01)
    assert np.array_equal(_expose(noisy, _light(), seed=1), _expose(noisy, _light(), seed=1))
    assert not np.array_equal(_expose(noisy, _light(), seed=1), _expose(noisy, _light(), seed=2))

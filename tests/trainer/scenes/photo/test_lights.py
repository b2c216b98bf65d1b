"""Kinds of light."""

import numpy as np
import pytest

from trainer.scenes.photo.lights import INDOORS, OUTDOORS, SAMPLERS, light_on, sample_lighting, white
from trainer.scenes.raster.lighting import MAX_LIGHTS
from trainer.scenes.view import Camera

TARGET = np.array([0.0, 0.0, 1.3])
EYE = np.array([0.0, -1.5, 1.4])
CAMERA = Camera.looking_at(EYE, TARGET, width=64, height=48, focal_px=60.0)


def _mean_level(kind: str) -> float:
    lights = [SAMPLERS[kind](np.random.default_rng(seed), CAMERA, TARGET) for seed in range(30)]
    return float(np.mean([light_on(lighting, TARGET).mean() for lighting in lights]))


@pytest.mark.parametrize("kind", SAMPLERS)
def test_every_kind_lights_the_target_with_few_lamps(kind: str) -> None:
    for seed in range(30):
        lighting = SAMPLERS[kind](np.random.default_rng(seed), CAMERA, TARGET)
        assert lighting.name == kind
        assert 1 <= len(lighting.lights) <= MAX_LIGHTS
        assert (light_on(lighting, TARGET) > 0).all()
        assert lighting.environment.shape == (4, 3)


def test_dark_rooms_are_darker_than_rooms_and_rooms_than_the_sun() -> None:
    levels = [_mean_level(kind) for kind in ("dark", "screen", "ceiling", "sun")]
    assert levels == sorted(levels)
    assert levels[-1] > 50 * levels[0]


def test_backlight_comes_from_behind_the_target() -> None:
    for seed in range(30):
        lighting = SAMPLERS["backlight"](np.random.default_rng(seed), CAMERA, TARGET)
        towards_light = lighting.lights[0].position
        assert towards_light @ (EYE - TARGET) < 0.8 * np.linalg.norm(EYE - TARGET)
    directions = [SAMPLERS["backlight"](np.random.default_rng(seed), CAMERA, TARGET).lights[0] for seed in range(30)]
    assert np.mean([light.position[1] for light in directions]) > 0.4


def test_lamps_are_redder_than_the_sky() -> None:
    lamp, sky = white(2700), white(9000)
    assert lamp[0] / lamp[2] > 4
    assert sky[0] / sky[2] < 0.9


@pytest.mark.parametrize("indoors", [True, False])
def test_all_kinds_appear_and_the_same_numbers_give_the_same_light(indoors: bool) -> None:
    def names(first: int) -> list[str]:
        seeds = range(first, first + 150)
        return [sample_lighting(np.random.default_rng(seed), CAMERA, TARGET, indoors=indoors).name for seed in seeds]

    assert set(names(0)) == set(INDOORS if indoors else OUTDOORS)
    assert names(0) == names(0)

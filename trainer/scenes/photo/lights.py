"""Kinds of light in which people are seen: by a window, under a lamp, against the sun, before a screen at night."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..raster.lighting import Colour, Light, Lighting, hemisphere
from ..view import Camera

Vector = NDArray[np.float64]
Sampler = Callable[[np.random.Generator, Camera, Vector], Lighting]

# Linear RGB of black bodies in sRGB's primaries, of the same luminance.
TEMPERATURES_K = (2000, 2700, 3500, 4500, 5500, 6500, 8000, 12000)
BLACK_BODIES = (
    *((2.20, 0.74, 0.08), (1.75, 0.86, 0.27), (1.43, 0.92, 0.52), (1.20, 0.96, 0.77)),
    *((1.08, 0.98, 0.94), (1.00, 1.00, 1.04), (0.91, 1.01, 1.18), (0.80, 1.02, 1.42)),
)
# Shares of the kinds of light.
INDOORS = {
    **{"window": 0.25, "ceiling": 0.3, "lamp": 0.1, "backlight": 0.08},
    **{"screen": 0.07, "dark": 0.07, "coloured": 0.06, "flash": 0.07},
}
OUTDOORS = {"sun": 0.45, "overcast": 0.3, "backlight": 0.12, "dark": 0.07, "flash": 0.06}


def sample_lighting(rng: np.random.Generator, camera: Camera, target: Vector, *, indoors: bool) -> Lighting:
    """Sample the light of a scene.

    A white wall in the light of a room has a brightness around 1; the sun is at 3 to 8, a dark room at 0.02 to 0.07.

    Args:
        rng: random numbers.
        camera: from which the scene is seen.
        target: ``(3,)`` metres, middle of what is lit: a hand or a person.
        indoors: whether in a room.
    """
    kinds = INDOORS if indoors else OUTDOORS
    name = str(rng.choice(list(kinds), p=list(kinds.values())))
    return SAMPLERS[name](rng, camera, np.asarray(target, np.float64))


def white(kelvin: float) -> Vector:
    """Return the linear RGB of a white light of a colour temperature."""
    return np.array([np.interp(kelvin, TEMPERATURES_K, channel) for channel in zip(*BLACK_BODIES, strict=True)])


def light_on(lighting: Lighting, target: Vector) -> Vector:
    """Return the linear RGB of a white thing in a place, half turned to the lights."""
    total: Vector = lighting.environment[0].astype(np.float64)
    for light in lighting.lights:
        fall = 1.0 if light.distant else 1 / np.sum((light.position - target) ** 2)
        total += 0.5 * fall * np.array(light.colour)
    return total


def _colour(rgb: Vector) -> Colour:
    red, green, blue = rgb.tolist()
    return red, green, blue


def _environment(rng: np.random.Generator, sky: Vector, ground: Vector) -> Floats:
    """Return an environment that is also brighter towards one side."""
    environment = hemisphere(_colour(sky), _colour(ground))
    angle = rng.uniform(0, 2 * np.pi)
    slope = rng.uniform(0.1, 0.9) * environment[0] * rng.uniform(0.8, 1.2, 3)
    environment[1:3] += np.outer([np.cos(angle), np.sin(angle)], slope)
    return np.asarray(environment, np.float32)


def _direction(azimuth: float, elevation: float) -> Vector:
    across = np.cos(elevation)
    return np.array([across * np.cos(azimuth), across * np.sin(azimuth), np.sin(elevation)])


def _eye(camera: Camera) -> Vector:
    return np.asarray(-camera.world_to_camera[:3, :3].T @ camera.world_to_camera[:3, 3])


def _behind(rng: np.random.Generator, camera: Camera, target: Vector) -> float:
    """Return the azimuth of a direction from the target that points away from the camera, more or less."""
    away = target - _eye(camera)
    return float(np.arctan2(away[1], away[0]) + rng.normal(0, 0.5))


def _fill(rng: np.random.Generator, target: Vector, strength: float) -> Light:
    """Return a weak near light from a side, as of a wall or a second lamp."""
    position = target + _direction(rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 1.0)) * rng.uniform(1, 3)
    power = strength * float(np.sum((position - target) ** 2))
    return Light(position, _colour(power * white(rng.uniform(2500, 8000))), 0.5, distant=False)


def _sun(rng: np.random.Generator, _camera: Camera, _target: Vector) -> Lighting:
    direction = _direction(rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 1.4))
    level = rng.uniform(2, 6)
    sun = level * white(2600 + 3200 * min(1.0, direction[2] * 2))
    sky = level * rng.uniform(0.15, 0.5) * white(rng.uniform(6500, 12000))
    ground = level * rng.uniform(0.05, 0.3) * rng.uniform(0.6, 1.2, 3)
    return Lighting((Light(direction, _colour(sun), rng.uniform(0.01, 0.04)),), _environment(rng, sky, ground), "sun")


def _overcast(rng: np.random.Generator, _camera: Camera, _target: Vector) -> Lighting:
    sky = rng.uniform(0.8, 2.5) * white(rng.uniform(6000, 9000))
    key = Light(_direction(rng.uniform(0, 2 * np.pi), rng.uniform(0.7, 1.5)), _colour(sky * 0.4), 0.9)
    return Lighting((key,), _environment(rng, sky, sky * rng.uniform(0.15, 0.5)), "overcast")


def _window(rng: np.random.Generator, _camera: Camera, target: Vector) -> Lighting:
    daylight = rng.uniform(0.6, 2) * white(rng.uniform(5000, 9000))
    position = target + _direction(rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.7)) * rng.uniform(0.8, 3)
    power = daylight * np.sum((position - target) ** 2)
    key = Light(position, _colour(power), rng.uniform(0.3, 1.0), distant=False)
    bounced = daylight * rng.uniform(0.06, 0.35) * rng.uniform(0.75, 1.1, 3)
    fills = (_fill(rng, target, rng.uniform(0.05, 0.3)),) * int(rng.random() < 0.3)
    return Lighting((key, *fills), _environment(rng, bounced, bounced * rng.uniform(0.15, 0.8)), "window")


def _ceiling(rng: np.random.Generator, _camera: Camera, target: Vector) -> Lighting:
    lamp = rng.uniform(0.3, 1.2) * white(rng.uniform(2500, 6500))
    lights = []
    for _ in range(rng.integers(1, 4)):
        offset = np.array([*rng.normal(0, 1.0, 2), rng.uniform(0.8, 1.8)])
        power = lamp * float(offset @ offset) * rng.uniform(0.3, 1)
        lights.append(Light(target + offset, _colour(power), rng.uniform(0.1, 0.6), distant=False))
    bounced = lamp * rng.uniform(0.1, 0.45) * rng.uniform(0.8, 1.1, 3)
    return Lighting(tuple(lights), _environment(rng, bounced, bounced * rng.uniform(0.15, 0.8)), "ceiling")


def _lamp(rng: np.random.Generator, _camera: Camera, target: Vector) -> Lighting:
    lamp = rng.uniform(0.2, 1) * white(rng.uniform(2200, 5000))
    position = target + _direction(rng.uniform(0, 2 * np.pi), rng.uniform(-0.2, 1.2)) * rng.uniform(0.3, 1.2)
    power = lamp * np.sum((position - target) ** 2)
    key = Light(position, _colour(power), rng.uniform(0.03, 0.25), distant=False)
    rest = lamp * rng.uniform(0.03, 0.25)
    return Lighting((key,), _environment(rng, rest, rest * rng.uniform(0.2, 0.9)), "lamp")


def _backlight(rng: np.random.Generator, camera: Camera, target: Vector) -> Lighting:
    level = rng.uniform(1, 5)
    direction = _direction(_behind(rng, camera, target), rng.uniform(0.1, 0.9))
    key = Light(direction, _colour(level * white(rng.uniform(3000, 7000))), rng.uniform(0.02, 0.4))
    rest = level * rng.uniform(0.06, 0.3) * white(rng.uniform(5000, 9000))
    return Lighting((key,), _environment(rng, rest, rest * rng.uniform(0.2, 0.9)), "backlight")


def _screen(rng: np.random.Generator, camera: Camera, target: Vector) -> Lighting:
    glow = rng.uniform(0.07, 0.35) * white(rng.uniform(5500, 12000)) * rng.uniform(0.6, 1.2, 3)
    position = target + (_eye(camera) - target) * rng.uniform(0.5, 1) + rng.normal(0, 0.12, 3)
    power = glow * np.sum((position - target) ** 2)
    rest = glow * rng.uniform(0.01, 0.15)
    key = Light(position, _colour(power), rng.uniform(0.2, 0.5), distant=False)
    return Lighting((key,), _environment(rng, rest, rest), "screen")


def _dark(rng: np.random.Generator, _camera: Camera, target: Vector) -> Lighting:
    level = rng.uniform(0.02, 0.07) * white(rng.uniform(2200, 9000))
    key = Light(_direction(rng.uniform(0, 2 * np.pi), rng.uniform(0, 1.2)), _colour(level), rng.uniform(0.1, 0.8))
    fills = (_fill(rng, target, 0.01),) * int(rng.random() < 0.3)
    rest = level * rng.uniform(0.2, 1)
    return Lighting((key, *fills), _environment(rng, rest, rest * rng.uniform(0.2, 0.9)), "dark")


def _coloured(rng: np.random.Generator, _camera: Camera, target: Vector) -> Lighting:
    """Sample lamps of saturated colours, as of a gamer's room or a stage."""
    lights = []
    for _ in range(rng.integers(1, 4)):
        hue = (0.1 + 0.9 * rng.dirichlet([0.6, 0.6, 0.6]) * 3) * rng.uniform(0.1, 0.8)
        position = target + _direction(rng.uniform(0, 2 * np.pi), rng.uniform(-0.2, 1.2)) * rng.uniform(0.6, 2.5)
        power = hue * np.sum((position - target) ** 2)
        lights.append(Light(position, _colour(power), rng.uniform(0.1, 0.6), distant=False))
    rest = rng.uniform(0.03, 0.2) * rng.dirichlet([2, 2, 2]) * 3
    return Lighting(tuple(lights), _environment(rng, rest, rest * rng.uniform(0.2, 0.9)), "coloured")


def _flash(rng: np.random.Generator, camera: Camera, target: Vector) -> Lighting:
    """Sample a lamp on the camera: what is near is bright, the rest is dark."""
    position = _eye(camera) + rng.normal(0, 0.03, 3)
    power = rng.uniform(0.3, 1.5) * white(rng.uniform(4500, 6500)) * np.sum((position - target) ** 2)
    rest = rng.uniform(0.02, 0.2) * white(rng.uniform(2500, 6500))
    key = Light(position, _colour(power), rng.uniform(0.01, 0.05), distant=False)
    return Lighting((key,), _environment(rng, rest, rest * rng.uniform(0.2, 0.9)), "flash")


SAMPLERS: dict[str, Sampler] = {
    "sun": _sun,
    "overcast": _overcast,
    "window": _window,
    "ceiling": _ceiling,
    "lamp": _lamp,
    "backlight": _backlight,
    "screen": _screen,
    "dark": _dark,
    "coloured": _coloured,
    "flash": _flash,
}

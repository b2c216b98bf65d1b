"""The camera's sensor and what its electronics make of the light: exposure, noise, tones, sharpening, compression."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import torch
from cv2.typing import MatLike
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image

from ...camera.blur import motion_kernels
from ..raster.lighting import Lighting
from .compression import compress
from .lights import light_on

ALBEDO = 0.3  # of people and their clothes, about
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of linear RGB (ITU-R BT.709)
LOOKS = {"colour": 0.9, "grey": 0.05, "infrared": 0.05}
JPEG_SHARE, SHAKEN_SHARE = 0.75, 0.2
LONGEST_SHAKE_PX = 12.0
# Infrared light, next to red in the spectrum: all skins are bright in it, and most cloth.
INFRARED = np.array([0.8, 0.2, 0.0], np.float32)
INFRARED_POWER = 0.45
DARK = ("dark", "screen", "flash", "coloured")
TONES = 4095  # levels of the tone curve
MAX_GAIN = 25.0  # of the automatic exposure, in the dark
DARKEST, BRIGHTEST = 0.06, 0.5  # of the person, as exposed: a hand can still be told


@dataclass(frozen=True)
class Sensor:
    """A camera's properties, the same for all images of a film.

    Attributes:
        look: "colour", "grey" or "infrared".
        brightness: mean of the image that the automatic exposure aims at, linear, 0..1.
        max_gain: that the automatic exposure can give.
        balance: factors of red, green and blue: the white balance.
        metered: brightness of the person that the automatic exposure assumes, from the light on them.
        person_share: of the person in its measurement; the rest is the mean of the image.
        detail: resolution of the optics, share of the image's.
        defocus_px: standard deviation of the blur.
        shake_px: length of the blur by the camera's own motion, 0 to ``LONGEST_SHAKE_PX``, for images 640 px wide.
        shake_angle: its direction, radians from the x axis towards the y axis (down).
        glare: share of the light that the lens scatters.
        vignette: darkening of the corners, 0..1.
        shot_noise: standard deviation at a brightness of 1 and a gain of 1; grows as the root of both.
        read_noise: standard deviation at a gain of 1; grows with it.
        chroma_noise: blotches of colour, relative to the other noise.
        gamma: of the tones, about 2.2.
        contrast: slope of the S-curve in the middle tones, 1 for none.
        saturation: of the colours, 1 for true ones.
        sharpening: height of the halos along edges, relative to the edges.
        codec: "jpeg" or "h264".
        quality: of the compression, 0 (worst) to 1.
    """

    look: str
    brightness: float
    max_gain: float
    balance: tuple[float, float, float]
    metered: float
    person_share: float
    detail: float
    defocus_px: float
    shake_px: float
    shake_angle: float
    glare: float
    vignette: float
    shot_noise: float
    read_noise: float
    chroma_noise: float
    gamma: float
    contrast: float
    saturation: float
    sharpening: float
    codec: str
    quality: float


def sample_sensor(rng: np.random.Generator, lighting: Lighting, target: NDArray[np.float64]) -> Sensor:
    """Sample a camera for a person at the ``(3,)`` target in some light."""
    light = light_on(lighting, target)
    # Cameras correct most of the light's colour, not all.
    balance = np.clip((light.mean() / light) ** rng.uniform(0.5, 1.0), 0.4, 2.2) * np.exp(rng.normal(0, 0.06, 3))
    look = str(rng.choice(list(LOOKS), p=list(LOOKS.values())))
    red, green, blue = balance.tolist() if look == "colour" else (1.0, 1.0, 1.0)
    dim = lighting.name in DARK and rng.random() < 0.35
    return Sensor(
        look=look,
        brightness=float(np.clip(np.exp(rng.normal(np.log(0.12 if dim else 0.24), 0.35)), 0.06, 0.5)),
        max_gain=float(MAX_GAIN * np.exp(rng.normal(0, 0.3))),
        balance=(red, green, blue),
        metered=float(ALBEDO * light.mean()),
        person_share=float(rng.uniform()) if look != "infrared" else 0.0,
        detail=float(rng.uniform(0.35, 1) if rng.random() < 0.3 else 1),
        defocus_px=float(rng.uniform(0.3, 0.7) if rng.random() < 0.85 else rng.uniform(0.7, 2.0)),
        shake_px=float(min(rng.exponential(3), LONGEST_SHAKE_PX) * (rng.random() < SHAKEN_SHARE)),
        shake_angle=float(rng.uniform(0, np.pi)),
        glare=float(rng.uniform(0, 0.06) if rng.random() < 0.92 else rng.uniform(0.06, 0.2)),
        vignette=float(rng.uniform(0, 0.4) * (rng.random() < 0.6)),
        shot_noise=float(0.004 * np.exp(rng.normal(0, 0.6))),
        read_noise=float(0.0004 * np.exp(rng.normal(0, 0.5))),
        chroma_noise=float(rng.uniform(0, 0.8)),
        gamma=float(rng.normal(2.2, 0.2)),
        contrast=float(np.clip(rng.normal(1.15, 0.2), 0.7, 1.8)),
        saturation=float(np.clip(rng.normal(1.0, 0.2), 0.4, 1.6)),
        sharpening=float(rng.uniform(0, 1.2) * (rng.random() < 0.6)),
        codec="jpeg" if rng.random() < JPEG_SHARE else "h264",
        quality=float(np.clip(rng.normal(0.75, 0.2), 0.1, 0.98)),
    )


def expose(rng: np.random.Generator, sensor: Sensor, frames: Sequence[Floats]) -> Image:
    """Take a photo.

    Args:
        rng: of the noise.
        sensor: the camera.
        frames: ``(h, w, 3)`` linear RGB: what is seen while the shutter is open, one or several moments.

    Returns:
        ``(h, w, 3)`` uint8 RGB.
    """
    light = _lens(sensor, np.mean(frames, axis=0, dtype=np.float32) if len(frames) > 1 else frames[0])
    if sensor.look == "infrared":
        light = np.repeat(((light @ INFRARED) ** INFRARED_POWER)[..., None], 3, axis=-1)
    exposure, gain = _exposure(sensor, light)
    exposed = np.asarray(cv2.transform(light, exposure), np.float32)
    exposed += _noise(rng, sensor, exposed, gain)
    image = _tones(sensor)[(np.clip(exposed, 0, 1, out=exposed) * TONES).astype(np.uint16)]
    if sensor.sharpening:
        soft = cv2.GaussianBlur(image, (0, 0), 1.2)
        image = np.asarray(cv2.addWeighted(image, 1 + sensor.sharpening, soft, -sensor.sharpening, 0), np.uint8)
    return compress(image, sensor.codec, sensor.quality)


def _lens(sensor: Sensor, light: Floats) -> Floats:
    """Blur, scatter and darken towards the corners."""
    height, width = light.shape[:2]
    size = (width, height)
    seen: MatLike = light
    if sensor.detail < 1:
        seen = cv2.resize(seen, None, fx=sensor.detail, fy=sensor.detail, interpolation=cv2.INTER_AREA)
        seen = cv2.resize(seen, size, interpolation=cv2.INTER_LINEAR)
    seen = cv2.GaussianBlur(seen, (0, 0), sensor.defocus_px * width / 640)
    if sensor.shake_px:
        length, angle = torch.tensor([sensor.shake_px * width / 640]), torch.tensor([sensor.shake_angle])
        taps = 2 * int(length) + 3
        kernel = motion_kernels(length, angle, taps=taps, reach=taps // 4 + 1)[0].numpy()
        seen = cv2.filter2D(seen, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    glare = cv2.GaussianBlur(cv2.resize(seen, (32, 24), interpolation=cv2.INTER_AREA), (0, 0), 5)
    seen = cv2.addWeighted(seen, 1 - sensor.glare, cv2.resize(glare, size), sensor.glare, 0)
    dimmed = seen if sensor.vignette == 0 else seen * (1 - sensor.vignette * _squared_radius(width, height))
    return np.asarray(dimmed, np.float32)


@cache
def _squared_radius(width: int, height: int) -> Floats:
    """Return ``(h, w, 1)``, 0 in the middle of the image and 1 in its corners."""
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    return np.asarray(((x**2 + y[:, None] ** 2) / 2)[..., None], np.float32)


def _exposure(sensor: Sensor, light: Floats) -> tuple[Floats, float]:
    """Return the matrix ``(3, 3)`` from light to exposed colours, and its gain."""
    mean = max(float(np.array(cv2.mean(light)[:3]) @ LUMINANCE), 1e-6)
    gain = sensor.brightness / (mean ** (1 - sensor.person_share) * sensor.metered**sensor.person_share)
    if sensor.look != "infrared":  # whose brightness is not that of the metered light
        gain = min(max(gain, DARKEST / sensor.metered), BRIGHTEST / sensor.metered)
    gain = min(gain, sensor.max_gain)
    saturation = 0.0 if sensor.look == "grey" else sensor.saturation
    mixed = saturation * np.eye(3) + (1 - saturation) * LUMINANCE
    return np.asarray(mixed * (gain * np.array(sensor.balance)), np.float32), gain


def _noise(rng: np.random.Generator, sensor: Sensor, exposed: Floats, gain: float) -> Floats:
    """Sample noise ``(h, w, 3)``: of each px in brightness, coarser in colour, as after a webcam's denoising."""
    height, width = exposed.shape[:2]
    grain = cv2.merge([_normal(rng, height, width, 1)] * 3)
    if sensor.chroma_noise and sensor.look == "colour":
        blotches = cv2.resize(_normal(rng, height // 2, width // 2, 3), (width, height))
        grain = cv2.scaleAdd(blotches, sensor.chroma_noise, grain)
    variance = np.maximum(exposed[..., 1], 0) * np.float32(sensor.shot_noise**2 * gain)
    deviation = cv2.sqrt(variance + np.float32((sensor.read_noise * gain) ** 2))
    return np.asarray(cv2.multiply(grain, cv2.merge([deviation] * 3)), np.float32)


def _normal(rng: np.random.Generator, height: int, width: int, channels: int) -> Floats:
    """Cut normally distributed numbers from a tile: much quicker than to draw so many."""
    tile = _noise_tile(max(height, width) * 2)
    parts = []
    for _ in range(channels):
        top, left = rng.integers(len(tile) - height), rng.integers(len(tile) - width)
        parts.append(tile[top : top + height, left : left + width])
    return np.stack(parts, axis=-1)


@cache
def _noise_tile(size: int) -> Floats:
    return np.random.default_rng(0).standard_normal((size, size), np.float32)


def _tones(sensor: Sensor) -> Image:
    """Return the tone of each of the levels 0 to ``TONES``: a power, then an S-curve."""
    tones = np.linspace(0, 1, TONES + 1) ** (1 / sensor.gamma)
    bent = np.where(tones < 0.5, 0.5 * (2 * tones) ** sensor.contrast, 1 - 0.5 * (2 - 2 * tones) ** sensor.contrast)
    return np.asarray(bent * 255 + 0.5, np.uint8)

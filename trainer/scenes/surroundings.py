"""What is around people and what takes the photo: light, a room or a background, a camera's sensor."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError

from .mesh import Mesh
from .photo.lights import sample_lighting
from .photo.room import sample_room
from .photo.sensor import Sensor, sample_sensor
from .raster.lighting import Lighting
from .view import Camera

FLOOR_M = 0.0
ROOM_SHARE = 0.5  # of the scenes, if there are backgrounds
GAMMA = 2.2


@dataclass(frozen=True, eq=False)
class Surroundings:
    """All of a photo but its people.

    Attributes:
        lighting: of the scene.
        meshes: of the room; none before a background.
        background: ``(h, w, 3)`` linear RGB, or None.
        sensor: of the camera.
    """

    lighting: Lighting
    meshes: list[Mesh]
    background: Floats | None
    sensor: Sensor


def sample_surroundings(
    rng: np.random.Generator, camera: Camera, target: NDArray[np.float64], backgrounds: Sequence[Path]
) -> Surroundings:
    """Sample surroundings.

    Args:
        rng: source of random numbers.
        camera: from which they are seen.
        target: ``(3,)`` metres, the middle of the people.
        backgrounds: images to show behind people in a part of the scenes, and as pictures in rooms.
    """
    indoors = not backgrounds or rng.random() < ROOM_SHARE
    lighting = sample_lighting(rng, camera, target, indoors=indoors)
    sensor = sample_sensor(rng, lighting.name)
    image = read_image(backgrounds[rng.integers(len(backgrounds))]) if backgrounds else None
    if indoors:
        images = [] if image is None else [image]
        return Surroundings(lighting, sample_room(rng, camera, target, floor_m=FLOOR_M, images=images), None, sensor)
    assert image is not None
    return Surroundings(lighting, [], _background(rng, image, camera), sensor)


@lru_cache(maxsize=32)
def read_image(path: Path) -> Image:
    """Read an image, ``(h, w, 3)`` RGB; kept, so that it is uploaded to the GPU once.

    Raises:
        HandPoseError: it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise HandPoseError(f"The image {path} cannot be read.")
    return np.asarray(image, np.uint8)


def _background(rng: np.random.Generator, image: Image, camera: Camera) -> Floats:
    """Cut a part of an image to the camera's size, perhaps flipped, brighter or darker; linear RGB."""
    height, width = image.shape[:2]
    scale = min(width / camera.width, height / camera.height) * rng.uniform(0.5, 1.0)
    size = int(camera.width * scale), int(camera.height * scale)
    left, top = rng.integers(0, width - size[0] + 1), rng.integers(0, height - size[1] + 1)
    part = image[top : top + size[1], left : left + size[0], :][:, :: rng.choice((-1, 1))]
    resized = cv2.resize(part, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((resized / 255.0) ** GAMMA * np.exp(rng.normal(0, 0.4)), np.float32)

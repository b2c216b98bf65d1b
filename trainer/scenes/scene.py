"""One scene: people in a situation, lit, photographed and labelled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from handpose_live.types.arrays import Image

from .actors import Person, sample_person
from .labelling import label_hands
from .labels import SceneImage
from .photo.sensor import Sensor, expose, sample_sensor
from .photo.surroundings import Place, Surroundings, light_place, sample_place
from .raster.rasteriser import Rasteriser
from .situations.catalogue import LARGEST_PX, SMALLEST_PX
from .staging import MAX_PEOPLE, Staged, stage

# Images one after another show the same people, and some of them also in the same poses and the same place, but each
# from another camera in another light: sewing and posing take longer than photographs.
SCENES_WITH_PEOPLE, SHOTS = 16, 4


@dataclass(frozen=True)
class SceneConfig:
    """What scenes are made of.

    Attributes:
        skins: folder of MakeHuman's skin textures.
        backgrounds: images to show behind people, besides rooms.
        sizes_px: smallest and largest box of the hand that the camera is placed by, in an image of 640 px; all sizes
            between them are equally likely in log scale.
        skin_tone: of all people, from ``skins.TONES``; changes nothing but their skins. None for any.
    """

    skins: Path
    backgrounds: tuple[Path, ...] = ()
    sizes_px: tuple[float, float] = (SMALLEST_PX, LARGEST_PX)
    skin_tone: str | None = None

    @property
    def licence(self) -> str:
        """Licence of the images: that of bodies and skins, unless there are photographs in them."""
        return "of the backgrounds" if self.backgrounds else "CC0-1.0"

    def summary(self) -> dict[str, object]:
        """Return what must be the same when an interrupted run is resumed."""
        return {"backgrounds": len(self.backgrounds), "sizes_px": list(self.sizes_px)}


def render_scene(seed: int, index: int, config: SceneConfig) -> SceneImage:
    """Render an image of a sequence, a pure function of its arguments.

    Args:
        seed: of the sequence.
        index: of the image.
        config: what scenes are made of.

    Raises:
        HandPoseError: the extra ``render`` or OpenGL is missing.
    """
    return photograph(*_prepare(seed, index, config))


def render_empty_scene(seed: int, index: int, config: SceneConfig) -> Image:
    """Render a scene after its people have left; see :func:`render_scene`."""
    rng, staged, surroundings, sensor = _prepare(seed, index, config)
    return photograph(rng, replace(staged, moments=[[]], hands=[]), surroundings, sensor).image


def _prepare(seed: int, index: int, config: SceneConfig) -> tuple[np.random.Generator, Staged, Surroundings, Sensor]:
    """Return what :func:`photograph` needs."""
    take, shot = divmod(index, SHOTS)
    stagings, place = sample_take(seed, take, config)
    staged = stagings[shot]
    rng = np.random.default_rng((seed, index))
    surroundings = light_place(rng, place, staged.camera, staged.people)
    return rng, staged, surroundings, sample_sensor(rng, surroundings.lighting, staged.people.mean(0))


@lru_cache(maxsize=1)
def sample_take(seed: int, number: int, config: SceneConfig) -> tuple[list[Staged], Place]:
    """Sample people in a situation somewhere, with a camera for each of ``SHOTS`` images."""
    rng = np.random.default_rng((seed, number, 2))
    people = people_of(seed, number * SHOTS // SCENES_WITH_PEOPLE, config)
    stagings = stage(rng, people, config.sizes_px, SHOTS)
    cameras = [staged.camera for staged in stagings]
    return stagings, sample_place(rng, cameras, stagings[0].people, images=config.backgrounds)


def people_of(seed: int, group: int, config: SceneConfig) -> list[Callable[[], Person]]:
    """Return what makes the people of a group of scenes."""
    numbers = range(group * MAX_PEOPLE, (group + 1) * MAX_PEOPLE)
    tone = config.skin_tone
    return [partial(sample_person, seed, number, config.skins, config.backgrounds, tone) for number in numbers]


def photograph(rng: np.random.Generator, staged: Staged, surroundings: Surroundings, sensor: Sensor) -> SceneImage:
    """Render a scene, expose the image and label the hands."""
    camera = staged.camera
    rasteriser = open_rasteriser(camera.width, camera.height)
    still = staged.furniture + surroundings.meshes
    rasters = [
        rasteriser.render(meshes + still, camera, surroundings.lighting, surroundings.background)
        for meshes in staged.moments
    ]
    middle = len(rasters) // 2
    raster, meshes = rasters[middle], staged.moments[middle]
    labels = label_hands(staged.hands, meshes, camera, raster)
    positions = np.full(len(staged.hands) + 1, -1, np.int32)
    for position, label in enumerate(labels):
        positions[label.number] = position
    return SceneImage(
        image=expose(rng, sensor, [each.colour for each in rasters]),
        hands=labels,
        hand_mask=positions[raster.hands],
        attributes=staged.attributes | {"light": surroundings.lighting.name},
    )


@lru_cache(maxsize=4)
def open_rasteriser(width: int, height: int) -> Rasteriser:
    """Open a rasteriser for each size of images, once in a process."""
    return Rasteriser(width, height)

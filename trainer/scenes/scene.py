"""One scene: people in a situation, lit, photographed and labelled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from .actors import SCENES_WITH_PERSON, Actor, Person, act, place_actor, sample_person
from .labelling import SceneHand, label_hands
from .labels import SceneImage
from .mesh import Mesh
from .raster.lighting import Lighting
from .raster.rasteriser import Rasteriser
from .situations.cameras import sample_view
from .situations.catalogue import LARGEST_PX, SMALLEST_PX, Situation, sample_situation
from .situations.furniture import sample_table
from .situations.stances import sample_places
from .view import Camera

MAX_PEOPLE = 3


@dataclass(frozen=True)
class SceneConfig:
    """What scenes are made of.

    Attributes:
        skins: folder of MakeHuman's skin textures.
        backgrounds: images to show behind people, besides rooms.
        sizes_px: smallest and largest box of the hand that the camera is placed by, in an image of 640 px.
    """

    skins: Path
    backgrounds: tuple[Path, ...] = ()
    sizes_px: tuple[float, float] = (SMALLEST_PX, LARGEST_PX)

    @property
    def licence(self) -> str:
        """Licence of the images: that of bodies and skins, unless there are photographs in them."""
        return "of the backgrounds" if self.backgrounds else "CC0-1.0"

    def summary(self) -> dict[str, object]:
        """Return what must be the same when an interrupted run is resumed."""
        return {"backgrounds": len(self.backgrounds), "sizes_px": list(self.sizes_px)}


@dataclass(frozen=True, eq=False)
class Staged:
    """A scene before light and camera noise: meshes, hands by index, camera, and what it is."""

    meshes: list[Mesh]
    hands: list[SceneHand]
    camera: Camera
    attributes: dict[str, str]


def render_scene(seed: int, index: int, config: SceneConfig) -> SceneImage:
    """Render an image of a sequence, a pure function of its arguments.

    Args:
        seed: of the sequence.
        index: of the image.
        config: what scenes are made of.

    Raises:
        HandPoseError: the extra ``render`` or OpenGL is missing.
    """
    rng = np.random.default_rng((seed, index))
    first_person = index // SCENES_WITH_PERSON * MAX_PEOPLE
    persons = [partial(sample_person, seed, first_person + number, config.skins) for number in range(MAX_PEOPLE)]
    return photograph(rng, stage(rng, persons, config))


def stage(rng: np.random.Generator, persons: Sequence[Callable[[], Person]], config: SceneConfig) -> Staged:
    """Sample a situation and the camera.

    Args:
        rng: source of random numbers.
        persons: who can be in the scene, made when they are.
        config: what scenes are made of.
    """
    low, high = np.log(config.sizes_px)
    size_px = float(np.exp(rng.uniform(low, high)))
    situation = sample_situation(rng, size_px)
    actors = _place(rng, situation, persons)
    people = [actor.landmarks for actor in actors]
    arms = situation.sample_arms(rng, people)
    camera = situation.shot(rng, list(zip(people, arms, strict=True)), sample_view(rng, size_px))
    meshes = sample_table(rng, people[0]) if situation.desk else []
    hands: list[SceneHand] = []
    for actor, each in zip(actors, arms, strict=True):
        posed = act(rng, actor, each, len(hands))
        meshes, hands = meshes + posed.meshes, hands + posed.hands
    skins = " ".join(actor.person.body.skin.name for actor in actors)
    attributes = {"situation": situation.name, "skin": skins, "people": str(len(actors))}
    return Staged(meshes, hands, camera, attributes)


def photograph(rng: np.random.Generator, staged: Staged) -> SceneImage:
    """Light a scene, render it, expose it and label its hands."""
    camera = staged.camera
    lighting = Lighting()
    raster = open_rasteriser(camera.width, camera.height).render(staged.meshes, camera, lighting)
    labels = label_hands(staged.hands, staged.meshes, camera, raster)
    image = (np.clip(raster.colour, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    numbers = np.full(len(staged.hands) + 1, -1, np.int32)
    for position, label in enumerate(labels):
        numbers[label.number] = position
    attributes = staged.attributes | {"light": lighting.name}
    return SceneImage(image, labels, numbers[raster.hands], attributes)


def _place(rng: np.random.Generator, situation: Situation, persons: Sequence[Callable[[], Person]]) -> list[Actor]:
    fewest, most = situation.people
    places = sample_places(rng, int(rng.integers(fewest, most + 1)), meet=not situation.actions)
    return [
        place_actor(rng, person(), place, sits=bool(rng.random() < situation.sitting))
        for person, place in zip(persons, places, strict=False)
    ]


@lru_cache(maxsize=4)
def open_rasteriser(width: int, height: int) -> Rasteriser:
    """Open a rasteriser for each size of images, once in a process."""
    return Rasteriser(width, height)

"""The stage of the demo clip: a person in plain clothes at home before a webcam, in good light."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from ..scenes.actors import Actor, Person, meshes_of, open_factory, place_actor
from ..scenes.body.pose import BodyPose
from ..scenes.clothing.garments import HIDDEN_M, TORSO_M, Garment, neckline, sew, sleeve_ease, sleeves
from ..scenes.clothing.hair import sample_hair
from ..scenes.clothing.outfit import Outfit
from ..scenes.clothing.rest import RestBody
from ..scenes.labelling import SceneHand
from ..scenes.labels import SceneImage
from ..scenes.mesh import Material
from ..scenes.photo.sensor import Sensor
from ..scenes.photo.surroundings import Surroundings
from ..scenes.scene import photograph
from ..scenes.situations.landmarks import SIDES, Landmarks, find_landmarks
from ..scenes.situations.stances import Place
from ..scenes.staging import Staged
from ..scenes.view import Camera
from .motion import animate, upright
from .room import daylight, furnished_room
from .script import TAKES, Take

FOCAL = 0.85  # of a webcam, in image widths
DISTANCE_ARMS, BELOW_EYES_M = 1.6, 0.05  # of the camera from the eyes, in lengths of the arm
SLEEVES_END = 1.75  # in the middle of the forearm, see ``SLEEVES`` of garments
# The same exposure in all frames, and no noise: it would take most of the file.
SENSOR = Sensor(
    look="colour",
    brightness=0.33,
    max_gain=1.2,
    balance=(1.0, 1.0, 1.0),
    metered=0.3,
    person_share=1.0,
    detail=1.0,
    defocus_px=0.4,
    shake_px=0.0,
    shake_angle=0.0,
    glare=0.02,
    vignette=0.1,
    shot_noise=0.0,
    read_noise=0.0,
    chroma_noise=0.0,
    gamma=2.2,
    contrast=1.1,
    saturation=1.05,
    sharpening=0.2,
    codec="jpeg",
    quality=0.98,
)


@dataclass(frozen=True, eq=False)
class Stage:
    """A take, ready to be photographed.

    Attributes:
        actor: the person.
        poses: in each frame.
        camera: that looks at them.
        surroundings: the room and its light.
    """

    actor: Actor
    poses: list[BodyPose]
    camera: Camera
    surroundings: Surroundings

    def photograph(self, frame: int) -> SceneImage:
        """Render a frame; ``number`` of a hand is 0 for the left and 1 for the right one."""
        posed = self.actor.person.body.posed(self.poses[frame])
        hands = [SceneHand(side, posed.joints[side]) for side in SIDES]
        person = self.actor.landmarks.chest[None]
        staged = Staged([meshes_of(self.actor, posed, 0)], [], hands, self.camera, person, {})
        return photograph(np.random.default_rng(0), staged, self.surroundings, SENSOR)


@cache
def open_stage(number: int, skins: Path, height: int, width: int) -> Stage:
    """Set the stage for a take and images of ``height`` x ``width`` px; once in each process."""
    take = TAKES[number]
    actor = seat_actor(take, skins)
    person = actor.landmarks
    surroundings = Surroundings(furnished_room(take.wall), None, daylight(person.eyes), "room")
    return Stage(actor, animate(actor, take.beats), _webcam(person, height, width), surroundings)


def seat_actor(take: Take, skins: Path) -> Actor:
    """Let the person of a take sit upright."""
    person = _dressed(take, skins)
    seated = place_actor(np.random.default_rng(take.person), person, Place(0.0, 0.0, 0.0), sits=True)
    stance = seated.stance.turned(upright(0.0))
    return replace(seated, stance=stance, landmarks=find_landmarks(person.body.posed(stance)))


def _dressed(take: Take, skins: Path) -> Person:
    """Return the person of a take in a plain jumper, with bare hands."""
    rng = np.random.default_rng((7, take.person, 1))
    body = open_factory(skins).sample(rng)
    rest = RestBody(body)
    edges = [sleeves(rest, SLEEVES_END), neckline(rest, height=-0.015, width=0.2), (rest.torso + 0.05) * TORSO_M]
    field = np.minimum.reduce(edges).astype(np.float32)
    bare = np.zeros_like(field)
    jumper = Garment(field, sleeve_ease(rng, rest, SLEEVES_END, 0.2), looseness=0.1)
    cloth = Material(take.clothes, roughness=0.9, specular=0.1, bump=0.3)
    piece, _ = sew(rng, rest, jumper, cloth, worn=bare, hidden=bare - 1)
    hair = sample_hair(rng, rest, masked=False, hat_height=np.inf)
    return Person(body, Outfit(rest, [piece, *hair], field > HIDDEN_M))


def _webcam(person: Landmarks, height: int, width: int) -> Camera:
    position = person.eyes - (0, DISTANCE_ARMS * person.arm_m, BELOW_EYES_M)
    return Camera.looking_at(
        position, person.eyes - (0, 0, 2 * BELOW_EYES_M), width=width, height=height, focal_px=FOCAL * width
    )

"""People of a scene: bodies with clothes, whose hands are where a situation wants them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from handpose_live.types.hand import Side

from .body.body import Body, BodyFactory, PosedBody
from .body.collision import resolve_self_collisions
from .body.gestures import TOUCHED_BONES
from .body.pose import BodyPose, bone_of
from .body.reach import reach
from .body.rotations import Matrix, about, rigid
from .clothing.dress import dress
from .clothing.outfit import Outfit
from .labelling import SceneHand
from .mesh import Mesh
from .objects.sample import sample_object
from .objects.thing import HeldObject
from .objects.two_handed import sample_two_handed
from .situations.finger_poses import sample_fingers
from .situations.hand_targets import Arms
from .situations.holding import IN_BOTH
from .situations.landmarks import SIDES, Landmarks, find_landmarks
from .situations.stances import Place, sample_stance

# Standard deviations of what hands that move do while the shutter is open: along each axis, metres, and radians.
MOVE_M, MOVE_RAD = 0.012, 0.1


@dataclass(frozen=True, eq=False)
class Person:
    """A person in clothes.

    Attributes:
        body: shape and skin.
        outfit: what is worn.
    """

    body: Body
    outfit: Outfit


@dataclass(frozen=True, eq=False)
class Actor:
    """A person who stands or sits somewhere.

    Attributes:
        person: who it is.
        sits: whether on a seat.
        stance: the pose of all but arms and hands.
        landmarks: in this stance.
    """

    person: Person
    sits: bool
    stance: BodyPose
    landmarks: Landmarks


@dataclass(frozen=True, eq=False)
class PosedActor:
    """A person in clothes, posed.

    Attributes:
        moments: meshes of body, clothes and held objects at moments while the shutter is open.
        hands: the left and the right one, in the middle of that time.
    """

    moments: list[list[Mesh]]
    hands: list[SceneHand]


@lru_cache(maxsize=1)
def open_factory(skins: Path) -> BodyFactory:
    """Load the body model, once in a process."""
    return BodyFactory(skins)


@lru_cache(maxsize=8)
def sample_person(seed: int, number: int, skins: Path, images: tuple[Path, ...], skin_tone: str | None) -> Person:
    """Sample a person of a sequence, a pure function of its arguments.

    Args:
        seed: of the sequence.
        number: of the person.
        skins: folder of MakeHuman's skin textures.
        images: to print on clothes.
        skin_tone: the only one, from ``skins.TONES``; changes nothing but the skin. None for any.
    """
    rng = np.random.default_rng((seed, number, 1))
    factory = open_factory(skins)
    body = factory.sample(rng)
    outfit = dress(rng, body, images)
    return Person(factory.with_skin(rng, body, skin_tone) if skin_tone else body, outfit)


def place_actor(rng: np.random.Generator, person: Person, place: Place, *, sits: bool) -> Actor:
    """Let a person stand or sit at a place."""
    stance = sample_stance(rng, person.body, place, sits=sits)
    return Actor(person, sits, stance, find_landmarks(person.body.posed(stance)))


def act(rng: np.random.Generator, actor: Actor, arms: Arms, first_hand: int, moments: int = 1) -> PosedActor:
    """Pose a person's arms, fingers and held objects.

    Args:
        rng: source of random numbers.
        actor: the person.
        arms: what both hands do.
        first_hand: index in the scene of the left hand; the right one's is the next.
        moments: odd; with more than one the hands move while the shutter is open.
    """
    held: dict[Side, HeldObject] = {}
    names: dict[Side, str] = {}
    fingers: dict[Side, Matrix] = {}
    in_both = arms["right"].holds == IN_BOTH
    if in_both:
        both = sample_two_handed(rng, actor.person.body)
        arms, held = _take_with_both(rng, actor.landmarks, arms, both), dict.fromkeys(SIDES, both)
    for side in SIDES:
        if in_both:
            names[side], fingers[side] = "", both.grips[side].angles
        elif arms[side].holds:
            kind = None if arms[side].holds == "any" else arms[side].holds
            held[side] = sample_object(rng, actor.person.body, side, kind)
            names[side], fingers[side] = "", held[side].grips[side].angles
        else:
            names[side], angles = sample_fingers(rng, arms[side].pose)
            touched = TOUCHED_BONES.get(names[side])
            fingers[side] = resolve_self_collisions(actor.person.body.hands[side], angles, touched)
    poses = [pose_actor(actor, each, fingers) for each in _moving(rng, arms, moments)]
    seen = list(held.items())[in_both:]  # one object in both hands is seen once
    meshes = [meshes_of(actor, posed, first_hand) + _held_meshes(posed, seen) for posed in poses]
    posed = poses[moments // 2]
    holds = {side: held[side].name if side in held else "" for side in SIDES}
    return PosedActor(meshes, [SceneHand(side, posed.joints[side], names[side], holds[side]) for side in SIDES])


def _held_meshes(posed: PosedBody, held: Sequence[tuple[Side, HeldObject]]) -> list[Mesh]:
    return [
        mesh for side, thing in held for mesh in thing.meshes(thing.from_hand(side, posed.bone(bone_of(side, "wrist"))))
    ]


def _moving(rng: np.random.Generator, arms: Arms, moments: int) -> list[Arms]:
    """Return where hands are at moments evenly spread over the time of exposure, the wanted place in the middle."""
    if moments == 1:
        return [arms]
    times = (np.arange(moments) - moments // 2) / moments
    moves = {side: (rng.normal(0, MOVE_M, 3), rng.normal(0, MOVE_RAD, 3)) for side in SIDES}
    return [{side: arms[side].moved(time * moves[side][0], time * moves[side][1]) for side in SIDES} for time in times]


def _take_with_both(rng: np.random.Generator, person: Landmarks, arms: Arms, held: HeldObject) -> Arms:
    """Bring both hands to one object, which is before the person and in the middle between the hands' targets."""
    facing = about(person.left, rng.normal(0, 0.25)) @ np.stack([person.left, -person.forward, person.up], axis=1)
    wrists = {side: held.hand_from(side, rigid(facing, np.zeros(3))) for side in SIDES}
    move = np.mean([arms[side].wrist - wrists[side][:3, 3] for side in SIDES], axis=0)
    return {
        side: replace(arms[side], wrist=frame[:3, 3] + move, fingers=frame[:3, 1], palm=frame[:3, 2])
        for side, frame in wrists.items()
    }


def pose_actor(actor: Actor, arms: Arms, fingers: Mapping[Side, Matrix]) -> PosedBody:
    """Bring the hands to their targets, with ``(21,)`` angles of their fingers."""
    body, pose = actor.person.body, actor.stance
    for side in SIDES:
        pose = reach(body, pose.with_hand(side, fingers[side]), side, arms[side].wrist, arms[side].rotation)
    return body.posed(pose)


def meshes_of(actor: Actor, posed: PosedBody, first_hand: int) -> list[Mesh]:
    """Return the meshes of body and clothes."""
    return actor.person.outfit.meshes(posed, first_hand)

"""People of a scene: bodies with clothes, whose hands are where a situation wants them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from handpose_live.types.hand import Side

from .body.body import Body, BodyFactory, PosedBody
from .body.pose import BodyPose, bone_of
from .body.reach import reach
from .clothing.dress import dress
from .clothing.outfit import Outfit
from .labelling import SceneHand
from .mesh import Mesh
from .objects.held import HeldObject, sample_object
from .objects.shapes import moved
from .situations.finger_poses import sample_fingers
from .situations.hand_targets import Arms
from .situations.landmarks import SIDES, Landmarks, find_landmarks
from .situations.stances import Place, sample_stance


@dataclass(frozen=True, eq=False)
class Actor:
    """A person in clothes.

    Attributes:
        body: the person.
        outfit: what is worn.
        stance: the pose of all but arms and hands.
        landmarks: in this stance.
    """

    body: Body
    outfit: Outfit
    stance: BodyPose
    landmarks: Landmarks


@dataclass(frozen=True, eq=False)
class PosedActor:
    """A person in clothes, posed.

    Attributes:
        posed: the body.
        meshes: of body, clothes and held objects.
        hands: the left and the right one.
    """

    posed: PosedBody
    meshes: list[Mesh]
    hands: list[SceneHand]


def cast(rng: np.random.Generator, factory: BodyFactory, place: Place, *, sits: bool) -> Actor:
    """Sample a person, dressed, at a place."""
    body = factory.sample(rng)
    stance = sample_stance(rng, body, place, sits=sits)
    return Actor(body, dress(rng, body), stance, find_landmarks(body.posed(stance)))


def act(rng: np.random.Generator, actor: Actor, arms: Arms, first_hand: int) -> PosedActor:
    """Pose a person's arms, hands and held objects.

    Args:
        rng: source of random numbers.
        actor: the person.
        arms: what both hands do.
        first_hand: index in the scene of the left hand; the right one's is the next.
    """
    pose, held = actor.stance, {}
    names = {}
    for side in SIDES:
        wanted = arms[side]
        if wanted.holds:
            held[side] = sample_object(rng, actor.body, side, wanted.holds)
            names[side], angles = "", held[side].fingers
        else:
            names[side], angles = sample_fingers(rng, wanted.pose)
        pose = reach(actor.body, pose.with_hand(side, angles), side, wanted.wrist, wanted.rotation)
    posed = actor.body.posed(pose)
    return PosedActor(posed, _meshes(actor, posed, held, first_hand), _hands(posed, names, held))


def _meshes(actor: Actor, posed: PosedBody, held: Mapping[Side, HeldObject], first_hand: int) -> list[Mesh]:
    meshes = posed.meshes(first_hand) + actor.outfit.meshes(posed.transforms, first_hand)
    for side, thing in held.items():
        hand = posed.bone(bone_of(side, "wrist"))
        meshes += [moved(mesh, hand) for mesh in thing.meshes]
    return meshes


def _hands(posed: PosedBody, names: Mapping[Side, str], held: Mapping[Side, HeldObject]) -> list[SceneHand]:
    return [
        SceneHand(side, posed.joints[side], names[side], held[side].name if side in held else "") for side in SIDES
    ]

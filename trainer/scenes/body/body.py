"""Bodies of people: sampled shapes with skins, that are posed and become meshes."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import WRIST

from ..mesh import Material, Mesh
from .eyes import sample_eyes
from .fingers import MIRROR, finger_orientations
from .frames import rest_frames
from .hand_joints import bone_ends, joint_bones, marked_joints
from .hand_shape import HandShape, measure_hand
from .knuckles import Knuckle, find_knuckles
from .model import BodyModel, load_body_model
from .pose import SIDES, BodyPose, bone_of
from .rotations import Matrix, rigid
from .shapes import Shape, sample_shape
from .skins import Skin, SkinLibrary
from .surface import Part, load_surface


class BodyFactory:
    """Samples bodies."""

    def __init__(self, skins: Path) -> None:
        """Args:
        skins: folder of MakeHuman's skin textures.
        """
        self._model, self._skins = load_body_model(), SkinLibrary(skins)

    def sample(self, rng: np.random.Generator) -> "Body":
        """Sample a person: age, sex, build, hands and skin."""
        shape = sample_shape(rng)
        vertices, heads = self._model.rest(shape.phenotypes, shape.local_changes)
        skin = self._skins.sample(rng, age=shape.age_group, sex=shape.sex)
        return Body(self._model, shape, vertices, heads, skin, sample_eyes(rng, brown="light" not in skin.tone))

    def with_skin(self, rng: np.random.Generator, body: "Body", tone: str) -> "Body":
        """Return the same body with another skin of a tone, from ``skins.TONES``."""
        skin = self._skins.sample(rng, age=body.shape.age_group, sex=body.shape.sex, tone=tone)
        return replace(body, skin=skin)


@dataclass(frozen=True, eq=False)
class Body:
    """One person.

    Attributes:
        model: topology, bones and skinning weights, the same for all bodies.
        shape: age, sex and build.
        vertices: ``(v, 3)`` at rest, metres, z up, looking to -y.
        heads: ``(b, 3)`` of the bones at rest.
        skin: texture and tone.
        eyes: their material.
    """

    model: BodyModel
    shape: Shape
    vertices: Floats
    heads: Floats
    skin: Skin
    eyes: Material

    def head(self, bone: str) -> Floats:
        """Return the ``(3,)`` head of a bone at rest."""
        return np.asarray(self.heads[self.model.bones.index(bone)])

    def frame(self, bone: str) -> Matrix:
        """Return the ``(3, 3)`` axes of a bone at rest, in columns.

        Of hands and fingers: y along the bone, z out of the palmar side (see :mod:`.fingers`). Of arms: y along the
        bone, x the axis that the elbow flexes about. Of all others: those of the world.
        """
        return self._frames[bone]

    @cached_property
    def _frames(self) -> dict[str, Matrix]:
        return rest_frames(self.model.bones, self.heads, self.bone_ends)

    @cached_property
    def bone_ends(self) -> dict[Side, Matrix]:
        """The ``(21, 3)`` heads of the bones of both hands at rest, and the ends of the fingers."""
        return {side: bone_ends(self.model, self.vertices, self.heads, side) for side in SIDES}

    @cached_property
    def rest_joints(self) -> dict[Side, Matrix]:
        """The ``(21, 3)`` joints of both hands at rest."""
        return {side: marked_joints(self.bone_ends[side]) for side in SIDES}

    @cached_property
    def hands(self) -> dict[Side, HandShape]:
        """The sizes of both hands."""
        return {side: self._measure_hand(side) for side in SIDES}

    def _measure_hand(self, side: Side) -> HandShape:
        to_hand = self.frame(bone_of(side, "wrist")) @ (MIRROR if side == "left" else np.eye(3))
        palm = [self.model.bones.index(bone_of(side, f"metacarpal{finger}")) for finger in range(1, 5)]
        parts = [self.vertices, self.bone_ends[side], self.heads[palm]]
        return measure_hand(self.model, side, *((points - self.bone_ends[side][WRIST]) @ to_hand for points in parts))

    @cached_property
    def skin_colours(self) -> Floats:
        """``(u, 3)`` linear RGB that multiplies the skin's material: that of the palms."""
        share = load_surface().palms[:, None]
        return np.asarray(1 + share * (self.skin.palm_tint - 1), np.float32)

    @cached_property
    def knuckles(self) -> list[Knuckle]:
        """The joints of the fingers of both hands."""
        return find_knuckles(self.model, self.vertices, self.heads, self._frames)

    def posed(self, pose: BodyPose) -> "PosedBody":
        """Return the body in a pose."""
        return PosedBody(self, pose, self._transforms(pose))

    def _transforms(self, pose: BodyPose) -> Matrix:
        """Return ``(b, 4, 4)`` from the rest pose to the posed one."""
        local = {name: self.frame(name) @ turn @ self.frame(name).T for name, turn in pose.rotations.items()}
        for side, angles in pose.fingers.items():
            local |= self._finger_rotations(side, angles)
        transforms = np.empty((len(self.heads), 4, 4))
        for bone, (name, parent) in enumerate(zip(self.model.bones, self.model.parents, strict=True)):
            transform = pose.root if parent < 0 else transforms[parent]
            if name in local:
                transform = transform @ rigid(local[name], self.heads[bone] - local[name] @ self.heads[bone])
            transforms[bone] = transform
        return transforms

    def _finger_rotations(self, side: Side, angles: Matrix) -> dict[str, Matrix]:
        """Return rotations of the finger bones relative to their parents, in the axes of the world at rest."""
        hand = self.frame(bone_of(side, "wrist"))
        mirror = MIRROR if side == "left" else np.eye(3)
        wanted = finger_orientations(angles, self.hands[side].metacarpals)
        rotations = {}
        for finger in range(5):
            parent = np.eye(3)
            for joint in range(3):
                name = bone_of(side, f"finger{finger + 1}-{joint + 1}")
                turned = hand @ mirror @ wanted[finger, joint] @ mirror @ self.frame(name).T
                rotations[name] = parent.T @ turned
                parent = turned
        return rotations


@dataclass(frozen=True, eq=False)
class PosedBody:
    """A body in a pose, in the world.

    Attributes:
        body: the person.
        pose: how the bones are turned.
        transforms: ``(b, 4, 4)`` of the bones from the rest pose to this one.
    """

    body: Body
    pose: BodyPose
    transforms: Matrix

    def bone(self, name: str) -> Matrix:
        """Return ``(4, 4)`` from a bone's frame (see :meth:`Body.frame`), its origin in the head, to the world."""
        index = self.body.model.bones.index(name)
        return np.asarray(self.transforms[index] @ rigid(self.body.frame(name), self.body.heads[index]))

    @cached_property
    def vertices(self) -> Floats:
        """The ``(v, 3)`` vertices by linear blend skinning, of fingers that keep their thickness."""
        transforms = self.transforms[:, :3].reshape(-1, 12).astype(np.float32)
        blended = (self.body.model.weights @ transforms).reshape(-1, 3, 4)
        rest = self.body.vertices.copy()
        for knuckle in self.body.knuckles:
            rest[knuckle.vertices] += knuckle.offsets(self._flexion(knuckle.bone))
        return np.asarray(np.einsum("vij,vj->vi", blended[:, :, :3], rest) + blended[:, :, 3], np.float32)

    def _flexion(self, bone: str) -> float:
        """Return how far a bone is turned about its x axis, from rest and relative to its parent, at least 0."""
        index, axes = self.body.model.bones.index(bone), self.body.frame(bone)
        parent = self.transforms[self.body.model.parents[index], :3, :3]
        turn = axes.T @ parent.T @ self.transforms[index, :3, :3] @ axes
        return max(float(np.arctan2(turn[2, 1] - turn[1, 2], turn[1, 1] + turn[2, 2])), 0.0)

    @cached_property
    def joints(self) -> dict[Side, Floats]:
        """The ``(21, 3)`` joints of both hands, FreiHAND's order."""
        bones = self.body.model.bones
        joints = {}
        for side in SIDES:
            transforms = self.transforms[[bones.index(name) for name in joint_bones(side)]]
            moved = np.einsum("nij,nj->ni", transforms[:, :3, :3], self.body.rest_joints[side]) + transforms[:, :3, 3]
            joints[side] = moved.astype(np.float32)
        return joints

    def meshes(self, first_hand: int = 0) -> list[Mesh]:
        """Return the meshes of skin and eyes.

        Args:
            first_hand: index in the scene of the left hand; the right one's is the next.
        """
        surface, skin = load_surface(), self.body.skin
        material = Material(skin.tint, skin.texture, roughness=0.55, specular=0.3, subsurface=1.0, bump=0.2)
        covered = self._mesh(surface.skin, material, first_hand)
        eyes = self._mesh(surface.eyes, self.body.eyes, first_hand)
        return [replace(covered, colours=self.body.skin_colours), eyes]

    def _mesh(self, part: Part, material: Material, first_hand: int) -> Mesh:
        return Mesh(
            self.vertices[part.vertices],
            part.faces,
            material,
            uvs=part.uvs,
            hands=np.where(part.hand_of < 0, part.hand_of, part.hand_of + first_hand).astype(np.int32),
        )

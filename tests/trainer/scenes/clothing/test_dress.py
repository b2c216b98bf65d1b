"""Outfits fit the body, move with it, and are labelled as hands only where they are gloves."""

from functools import lru_cache

import numpy as np
import pytest

from trainer.scenes.body.pose import BodyPose
from trainer.scenes.body.rotations import rigid, rotation_x, rotation_z
from trainer.scenes.clothing.drape import drape
from trainer.scenes.clothing.dress import dress
from trainer.scenes.clothing.garments import sleeves
from trainer.scenes.clothing.hands import gloves, rings
from trainer.scenes.clothing.outfit import Outfit
from trainer.scenes.clothing.piece import cloth
from trainer.scenes.clothing.rest import RestBody
from trainer.scenes.mesh import Material

from ..bodies import sample_body


@lru_cache(maxsize=1)
def _rest() -> RestBody:
    return RestBody(sample_body(0))


def _outfit(seed: int) -> Outfit:
    return dress(np.random.default_rng(seed), sample_body(0))


@pytest.mark.parametrize(
    ("end", "bones", "share"), [(0.4, ("upperarm01", "lowerarm01"), 0.4), (1.5, ("lowerarm01", "wrist"), 0.5)]
)
def test_sleeves_end_where_they_are_told_to(end: float, bones: tuple[str, str], share: float) -> None:
    rest = _rest()
    field = sleeves(rest, end)
    shape = drape(rest, np.full(len(field), 0.005, np.float32), smoothing=0, below=field > 0)
    piece = cloth(rest, field, shape, Material(), thickness=0.002)
    start, stop = (rest.body.head(f"{name}.L") for name in bones)
    offset, axis = piece.vertices - start, stop - start
    along = offset @ axis / (axis @ axis)
    on_arm = np.linalg.norm(offset - along[:, None] * axis, axis=1) < 0.07
    assert abs(along[on_arm].max() - share) < 0.1


def test_cloth_is_outside_the_skin_however_it_is_smoothed() -> None:
    rest = _rest()
    everywhere = np.ones(len(rest.vertices), bool)
    shape = drape(rest, np.full(len(everywhere), 0.004, np.float32), smoothing=20, below=everywhere)
    height = np.einsum("ij,ij->i", shape.positions - rest.plain[0], rest.plain[1])
    assert height.min() > 0.0039


def test_covered_skin_is_left_out_and_hands_are_not() -> None:
    posed = sample_body(0).posed(BodyPose())
    bare, dressed = posed.meshes()[0], _outfit(0).meshes(posed)[0]
    assert len(dressed.faces) < 0.9 * len(bare.faces)
    assert bare.hands is not None
    of_hands = bare.hands >= 0
    kept, all_faces = (of_hands[mesh.faces].all(1).sum() for mesh in (dressed, bare))
    assert kept == all_faces


def test_clothes_move_with_the_person() -> None:
    outfit, body = _outfit(1), sample_body(0)
    pose = BodyPose({"upperarm01.L": rotation_x(0.8)})
    root = rigid(rotation_z(1.1), np.array([1.0, -2.0, 0.5]))
    here, there = (outfit.meshes(body.posed(each)) for each in (pose, pose.moved(root)))
    for before, after in zip(here, there, strict=True):
        moved = before.vertices @ root[:3, :3].T + root[:3, 3]
        assert np.abs(after.vertices - moved).max() < 1e-4


def test_outfits_depend_on_the_random_numbers_alone() -> None:
    first, second, other = _outfit(2).pieces, _outfit(2).pieces, _outfit(3).pieces
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(first, second, strict=True))
    assert [len(piece.vertices) for piece in first] != [len(piece.vertices) for piece in other]


def test_gloves_are_hands_and_rings_are_not() -> None:
    rest, rng = _rest(), np.random.default_rng(0)
    worn, _ = gloves(rng, rest)
    pieces = [*worn, *rings(rng, rest, "left")]
    posed = rest.body.posed(BodyPose())
    glove, *others = Outfit(rest, pieces, np.zeros(len(rest.vertices), bool)).meshes(posed, first_hand=4)[
        -len(pieces) :
    ]
    assert glove.hands is not None
    assert set(np.unique(glove.hands)) >= {4, 5}
    left = glove.vertices[glove.hands == 4]
    assert np.linalg.norm(left - posed.joints["left"].mean(0), axis=1).max() < 0.2
    assert all(mesh.hands is None for mesh in others)

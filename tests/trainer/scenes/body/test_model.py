"""The body model deforms one mesh to people of all kinds."""

from collections.abc import Mapping

import numpy as np
import pytest

from trainer.scenes.body.body import BodyFactory
from trainer.scenes.body.model import ANCESTRIES, PHENOTYPES, BodyModel, load_body_model
from trainer.scenes.body.pose import SIDES, bone_of
from trainer.scenes.body.surface import hand_weights, load_surface

AVERAGE = dict.fromkeys(PHENOTYPES, 0.5) | dict.fromkeys(ANCESTRIES, 1 / 3)


@pytest.fixture(scope="module")
def model(factory: BodyFactory) -> BodyModel:
    """The body model, which the factory has loaded."""
    del factory
    return load_body_model()


def _height(model: BodyModel, changes: Mapping[str, float]) -> float:
    return float(np.ptp(model.rest(AVERAGE | dict(changes), {})[0][:, 2]))


def test_weights_add_up_to_1_and_parents_come_first(model: BodyModel) -> None:
    np.testing.assert_allclose(model.weights.sum(1), 1, atol=1e-4)
    assert all(parent < bone for bone, parent in enumerate(model.parents))


def test_people_grow_up(model: BodyModel) -> None:
    heights = [_height(model, {"age": age}) for age in (0.0, 1 / 3, 2 / 3)]
    assert heights == sorted(heights)
    assert heights[0] < 0.9
    assert heights[-1] > 1.5
    assert _height(model, {"height": 0.9}) > _height(model, {"height": 0.1}) + 0.2


def test_hands_grow_by_themselves(model: BodyModel) -> None:
    (small, _), (large, _) = (model.rest(AVERAGE, {"l-hand-scale": value}) for value in (-1.0, 1.0))
    left, right = (hand_weights(model, side) > 0.9 for side in SIDES)
    assert np.ptp(large[left], axis=0).max() > 1.1 * np.ptp(small[left], axis=0).max()
    np.testing.assert_allclose(small[right], large[right], atol=1e-6)


@pytest.mark.parametrize("ancestry", ANCESTRIES)
def test_joints_stay_in_the_middle_of_fingers(model: BodyModel, ancestry: str) -> None:
    vertices, heads = model.rest(AVERAGE | dict.fromkeys(ANCESTRIES, 0.0) | {ancestry: 1.0}, {})
    for side in SIDES:
        bone = model.bones.index(bone_of(side, "finger3-2"))
        flesh = 4 * model.weights[:, bone] * model.weights[:, model.parents[bone]] > 0.6
        np.testing.assert_allclose(vertices[flesh].mean(0), heads[bone], atol=3e-3)


def test_every_face_is_skin_or_eye(model: BodyModel) -> None:
    surface = load_surface()
    assert len(surface.skin.faces) + len(surface.eyes.faces) == len(model.faces)
    assert (surface.eyes.hand_of < 0).all()

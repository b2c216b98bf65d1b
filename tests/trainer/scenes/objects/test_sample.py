"""Held objects are in the hand: fingers touch them and do not enter them."""

import numpy as np
import pytest

from trainer.scenes.body.fingers import HIGH, LOW
from trainer.scenes.body.hand_shape import HandShape
from trainer.scenes.objects.holds import Wrapped
from trainer.scenes.objects.loose import sample_loose
from trainer.scenes.objects.sample import KINDS, sample_object
from trainer.scenes.objects.solid import Matrix, Solid, nearest, rod_solid
from trainer.scenes.objects.thing import REFLECTION
from trainer.scenes.objects.two_handed import TWO_HANDED, sample_two_handed

from ..bodies import sample_body

DEEPEST_M, FARTHEST_M = -0.01, 0.006


def _clearance(hand: HandShape, angles: Matrix, frame: Matrix, solids: list[Solid]) -> np.ndarray:
    """Return ``(5,)`` smallest distance of the flesh of each finger from solids, metres."""
    joints = hand.joints(angles)
    along = np.linspace(0.2, 1, 6)[:, None]
    points = joints[:, :3, None] + (joints[:, 1:] - joints[:, :3])[:, :, None] * along
    radii = np.minimum(hand.radii, 0.012)[:, :, None]
    to_object = np.linalg.inv(frame)
    return np.asarray((nearest(solids, points @ to_object[:3, :3].T + to_object[:3, 3]) - radii).min((1, 2)))


@pytest.mark.parametrize("kind", KINDS)
def test_fingers_touch_what_they_hold(kind: str) -> None:
    body = sample_body(0)
    held = sample_object(np.random.default_rng(0), body, "right", kind)
    grip = held.grips["right"]
    clearance = _clearance(body.hands["right"], grip.angles, grip.frame, held.thing.solids)
    assert clearance.min() > DEEPEST_M
    assert np.sort(clearance)[1] < FARTHEST_M  # at least two fingers
    assert (grip.angles >= LOW - 1e-6).all()
    assert (grip.angles <= HIGH + 1e-6).all()


def test_a_hand_closes_further_on_a_thinner_handle() -> None:
    hand, flexion = sample_body(0).hands["right"], []
    for radius in (0.01, 0.02, 0.035):
        grip = Wrapped(radius)(np.random.default_rng(0), hand, [rod_solid(radius, -0.2, 0.2)])
        flexion.append(grip.angles[:16].reshape(4, 4)[:, [0, 2, 3]].sum(1).mean())
    assert flexion[0] > flexion[1] > flexion[2]


def test_a_left_hand_holds_as_a_right_one_in_a_mirror() -> None:
    body = sample_body(0)
    left, right = (sample_object(np.random.default_rng(5), body, side, "cup") for side in ("left", "right"))
    assert np.allclose(left.grips["left"].frame, REFLECTION @ right.grips["right"].frame @ REFLECTION, atol=2e-3)
    assert np.allclose(left.thing.meshes[0].vertices * [-1, 1, 1], right.thing.meshes[0].vertices, atol=1e-6)


def test_the_hand_finds_the_object_and_the_object_the_hand() -> None:
    held = sample_object(np.random.default_rng(1), sample_body(0), "left")
    hand = np.eye(4)
    hand[:3, 3] = 0.3, -1.0, 2.0
    assert np.allclose(held.hand_from("left", held.from_hand("left", hand)), hand)


@pytest.mark.parametrize("kind", TWO_HANDED)
def test_both_hands_touch_what_they_hold_together(kind: str) -> None:
    body = sample_body(0)
    held = sample_two_handed(np.random.default_rng(0), body, kind)
    for side, grip in held.grips.items():
        mirror = REFLECTION if side == "left" else np.eye(4)
        # In the frame of a right hand, of the object and the hand both in a mirror.
        clearance = _clearance(body.hands[side], grip.angles, mirror @ grip.frame, held.thing.solids)
        assert DEEPEST_M < clearance.min() < FARTHEST_M


def test_loose_things_rest_on_the_plane() -> None:
    for seed in range(12):
        thing = sample_loose(np.random.default_rng(seed))
        lowest = min(mesh.vertices[:, 2].min() for mesh in thing.meshes)
        assert -0.03 < lowest < 0.035

"""Bodies are people of natural size whose hands follow their bones."""

from pathlib import Path

import numpy as np
import pytest

from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Side
from trainer.scenes.body.body import Body, BodyFactory
from trainer.scenes.body.gestures import gesture_angles
from trainer.scenes.body.pose import SIDES, BodyPose, bone_of
from trainer.scenes.body.rotations import rigid, rotation_z


def test_people_differ_in_size_and_tone(factory: BodyFactory) -> None:
    people = [factory.sample(np.random.default_rng((0, index))) for index in range(16)]
    heights = [np.ptp(person.vertices[:, 2]) for person in people]
    assert 0.7 < min(heights) < 1.5 < max(heights) < 2.2
    assert len({person.skin.tone for person in people}) == 5


def test_the_same_random_numbers_give_the_same_person(factory: BodyFactory) -> None:
    one, two = (factory.sample(np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one.vertices, two.vertices)
    assert one.skin == two.skin or one.skin.tint == two.skin.tint


def test_a_folder_without_skins_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no skin textures"):
        BodyFactory(tmp_path)


def test_a_body_at_rest_stays_as_it_is_but_for_the_fingers(body: Body) -> None:
    posed = body.posed(BodyPose())
    moved = np.linalg.norm(posed.vertices - body.vertices, axis=1)
    hands = np.concatenate([mesh.hands for mesh in posed.meshes() if mesh.hands is not None]) >= 0
    assert hands.any()
    assert np.median(moved) < 1e-5
    assert moved.max() < 0.1


def test_the_root_moves_everything(body: Body) -> None:
    root = rigid(rotation_z(1.0), np.array([1.0, 2.0, 3.0]))
    still, moved = body.posed(BodyPose()), body.posed(BodyPose(root=root))
    expected = still.vertices @ root[:3, :3].T + root[:3, 3]
    np.testing.assert_allclose(moved.vertices, expected, atol=1e-4)
    np.testing.assert_allclose(moved.joints["left"], still.joints["left"] @ root[:3, :3].T + root[:3, 3], atol=1e-4)


@pytest.mark.parametrize("side", SIDES)
def test_extended_fingers_point_along_the_hand_and_curled_ones_back(body: Body, side: Side) -> None:
    for gesture, along in (("open", 1), ("fist", -1)):
        posed = body.posed(BodyPose().with_hand(side, gesture_angles(gesture)))
        to_hand = np.linalg.inv(posed.bone(bone_of(side, "wrist")))
        joints = posed.joints[side] @ to_hand[:3, :3].T + to_hand[:3, 3]
        fingers = joints[[8, 12, 16, 20]] - joints[[6, 10, 14, 18]]
        assert (np.sign(fingers[:, 1]) == along).all()
    assert (joints[[6, 10, 14, 18], 2] > 0.01).all()  # they curl to the palm's side


def test_a_left_hand_mirrors_a_right_one(body: Body) -> None:
    angles = gesture_angles("three")
    posed = body.posed(BodyPose().with_hand("left", angles).with_hand("right", angles))
    np.testing.assert_allclose(posed.joints["left"] * (-1, 1, 1), posed.joints["right"], atol=2e-3)


def test_joints_are_inside_the_flesh_of_their_hand(body: Body) -> None:
    posed = body.posed(BodyPose())
    for index, side in enumerate(SIDES):
        skin = posed.meshes()[0]
        assert skin.hands is not None
        vertices = skin.vertices[skin.hands == index]
        distances = np.linalg.norm(vertices[None] - posed.joints[side][:, None], axis=2).min(1)
        assert (distances < 0.03).all()
        assert (distances > 0.05 * np.linalg.norm(body.bone_ends[side][4] - body.bone_ends[side][3])).all()


def test_hands_are_numbered_from_the_first(body: Body) -> None:
    hands = np.concatenate([mesh.hands for mesh in body.posed(BodyPose()).meshes(4) if mesh.hands is not None])
    assert set(hands.tolist()) == {-1, 4, 5}

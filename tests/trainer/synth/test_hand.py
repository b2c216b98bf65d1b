"""The hand model: bones, joint limits, collisions."""

import math

import pytest
import torch

from handpose_live.types.skeleton import BONES
from trainer.rng import CounterRng
from trainer.synth.collision import penetration_mm, segment_distance, tip_gap_mm
from trainer.synth.kinematics import ANGLE_COUNT, forward_kinematics, joint_limits_rad
from trainer.synth.people import People, mean_bones_mm, sample_people
from trainer.synth.poses import GESTURES, PINCHES, gesture_angles, sample_poses

HANDS = 200


@pytest.fixture(scope="module")
def people() -> People:
    return sample_people(CounterRng(1, range(HANDS)))


@pytest.fixture(scope="module")
def angles(people: People) -> torch.Tensor:
    return sample_poses(CounterRng(2, range(HANDS)), people)[0]


def lengths(joints: torch.Tensor) -> torch.Tensor:
    near, far = torch.tensor(BONES).T
    result: torch.Tensor = torch.linalg.vector_norm(joints[:, near] - joints[:, far], dim=-1)
    return result


def test_bones_keep_their_lengths_in_every_pose(people: People, angles: torch.Tensor) -> None:
    still = lengths(forward_kinematics(people, torch.zeros(HANDS, ANGLE_COUNT)).joints)
    assert torch.allclose(lengths(forward_kinematics(people, angles).joints), still, atol=1e-3)


def test_the_mean_hand_is_as_long_as_published_ones(people: People) -> None:
    joints = forward_kinematics(people, torch.zeros(HANDS, ANGLE_COUNT)).joints
    assert abs(float(joints[:, 12, 1].mean()) - 187) < 6  # ANSUR II, between the means of men and women
    assert abs(float(joints[:, 12, 1].std()) - 12) < 4
    assert mean_bones_mm()[2].tolist() == pytest.approx([44.63, 26.33, 21.35])


def test_hands_differ_in_proportions(people: People) -> None:
    ratio = people.bone_lengths[:, 1, 0] / people.bone_lengths[:, 3, 0]
    assert 0.02 < float(ratio.std() / ratio.mean()) < 0.08


def test_joints_stay_within_their_limits(angles: torch.Tensor) -> None:
    low, high = joint_limits_rad(angles.device)
    assert (angles >= low - 1e-6).all()
    assert (angles <= high + 1e-6).all()


def test_fingers_do_not_penetrate_each_other_or_the_palm(people: People, angles: torch.Tensor) -> None:
    assert penetration_mm(people, forward_kinematics(people, angles)).max() < 2.5


def test_collisions_are_detected(people: People) -> None:
    crossed = gesture_angles("fist").repeat(HANDS, 1)
    crossed[:, 16:21] = torch.tensor([0.0, 0.0, 70.0, 50.0, 70.0]).deg2rad()  # the thumb penetrates the palm
    assert (penetration_mm(people, forward_kinematics(people, crossed)).amax(1) > 3).all()


@pytest.mark.parametrize("name", PINCHES)
def test_the_tips_touch_in_a_pinch(people: People, name: str) -> None:
    angles, pinches = sample_poses(CounterRng(2, range(HANDS)), people, gesture=name)
    assert pinches.all()
    assert (tip_gap_mm(people, forward_kinematics(people, angles)).abs() < 2.5).float().mean() > 0.97


def test_a_flexed_finger_points_out_of_the_palm(people: People) -> None:
    bent = torch.zeros(HANDS, ANGLE_COUNT)
    bent[:, 4] = math.pi / 2
    joints = forward_kinematics(people, bent).joints
    assert (joints[:, 12, 2] > 60).all()
    assert (joints[:, 8, 2] < 30).all()


def test_the_thumb_is_on_the_index_finger_s_side(people: People) -> None:
    joints = forward_kinematics(people, gesture_angles("open").expand(HANDS, -1)).joints
    assert (joints[:, 4, 0] > joints[:, 8, 0]).all()
    assert (joints[:, 8, 0] > joints[:, 20, 0]).all()


def test_every_gesture_is_within_the_joint_limits() -> None:
    low, high = joint_limits_rad(torch.device("cpu"))
    for name in GESTURES:
        assert ((gesture_angles(name) >= low) & (gesture_angles(name) <= high)).all(), name


def test_segment_distances_are_exact() -> None:
    a, b = torch.tensor([[-1.0, 0, 0], [0, 0, 0]]), torch.tensor([[1.0, 0, 0], [1, 0, 0]])
    c, d = torch.tensor([[0.0, -1, 3], [4, 4, 0]]), torch.tensor([[0.0, 1, 3], [4, 9, 0]])
    assert segment_distance(a, b, c, d).tolist() == pytest.approx([3, 5], abs=1e-4)


def test_the_index_finger_alone_is_often_extended(people: People, angles: torch.Tensor) -> None:
    joints = forward_kinematics(people, angles).joints
    fingers = joints[:, 5:].reshape(HANDS, 4, 4, 3)
    along = torch.linalg.vector_norm(fingers[:, :, 1:] - fingers[:, :, :-1], dim=-1).sum(2)
    out = torch.linalg.vector_norm(fingers[:, :, 3] - fingers[:, :, 0], dim=-1) / along
    alone = (out[:, 0] > 0.9) & (out[:, 1:] < 0.8).all(1)
    assert alone.float().mean() > 0.12

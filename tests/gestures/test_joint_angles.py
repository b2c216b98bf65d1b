"""Joint angles of bodies that are posed with known angles."""

from itertools import pairwise

import numpy as np
import pytest

from handpose_live.gestures.joint_angles import ANGLE_NAMES, joint_angles
from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS
from tests.posed_hands import posed_hands_3d
from tests.trainer.scenes.bodies import sample_body
from trainer.scenes.body.finger_poses import sample_finger_pose
from trainer.scenes.body.fingers import HIGH, LOW
from trainer.scenes.body.gestures import ANGLES_PER_FINGER, THUMB_OFFSET, gesture_angles
from trainer.scenes.body.pose import BodyPose
from trainer.scenes.body.rotations import Matrix, about

# The angles of a pose by their place in it, with the sign that they have there; abduction is measured in other ways.
POSED = {
    **{
        f"{finger.name}_{joint}": (ANGLES_PER_FINGER * number + place, 1)
        for number, finger in enumerate(FINGERS[1:])
        for joint, place in {"mcp": 0, "pip": 2, "dip": 3}.items()
    },
    **{"thumb_abduction": (16, 1), "thumb_cmc": (17, -1), "thumb_mcp": (19, 1), "thumb_ip": (20, 1)},
}
SHAPE_NAMES = [name for name in ANGLE_NAMES if not name.startswith("palm")]


def body_joints(angles: Matrix, side: Side = "right", number: int = 0) -> Floats:
    """Return the ``(21, 3)`` joints of a person's hand, metres, in a frame whose third axis is up."""
    return sample_body(number).posed(BodyPose().with_hand(side, angles)).joints[side]


def measured(angles: Matrix, side: Side = "right", number: int = 0) -> dict[str, float]:
    return joint_angles(body_joints(angles, side, number), left=side == "left")


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_angles_of_a_body_are_those_that_it_was_posed_with(side: Side) -> None:
    rng = np.random.default_rng(4)
    errors: dict[str, list[float]] = {name: [] for name in POSED}
    for number in range(100):
        _, angles = sample_finger_pose(rng)
        angles_deg = measured(angles, side, number % 10)
        for name, (place, sign) in POSED.items():
            errors[name].append(abs(angles_deg[name] - sign * np.degrees(angles[place])))
    for name, each in errors.items():
        assert np.median(each) < 2, name
        assert np.percentile(each, 95) < 3.5, name


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("finger", "away"), [(0, 1), (2, -1), (3, -1)])
def test_a_finger_that_leaves_the_middle_one_abducts_by_as_much(side: Side, finger: int, away: int) -> None:
    angles = gesture_angles("flat")
    before = measured(angles, side)
    angles[ANGLES_PER_FINGER * finger + 1] += away * np.radians(12)
    after = measured(angles, side)
    for number, one in enumerate(FINGERS[1:]):
        expected = 12 if number == finger else 0
        name = f"{one.name}_abduction"
        assert after[name] - before[name] == pytest.approx(expected, abs=0.5)


def test_a_middle_finger_that_moves_to_the_thumb_leaves_the_ring_finger_and_nears_the_index_finger() -> None:
    angles = gesture_angles("flat")
    before = measured(angles)
    angles[ANGLES_PER_FINGER + 1] += np.radians(8)
    after = measured(angles)
    changes = [after[name] - before[name] for name in ("index_abduction", "middle_abduction", "ring_abduction")]
    assert changes == pytest.approx([-8, 8, 8], abs=0.5)


def test_only_the_directions_of_the_palm_change_with_rotation_position_and_size() -> None:
    joints = body_joints(gesture_angles("ok"))
    moved = 40 * joints @ about(np.array([0.3, -0.8, 0.5]), 2.0).T + (300, -20, 7)
    one, other = joint_angles(joints, left=False), joint_angles(moved, left=False)
    assert [other[name] for name in SHAPE_NAMES] == pytest.approx([one[name] for name in SHAPE_NAMES], abs=0.01)
    assert other["palm_normal_x"] != pytest.approx(one["palm_normal_x"], abs=5)


def test_a_left_hand_has_the_angles_of_its_mirror_image() -> None:
    right, left = (posed_hands_3d("victory", 1, left=left)[0] for left in (False, True))
    one, other = joint_angles(right, left=False), joint_angles(left, left=True)
    assert [other[name] for name in SHAPE_NAMES] == pytest.approx([one[name] for name in SHAPE_NAMES], abs=0.01)
    assert other["palm_direction_x"] == pytest.approx(180 - one["palm_direction_x"], abs=0.01)
    assert other["palm_normal_z"] == pytest.approx(one["palm_normal_z"], abs=0.01)


def test_a_raised_palm_faces_the_camera_and_points_up() -> None:
    angles_deg = joint_angles(posed_hands_3d("open", 1)[0], left=False)
    assert angles_deg["palm_normal_z"] == pytest.approx(180, abs=0.1)
    assert angles_deg["palm_direction_y"] == pytest.approx(180, abs=0.1)
    assert angles_deg["palm_direction_x"] == pytest.approx(90, abs=0.1)


def test_the_angles_of_a_hand_that_closes_slowly_grow_steadily() -> None:
    opened, closed = LOW - np.radians(5), HIGH.copy()
    opened[1:THUMB_OFFSET:ANGLES_PER_FINGER] = closed[1:THUMB_OFFSET:ANGLES_PER_FINGER] = 0
    opened[16:19] = closed[16:19] = gesture_angles("relaxed")[16:19]
    film = [measured(opened + share * (closed - opened)) for share in np.linspace(0, 1, 120)]
    for name in POSED:
        if name not in ("thumb_cmc", "thumb_abduction"):
            values = [frame[name] for frame in film]
            assert values[0] < 0, name  # overextended
            steps = [after - before for before, after in pairwise(values)]
            assert min(steps) > 0, name
            assert max(steps) < 2, name


def test_a_bent_joint_beyond_a_right_angle_does_not_fold_back() -> None:
    angles = gesture_angles("open")
    angles[2], angles[3] = np.radians([120, 80])
    angles_deg = measured(angles)
    assert (angles_deg["index_pip"], angles_deg["index_dip"]) == pytest.approx((120, 80), abs=2)


@pytest.mark.parametrize("same", [range(21), range(5, 9), [0, 9], [5, 17], [1, 2], [3, 4], [0, 5, 9, 13, 17]])
def test_the_angles_of_hands_with_joints_in_one_place_are_finite(same: list[int]) -> None:
    joints = body_joints(gesture_angles("open")).copy()
    joints[same] = joints[same[0]]
    assert all(np.isfinite(list(joint_angles(joints, left=False).values())))
    in_line = joints * (0, 1, 0)
    assert all(np.isfinite(list(joint_angles(in_line, left=True).values())))

"""Arms bring hands to where they are wanted, within the joints' limits and outside the body."""

import numpy as np
import pytest

from handpose_live.types.hand import Side
from trainer.scenes.body.body import Body
from trainer.scenes.body.obstacles import body_capsules
from trainer.scenes.body.pose import SIDES, BodyPose, bone_of
from trainer.scenes.body.reach import reach
from trainer.scenes.body.rotations import Matrix, frame, rigid, rotation_x, rotation_z

UP, TO_CAMERA = np.array([0, 0, 1.0]), np.array([0, -1.0, 0])


def _palm_to_camera() -> Matrix:
    return frame(UP, np.cross(UP, TO_CAMERA))


def _wrist(body: Body, pose: BodyPose, side: Side) -> Matrix:
    return body.posed(pose).bone(bone_of(side, "wrist"))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("turn", [0.0, 2.0])
def test_a_raised_hand_shows_its_palm(body: Body, side: Side, turn: float) -> None:
    pose = BodyPose({"spine03": rotation_x(0.15)}, root=rigid(rotation_z(turn), np.array([3.0, 1.0, 0.5])))
    outwards = 1 if side == "left" else -1
    shoulder = body.head(bone_of(side, "upperarm01"))
    arm = np.linalg.norm(body.head(bone_of(side, "wrist")) - shoulder)
    position = shoulder + arm * np.array([0.25 * outwards, -0.6, 0.1])
    world = pose.root @ rigid(_palm_to_camera(), position)
    wrist = _wrist(body, reach(body, pose, side, world[:3, 3], world[:3, :3]), side)
    np.testing.assert_allclose(wrist[:3, 3], world[:3, 3], atol=5e-3)
    np.testing.assert_allclose(wrist[:3, :3], world[:3, :3], atol=0.05)


def test_a_place_out_of_reach_is_approached(body: Body) -> None:
    far = np.array([2.0, -5.0, 1.0])
    shoulder = body.head("upperarm01.L")
    wrist = _wrist(body, reach(body, BodyPose(), "left", far, _palm_to_camera()), "left")[:3, 3]
    direction = (wrist - shoulder) / np.linalg.norm(wrist - shoulder)
    assert direction @ (far - shoulder) / np.linalg.norm(far - shoulder) > 0.98
    assert np.linalg.norm(wrist - shoulder) < 1.2 * np.linalg.norm(body.head("wrist.L") - shoulder)


def test_a_hand_wanted_inside_the_chest_stays_outside(body: Body) -> None:
    posed = body.posed(reach(body, BodyPose(), "right", body.head("spine01").astype(np.float64), _palm_to_camera()))
    wrist = posed.bone("wrist.R")[:3, 3]
    assert body_capsules(posed).depth(np.array([wrist, wrist]), 0.01) < 0.01


def test_a_wrist_bends_no_further_than_wrists_do(body: Body) -> None:
    backwards = _palm_to_camera() @ rotation_x(3.0)
    position = body.head("upperarm01.L") + np.array([0.1, -0.35, -0.1])
    pose = reach(body, BodyPose(), "left", position, backwards)
    hand, fore = (_wrist(body, pose, "left"), body.posed(pose).bone("lowerarm02.L"))
    assert hand[:3, 1] @ fore[:3, 1] > np.cos(np.deg2rad(80))

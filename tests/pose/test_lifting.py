"""From joints in the image and depths to a hand in space."""

import numpy as np
import pytest

from handpose_live.pose.lifting import FOCAL_LENGTH, HAND_LENGTH, lift
from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import FINGERS, KNUCKLES, WRIST
from tests.trainer.scenes.bodies import sample_body

FRAME_PX = 640, 480
FOCAL_PX = FOCAL_LENGTH * 640


def _hand(seed: int) -> Floats:
    """Random joints ``(21, 3)`` in metres, 40 cm in front of a camera and off its axis."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.uniform(-0.1, 0.1, (21, 3)) + np.array([0.12, -0.05, 0.4]), np.float32)


def _seen(joints_m: Floats) -> tuple[Floats, Floats]:
    """Project joints to px of the frame, and their depths to px at the wrist's distance."""
    wrist_m = joints_m[WRIST, 2]
    joints_px = joints_m[:, :2] / joints_m[:, 2:] * FOCAL_PX + np.array(FRAME_PX) / 2
    depths_px = (joints_m[:, 2] - wrist_m) * FOCAL_PX / wrist_m
    return np.asarray(joints_px, np.float32), np.asarray(depths_px, np.float32)


def _relative(joints_m: Floats) -> Floats:
    joints = joints_m - joints_m[WRIST]
    return np.asarray(joints / np.linalg.norm(joints[KNUCKLES[1]]), np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_a_hand_near_the_camera_has_its_true_shape(seed: int) -> None:
    joints_m = _hand(seed)
    np.testing.assert_allclose(lift(*_seen(joints_m), FRAME_PX), _relative(joints_m), atol=1e-4)


def test_the_distance_of_the_hand_does_not_matter() -> None:
    joints_px, depths_px = _seen(_hand(0))
    far_px = np.asarray((joints_px - 320) / 8 + 320, np.float32)
    near, far = lift(joints_px, depths_px, FRAME_PX), lift(far_px, np.asarray(depths_px / 8, np.float32), FRAME_PX)
    assert np.abs(near - far).max() < 0.5  # of the palm: only the perspective within the hand differs
    assert np.linalg.norm(far[KNUCKLES[1]]) == pytest.approx(1, abs=1e-5)


def test_joints_in_one_place_give_finite_numbers() -> None:
    assert np.isfinite(lift(np.full((21, 2), 50, np.float32), np.zeros(21, np.float32), FRAME_PX)).all()


def test_the_length_of_a_hand_in_palm_sizes_is_that_of_bodies() -> None:
    lengths = []
    for number in range(40):
        body = sample_body(number)
        wrist_to_tip, joints = body.bone_ends["right"][list(FINGERS[2].chain)], body.rest_joints["right"]
        length = np.linalg.norm(np.diff(wrist_to_tip, axis=0), axis=1).sum()
        lengths.append(length / np.linalg.norm(joints[KNUCKLES[1]] - joints[WRIST]))
    assert np.median(lengths) == pytest.approx(HAND_LENGTH, rel=0.02)

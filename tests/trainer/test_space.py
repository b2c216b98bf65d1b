"""Errors of hands in three dimensions."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.lifting import FOCAL_LENGTH
from handpose_live.pose.weights import default_weights
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from tests.posed_hands import posed_hand_3d
from tests.trainer.synthetic_data import write_image
from trainer.data.frames import RENDERED, MarkedFrame, MarkedHand
from trainer.evaluate.space import (
    ANGLE_JOINTS,
    HandInSpace,
    align,
    angle_errors_deg,
    error_percent,
    estimate,
    hand_length,
    hands_in_space,
    lifted_truth,
)

FRAME_PX = 640, 480


def _turned(joints: Floats, seed: int) -> Floats:
    """Joints moved, turned and scaled at random."""
    rng = np.random.default_rng(seed)
    turn = cv2.Rodrigues(rng.normal(0, 1, 3))[0]
    return np.asarray(1.7 * joints @ turn.T + rng.normal(0, 1, 3), np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_position_turn_and_scale_do_not_count(seed: int) -> None:
    true = posed_hand_3d("open")
    true = true / hand_length(true)
    assert error_percent(_turned(true, seed), true) < 0.01
    np.testing.assert_allclose(align(_turned(true, seed), true), true, atol=1e-4)


def test_a_mirrored_hand_is_wrong() -> None:
    true = posed_hand_3d("fist")
    true = true / hand_length(true)
    assert error_percent(np.asarray(true * (-1, 1, 1), np.float32), true) > 5


def test_errors_are_in_percent_of_the_hand_length() -> None:
    true = posed_hand_3d("open")
    true = true / hand_length(true)
    noise = np.random.default_rng(0).normal(0, 0.02, true.shape).astype(np.float32)
    assert error_percent(true + noise, true) == pytest.approx(100 * 0.02 * 1.6, rel=0.25)  # of 3 axes, 7 degrees lost


class _Oracle(PoseEstimator):
    """Gives the true joints and depths of one hand."""

    device_name = "none"

    def __init__(self, joints_px: Floats, depths_px: Floats) -> None:
        self.info = load_estimator(default_weights(), "cpu").info
        self._joints_px, self._depths_px = joints_px, depths_px

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        side = crops.shape[1]
        crop = Crop.around(self._joints_px, margin=self.info.crop_margin, mirrored=True)
        ones = np.ones((1, 21), np.float32)
        joints = crop.to_crop(self._joints_px, side)[None]
        depths = np.asarray(self._depths_px[None] * (side / crop.size), np.float32)
        return Poses(joints, ones, ones[:, 0], ones[:, 0], depths, ones)

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        raise NotImplementedError


@pytest.mark.parametrize("x_m", [-0.1, 0.0, 0.15])
def test_true_joints_and_depths_give_the_true_hand_at_any_place_of_the_frame(tmp_path: Path, x_m: float) -> None:
    left = 0.09 * posed_hand_3d("ok", 1, left=True)
    joints_m = np.asarray(left + np.array([x_m, 0.02, 0.35]), np.float32)
    focal_px = FOCAL_LENGTH * FRAME_PX[0]
    joints_px = np.asarray(focal_px * joints_m[:, :2] / joints_m[:, 2:] + np.array(FRAME_PX) / 2, np.float32)
    depths_px = np.asarray((joints_m[:, 2] - joints_m[0, 2]) * focal_px / joints_m[0, 2], np.float32)
    image = write_image(tmp_path / "frame.jpg", np.zeros((*FRAME_PX[::-1], 3), np.uint8))
    marked = MarkedHand(None, joints_px, "left", RENDERED, joints_m=joints_m)
    tiny = MarkedHand(None, np.asarray(joints_px / 10, np.float32), "left", RENDERED, joints_m=joints_m)
    (hand,) = hands_in_space([MarkedFrame(image, 0, "scenes", "CC0-1.0", True, (marked, tiny))])
    assert hand_length(hand.joints) == pytest.approx(1, abs=1e-4)
    assert error_percent(estimate(_Oracle(joints_px, depths_px), hand), hand.joints) < 0.1
    assert error_percent(lifted_truth(hand), hand.joints) < 0.1
    flat = estimate(_Oracle(joints_px, 0 * depths_px), hand)
    assert error_percent(flat, hand.joints) > 3
    assert max(angle_errors_deg(lifted_truth(hand), hand).values()) < 0.5
    assert np.median(list(angle_errors_deg(flat, hand).values())) > 5


def test_angles_count_where_their_joints_are_seen() -> None:
    joints = posed_hand_3d("open")
    visible = np.ones(21, np.bool_)
    visible[8] = False  # the tip of the index finger
    marked = MarkedHand(None, joints[:, :2], "right", RENDERED, visible, joints_m=joints)
    hand = HandInSpace(np.zeros((8, 8, 3), np.uint8), marked, joints)
    errors = angle_errors_deg(joints, hand)
    assert set(ANGLE_JOINTS) - set(errors) == {"index_dip"}
    assert max(errors.values()) < 1e-3

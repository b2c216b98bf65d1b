"""The heatmaps that the inspector shows."""

import numpy as np
import torch

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.decode import average
from handpose_live.pose.weights import default_weights


def test_the_joints_are_the_averages_of_the_squared_heatmaps() -> None:
    estimator = load_estimator(default_weights(), "cpu")
    side = estimator.info.crop_px
    crops = np.random.default_rng(0).integers(0, 255, (2, side, side, 3), np.uint8)
    heatmaps = estimator.heatmaps(crops)
    assert heatmaps.shape[:2] == (2, 21)
    joints = average(torch.from_numpy(heatmaps), power=2).numpy() * side
    np.testing.assert_allclose(joints, estimator(crops).joints_crop_px, atol=1e-2)

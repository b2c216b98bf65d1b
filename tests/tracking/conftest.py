"""The real network for the tests of tracking."""

import pytest

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights


@pytest.fixture(scope="session")
def estimator() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")

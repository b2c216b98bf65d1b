"""Probabilities of errors, from the scores of joints."""

import numpy as np
import pytest
import torch

from handpose_live.pose.decode import probability_within as of_spreads
from handpose_live.types.certainty import SCORED_ERROR, probability_within
from tests.hands import spread_hand


@pytest.mark.parametrize("distance", [0.02, 0.05, 0.1])
def test_a_score_tells_the_probability_of_any_error(distance: float) -> None:
    log_spreads = torch.linspace(-6, -1.5, 21)
    scores = of_spreads(SCORED_ERROR, log_spreads).numpy()
    np.testing.assert_allclose(probability_within(distance, scores), of_spreads(distance, log_spreads), atol=1e-3)


def test_a_hand_tells_how_likely_its_joints_are_right() -> None:
    hand = spread_hand(wrist=(100, 100), length_px=50, joint_score=0.9)
    near, scored, far = (hand.probability_within(distance) for distance in (0.02, 0.05, 0.1))
    np.testing.assert_allclose(scored, 0.9, atol=1e-3)
    assert (near < scored).all()
    assert (scored < far).all()


def test_certain_and_hopeless_scores_give_probabilities() -> None:
    found = probability_within(0.1, np.array([0.0, 1.0], np.float32))
    np.testing.assert_allclose(found, [0, 1], atol=1e-3)

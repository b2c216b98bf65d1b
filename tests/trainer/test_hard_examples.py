"""Hard examples are repeated."""

from pathlib import Path

import numpy as np

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from trainer.data.folders import read_hands
from trainer.evaluate.accuracy import predict
from trainer.train.hard_examples import MAX_REPEATS, sample_repeats


def test_a_hand_is_repeated_in_proportion_to_its_error(shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::4]
    estimator = load_estimator(default_weights(), "cpu")
    errors = np.array([prediction.error_percent for prediction in predict(estimator, hands)])
    repeats = sample_repeats(estimator, [hands])
    assert repeats.shape == errors.shape
    assert repeats.min() == 1
    assert repeats.max() == MAX_REPEATS
    assert (np.diff(repeats[errors.argsort()]) >= 0).all()
    assert errors[repeats == MAX_REPEATS].min() > 2 * np.median(errors)


def test_hands_of_other_groups_are_shown_once(shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::16]
    estimator = load_estimator(default_weights(), "cpu")
    repeats = sample_repeats(estimator, [hands, hands, []])
    assert np.array_equal(repeats[: len(hands)], sample_repeats(estimator, [hands]))
    assert (repeats[len(hands) :] == 1).all()
    assert len(repeats) == 2 * len(hands)

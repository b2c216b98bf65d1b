"""Which hands are shown more often."""

from pathlib import Path

import numpy as np

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from trainer.data.folders import read_hands
from trainer.evaluate.evaluate import predict
from trainer.train.hard_examples import MAX, sample_repeats


def test_the_harder_a_hand_is_the_more_often_it_is_shown(shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::4]
    estimator = load_estimator(default_weights(), "cpu")
    errors = np.array([prediction.error_percent for prediction in predict(estimator, hands)])
    times = sample_repeats(estimator, [hands])
    assert times.shape == errors.shape
    assert times.min() == 1
    assert times.max() == MAX
    assert (np.diff(times[errors.argsort()]) >= 0).all()
    assert errors[times == MAX].min() > 2 * np.median(errors)


def test_a_kind_that_is_harder_as_a_whole_does_not_crowd_out_another(shared: Path) -> None:
    hands = read_hands(shared / "data" / "hands", "val")[::16]
    estimator = load_estimator(default_weights(), "cpu")
    errors = [prediction.error_percent for prediction in predict(estimator, hands)]
    order = np.argsort(errors)
    easy, hard = ([hands[place] for place in half] for half in np.split(order, [len(order) // 2]))
    times = sample_repeats(estimator, [easy, hard])
    assert np.median(times[: len(easy)]) == np.median(times[len(easy) :])
    assert np.array_equal(times, np.concatenate([sample_repeats(estimator, [easy]), sample_repeats(estimator, [hard])]))

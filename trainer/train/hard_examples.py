"""Hard-example mining: hands with larger errors are repeated within an epoch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator

from ..data.folders import Sample
from ..evaluate.accuracy import predict

# Repeats of a hand with the median error, and at most: the labels of the hardest are not always right.
TYPICAL_REPEATS, MAX_REPEATS = 2, 6


def sample_repeats(estimator: PoseEstimator, groups: Sequence[Sequence[Sample]]) -> NDArray[np.intp]:
    """Compute how often to show each hand in an epoch: in proportion to the estimator's error, within bounds.

    A small network that was trained for long is right on most hands and spends most steps on them; its errors are a
    few hard poses. Only in the first group: the largest errors on rendered hands are on those that nobody could
    recognise.

    Returns:
        ``(n,)``, 1 to ``MAX_REPEATS``, of the hands of the first group, then 1 for those of the others.
    """
    first, *others = groups
    return np.concatenate([_repeats_in_group(estimator, first), *(np.ones(len(hands), np.intp) for hands in others)])


def _repeats_in_group(estimator: PoseEstimator, hands: Sequence[Sample]) -> NDArray[np.intp]:
    errors = np.array([prediction.error_percent for prediction in predict(estimator, hands)])
    return np.asarray(np.rint(TYPICAL_REPEATS * errors / np.median(errors)).clip(1, MAX_REPEATS), np.intp)

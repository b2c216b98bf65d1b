"""Which hands are shown more often: those that a network finds hard."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator

from ..data.folders import Sample
from ..evaluate.evaluate import predict

# How often a hand of typical difficulty is shown in an epoch, and at most: the hardest labels are not always right.
TYPICAL, MAX = 2, 6


def sample_repeats(estimator: PoseEstimator, kinds: Sequence[Sequence[Sample]]) -> NDArray[np.intp]:
    """How often to show each hand in an epoch: in proportion to the estimator's error, within bounds.

    A small network that has learnt for long is right on most hands and spends most steps on them;
    what it gets wrong are a few hard poses. What is typical is found for each kind of hands, lest one that is
    harder as a whole, as rendered hands are, crowd out another.

    Returns:
        ``(n,)``, 1 to ``MAX``, of all the hands of the first kind, then of the next.
    """
    return np.concatenate([_showings(estimator, hands) for hands in kinds if hands])


def _showings(estimator: PoseEstimator, hands: Sequence[Sample]) -> NDArray[np.intp]:
    errors = np.array([prediction.error_percent for prediction in predict(estimator, hands)])
    return np.asarray(np.rint(TYPICAL * errors / np.median(errors)).clip(1, MAX), np.intp)

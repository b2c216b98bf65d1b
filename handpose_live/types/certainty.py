"""What the score of a joint says about its error."""

import numpy as np

from handpose_live.types.arrays import Floats

# The score of a joint is the probability that its error is smaller than this, in sizes of the hand (the longer side of
# its upright joint box).
SCORED_ERROR = 0.05
# Of the score as a function of the ratio of SCORED_ERROR to the spread, to invert it.
_RATIOS = np.concatenate([[0.0], np.geomspace(1e-4, 40, 2000)])
_SCORES = 1 - (1 + _RATIOS) * np.exp(-_RATIOS)


def probability_within(distance: float, joint_scores: Floats) -> Floats:
    """Compute how likely joints are nearer to the truth than a distance.

    Errors have the density ``exp(-r / s) / (2 pi s^2)`` over the plane, as in
    :func:`handpose_live.pose.decode.probability_within`; the score tells ``s``.

    Args:
        distance: in sizes of the hand.
        joint_scores: of any shape, 0..1.

    Returns:
        Probabilities, of the same shape.
    """
    ratios = np.interp(joint_scores, _SCORES, _RATIOS) * (distance / SCORED_ERROR)
    return np.asarray(1 - (1 + ratios) * np.exp(-ratios), np.float32)

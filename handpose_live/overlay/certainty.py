"""How the certainty of joints is drawn: an uncertain one is translucent, one that is probably covered is hollow."""

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

# Opacity of a joint: MIN_OPACITY at score 0, 1 from OPAQUE_SCORE on.
OPAQUE_SCORE = 0.5
MIN_OPACITY = 0.2
# Below the first visible score a joint is hollow, from the second on it is filled. In between it fills gradually, so
# that a joint whose score hovers there does not flicker.
FILLED_SCORES = 0.35, 0.65
GUESSED_BONE = 0.5  # width of a bone at a hollow joint, a share of its width at a filled one


def opacities(joint_scores: Floats) -> NDArray[np.float64]:
    """Return the opacity of each joint, ``(21,)``, by its score."""
    return np.interp(joint_scores, (0.0, OPAQUE_SCORE), (MIN_OPACITY, 1.0))


def fills(visible_scores: Floats | None) -> NDArray[np.float64]:
    """Return how far each joint is filled, ``(21,)`` from 0 to 1; all are filled if there are no scores."""
    return np.ones(21) if visible_scores is None else np.interp(visible_scores, FILLED_SCORES, (0.0, 1.0))

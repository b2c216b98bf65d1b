"""How far the scores of joints can be trusted: predicted probabilities beside observed shares."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.types.arrays import Floats
from handpose_live.types.certainty import SCORED_ERROR, probability_within

from ..data.folders import Sample
from .accuracy import predict

DISTANCES = (0.02, 0.05, 0.10)  # in sizes of the hand
BINS = 10
FACTORS = np.geomspace(0.5, 3, 72)  # of the spread


class ScoredErrors(NamedTuple):
    """``m`` joints.

    Attributes:
        errors: ``(m,)`` in sizes of the hand.
        scores: ``(m,)`` as the network gives them.
    """

    errors: Floats
    scores: Floats

    @classmethod
    def measure(cls, estimator: PoseEstimator, samples: Sequence[Sample]) -> "ScoredErrors":
        """The labelled joints of hands, in crops of the live program."""
        errors, scores = list[Floats](), list[Floats]()
        for prediction in predict(estimator, samples):
            labelled = np.isfinite(prediction.errors)
            errors.append(prediction.errors[labelled] * np.float32(estimator.info.crop_margin))
            scores.append(prediction.joint_scores[labelled])
        return cls(np.concatenate(errors), np.concatenate(scores))

    @classmethod
    def join(cls, parts: Sequence["ScoredErrors"]) -> "ScoredErrors":
        """All joints."""
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def widened(self, factor: float) -> "ScoredErrors":
        """The joints with the scores that they get if their spreads are multiplied."""
        return self._replace(scores=probability_within(SCORED_ERROR / factor, self.scores))

    def expected_calibration_error(self, distance: float) -> float:
        """Mean difference between predicted probabilities and observed shares over bins, by their size.

        Guo et al., "On calibration of modern neural networks" (2017).
        """
        predicted, within = probability_within(distance, self.scores), self.errors < distance
        bins = np.minimum((predicted * BINS).astype(int), BINS - 1)
        sums = [np.bincount(bins, weights=values, minlength=BINS) for values in (predicted, within)]
        return float(np.abs(sums[0] - sums[1]).sum() / len(predicted))


def best_spread_factor(joints: ScoredErrors) -> float:
    """The factor of all spreads with which predicted probabilities come closest to observed shares."""
    errors = [
        sum(joints.widened(factor).expected_calibration_error(distance) for distance in DISTANCES) for factor in FACTORS
    ]
    return float(FACTORS[int(np.argmin(errors))])


def as_table(joints: ScoredErrors) -> str:
    """Format predicted and observed shares, by bins of equal size."""
    lines = [f"{'within':<8}" + "predicted / observed in %, from the least to the most certain tenth of joints"]
    order = np.argsort(joints.scores)
    for distance in DISTANCES:
        predicted, within = probability_within(distance, joints.scores)[order], (joints.errors < distance)[order]
        parts = zip(np.array_split(predicted, BINS), np.array_split(within, BINS), strict=True)
        cells = [f"{100 * one.mean():.0f}/{100 * other.mean():.0f}" for one, other in parts]
        lines.append(f"{100 * distance:>3.0f} %   " + "".join(f"{cell:>8}" for cell in cells))
    return "\n".join(lines)


def write_diagram(path: Path, joints: ScoredErrors) -> None:
    """Plot observed shares over predicted probabilities, a line for each distance."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#9ca3af", linewidth=1, linestyle="--")
    order = np.argsort(joints.scores)
    for distance, colour in zip(DISTANCES, ("#0ea5e9", "#d946ef", "#f59e0b"), strict=True):
        predicted, within = probability_within(distance, joints.scores)[order], (joints.errors < distance)[order]
        points = [
            (float(one.mean()), float(other.mean()))
            for one, other in zip(np.array_split(predicted, BINS), np.array_split(within, BINS), strict=True)
        ]
        axes.plot(
            *zip(*points, strict=True), marker="o", color=colour, label=f"within {100 * distance:.0f} % of the hand"
        )
    axes.set(xlabel="predicted probability", ylabel="observed share", xlim=(0, 1), ylim=(0, 1))
    axes.set_title(f"{len(joints.errors)} joints of sources that were left out")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150)

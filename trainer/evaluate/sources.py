"""Errors by the source that hands come from, beside those of MediaPipe on the same crops."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats

from ..data.folders import Sample
from .accuracy import standard_crops


class JointFinder(Protocol):
    """Finds the joints in crops."""

    def __call__(self, crops: NDArray[np.uint8]) -> Sequence[Floats | None]:
        """``(21, 2)`` in crop px for each of ``(n, s, s, 3)`` crops; None where no hand is found."""
        ...


def network_finder(estimator: PoseEstimator) -> JointFinder:
    """A network of ours, which always gives joints."""
    return lambda crops: list(estimator(crops).joints_crop_px)


def source_error(find: JointFinder, samples: Sequence[Sample], info: WeightsInfo) -> tuple[float, int]:
    """Measure a source.

    Args:
        find: finds the joints.
        samples: hands of the source.
        info: of the network whose crops are used.

    Returns:
        Mean distance of joints from the labels that are trusted most (those of people where there are any), in % of the
        longer side of the joint box; and how many hands were not found, which do not count.
    """
    errors, samples_left = list[float](), iter(samples)
    for crops in standard_crops(samples, info):
        for found, true in zip(find(crops.images), crops.joints_crop_px, strict=True):
            labels = next(samples_left).labels
            assert labels is not None
            if found is not None:
                trusted = labels.weights >= labels.weights.max()
                distances = np.linalg.norm((found - true)[trusted], axis=1)
                errors.append(100 * float(distances.mean()) * info.crop_margin / info.crop_px)
    return float(np.mean(errors)) if errors else float("nan"), len(samples) - len(errors)

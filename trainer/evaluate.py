"""How far the joints are off: the live estimator over a split, and the report a person reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handpose_live.pose.crop import Crop, Floats
from handpose_live.pose.estimator import PoseEstimator, Poses
from handpose_live.pose.skeleton import JOINT_NAMES
from trainer.data.folders import Sample

BATCH = 32
# PCK is read off at these distances, in units of the crop side; its area is taken up to the last.
THRESHOLDS = tuple(round(0.01 * step, 2) for step in range(1, 21))


@dataclass(frozen=True)
class Report:
    """Errors of a network on a split, in % of the crop side where not said otherwise.

    Attributes:
        n: hands.
        mean_error_percent: over joints, then hands; upright crops, as the tracker makes them.
        mean_error_px: the same in px, by size of the picture.
        unturned_error_percent: the same for crops that are not turned upright.
        pck: share of joints that are nearer than the threshold (in crop sides), by threshold.
        auc: area under that curve from 0 to its last threshold, 0..1.
        per_joint: mean error by joint name.
    """

    n: int
    mean_error_percent: float
    mean_error_px: dict[str, float]
    unturned_error_percent: float
    pck: dict[str, float]
    auc: float
    per_joint: dict[str, float]


def measure(estimator: PoseEstimator, samples: Sequence[Sample]) -> Report:
    """Compare the estimator's joints with the labels, through the live program's own crop and network."""
    upright = _errors(estimator, samples, turned=True)
    mean = float(upright.mean())
    pck = {threshold: float((upright < threshold).mean()) for threshold in THRESHOLDS}
    heights = [0.0, *pck.values()]
    return Report(
        n=len(samples),
        mean_error_percent=100 * mean,
        mean_error_px={str(side): mean * side for side in (128, 224)},
        unturned_error_percent=100 * float(_errors(estimator, samples, turned=False).mean()),
        pck={f"{threshold:.2f}": share for threshold, share in pck.items()},
        auc=float(np.mean([(a + b) / 2 for a, b in pairwise(heights)])),
        per_joint=dict(zip(JOINT_NAMES, (100 * upright.mean(axis=0)).tolist(), strict=True)),
    )


def standard_crop(joints_px: Floats, margin: float, *, turned: bool = True) -> Crop:
    """The crop in which a labelled hand is tested: upright as the tracker makes it, or as the picture stands."""
    return Crop.around(joints_px, margin=margin) if turned else Crop.boxing(joints_px, margin=margin, angle=0.0)


def predict(
    estimator: PoseEstimator, samples: Sequence[Sample], *, turned: bool = True
) -> Iterator[tuple[NDArray[np.uint8], Floats, Poses]]:
    """The crops ``(n, s, s, 3)``, true joints ``(n, 21, 2)`` in crop px and found poses, batch by batch."""
    crop_px, margin = estimator.info.crop_px, estimator.info.crop_margin
    for start in range(0, len(samples), BATCH):
        images, truths = [], []
        for sample in samples[start : start + BATCH]:
            if sample.joints_px is None:
                raise ValueError(f"{sample.path} has no joints to compare with")
            crop = standard_crop(sample.joints_px, margin, turned=turned)
            images.append(crop.cut(sample.read(), crop_px))
            truths.append(crop.to_crop(sample.joints_px, crop_px))
        crops = np.stack(images)
        yield crops, np.stack(truths), estimator(crops)


def _errors(estimator: PoseEstimator, samples: Sequence[Sample], *, turned: bool) -> Floats:
    """``(n, 21)`` distances in units of the crop side."""
    distances = [
        np.linalg.norm(poses.joints_crop_px - truth, axis=2)
        for _, truth, poses in predict(estimator, samples, turned=turned)
    ]
    return np.asarray(np.concatenate(distances) / estimator.info.crop_px, dtype=np.float32)

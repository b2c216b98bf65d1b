"""The accuracy of a network: errors of the live estimator on labelled hands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import JOINT_NAMES

from ..data.folders import Sample
from ..data.labels import fill_unlabelled, labelled_crop

BATCH = 32
# Of PCK, in crop sides; the area under the curve ends at the last.
THRESHOLDS = tuple(step / 100 for step in range(1, 21))


@dataclass(frozen=True)
class Report:
    """Errors of a network on a split; distances are in % of the crop side unless noted.

    Attributes:
        n: number of hands.
        mean_error_percent: mean over joints and hands, in upright crops as the tracker makes them.
        mean_error_px: the same in px, by the crop side in px.
        unturned_error_percent: the same for crops that are not rotated upright.
        pck: percentage of correct keypoints: the share of joints closer than a threshold, by threshold in crop sides.
        auc: normalised area under the PCK curve from 0 to its last threshold.
        per_joint: mean error by joint name.
    """

    n: int
    mean_error_percent: float
    mean_error_px: dict[str, float]
    unturned_error_percent: float
    pck: dict[str, float]
    auc: float
    per_joint: dict[str, float]


class LabelledCrops(NamedTuple):
    """``n`` labelled hands as the network sees them.

    Attributes:
        images: ``(n, s, s, 3)`` uint8 RGB.
        joints_crop_px: ``(n, 21, 2)``, NaN where a joint is not labelled.
    """

    images: NDArray[np.uint8]
    joints_crop_px: Floats


@dataclass(frozen=True, eq=False)
class Prediction:
    """The prediction of a network for one labelled hand.

    Attributes:
        crop: ``(s, s, 3)`` RGB.
        true_joints_crop_px, joints_crop_px: ``(21, 2)`` labelled and predicted.
        joint_scores: ``(21,)``, 0..1.
        depths_crop_px: ``(21,)`` relative to the wrist; NaN if the network cannot tell.
    """

    crop: NDArray[np.uint8]
    true_joints_crop_px: Floats
    joints_crop_px: Floats
    joint_scores: Floats
    depths_crop_px: Floats

    @property
    def errors(self) -> Floats:
        """``(21,)`` distances in units of the crop side, NaN where a joint is not labelled."""
        distances = np.linalg.norm(self.joints_crop_px - self.true_joints_crop_px, axis=1)
        return np.asarray(distances / self.crop.shape[0], np.float32)

    @property
    def error_percent(self) -> float:
        """Mean over the joints, in % of the crop side."""
        return 100 * float(np.nanmean(self.errors))


def measure(estimator: PoseEstimator, samples: Sequence[Sample]) -> Report:
    """Compare predicted joints with the labels."""
    errors = np.stack([prediction.errors for prediction in predict(estimator, samples)])
    unrotated = [prediction.error_percent for prediction in predict(estimator, samples, upright=False)]
    mean = float(np.nanmean(errors))
    pck = {threshold: float((errors[np.isfinite(errors)] < threshold).mean()) for threshold in THRESHOLDS}
    return Report(
        n=len(samples),
        mean_error_percent=100 * mean,
        mean_error_px={str(side): mean * side for side in (128, 224)},
        unturned_error_percent=float(np.mean(unrotated)),
        pck={f"{threshold:.2f}": share for threshold, share in pck.items()},
        auc=float(np.mean([(low + high) / 2 for low, high in pairwise([0.0, *pck.values()])])),
        per_joint=dict(zip(JOINT_NAMES, (100 * np.nanmean(errors, axis=0)).tolist(), strict=True)),
    )


def predict(estimator: PoseEstimator, samples: Sequence[Sample], *, upright: bool = True) -> Iterator[Prediction]:
    """Predict the joints of labelled hands, with the crops of the live program; see :func:`standard_crops`."""
    for crops in standard_crops(samples, estimator.info, upright=upright):
        yield from predict_crops(estimator, crops)


def standard_crops(samples: Sequence[Sample], info: WeightsInfo, *, upright: bool = True) -> Iterator[LabelledCrops]:
    """Cut out labelled hands, in batches.

    Args:
        samples: with joints.
        info: of the network, for the size of the crops.
        upright: rotate crops upright, as the tracker does.
    """
    for start in range(0, len(samples), BATCH):
        batch = samples[start : start + BATCH]
        joints_px = [labelled_joints(sample) for sample in batch]
        crops = [_standard_crop(joints, info.crop_margin, upright=upright) for joints in joints_px]
        images = [crop.cut(sample.read(), info.crop_px) for crop, sample in zip(crops, batch, strict=True)]
        joints_crop_px = [crop.to_crop(joints, info.crop_px) for crop, joints in zip(crops, joints_px, strict=True)]
        yield LabelledCrops(np.stack(images), np.stack(joints_crop_px))


def predict_crops(estimator: PoseEstimator, crops: LabelledCrops) -> Iterator[Prediction]:
    """Predict the joints of some labelled crops."""
    poses = estimator(crops.images)
    found = poses.joints_crop_px, poses.joint_scores, poses.depths_crop_px
    yield from map(Prediction, crops.images, crops.joints_crop_px, *found)


def labelled_joints(sample: Sample) -> Floats:
    """``(21, 2)`` in px of the image, NaN where a joint is not labelled; the sample must have a hand."""
    if sample.joints_px is None:
        raise ValueError(f"{sample.path} has no joints to compare with")
    return sample.joints_px


def _standard_crop(joints_px: Floats, margin: float, *, upright: bool) -> Crop:
    crop = labelled_crop(joints_px, margin)
    return crop if upright else Crop.at_angle(fill_unlabelled(joints_px), margin=margin, angle=0.0)

"""Read FreiHAND's labels, JSON files, as joints in images; every label is validated."""

import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from handpose_live.system.text_files import read_text
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import JOINT_COUNT, KNUCKLES, WRIST

COVERED_WEIGHT = 0.3  # of a joint that something covers, beside one that is seen
MIN_LABELLED = 2  # joints of a hand: fewer do not tell its size


class JointLabels(NamedTuple):
    """What is known of the joints of one hand, or of ``n`` hands.

    Attributes:
        joints_px: ``(n, 21, 2)`` in px of the image; NaN where a joint is not labelled.
        depths_px: ``(n, 21)``: how much farther from the camera than the wrist, in px at the wrist's distance; NaN
            where that is unknown.
        visible: ``(n, 21)``: 1 where nothing covers the joint, 0 where something does, NaN where that is unknown.
        weights: ``(n, 21)``: how far a label is to be trusted, 0..1; 0 where a joint is not labelled.
    """

    joints_px: Floats
    depths_px: Floats
    visible: Floats
    weights: Floats

    @classmethod
    def of_joints(cls, joints_px: Floats) -> "JointLabels":
        """Labels of which only the joints are known, ``(..., 21, 2)``, NaN where they are not."""
        unknown = np.full(joints_px.shape[:-1], np.nan, np.float32)
        labelled = np.asarray(np.isfinite(joints_px).all(axis=-1), np.float32)
        return cls(joints_px, unknown, unknown, labelled)

    def seen(self, visible: NDArray[Any]) -> "JointLabels":
        """With the joints that are visible, ``(..., 21)`` 1 or 0; the others, which can only be guessed, count less."""
        weights = self.weights * np.where(visible, 1, COVERED_WEIGHT)
        return self._replace(visible=np.asarray(visible, np.float32), weights=np.asarray(weights, np.float32))

    def select(self, rows: "int | NDArray[np.intp]") -> "JointLabels":
        """Those of one of ``n`` hands, or of some."""
        return JointLabels(*(values[rows] for values in self))

    def moved(self, joints_px: Floats, scale: float) -> "JointLabels":
        """The labels in another image, which shows the hand elsewhere and ``scale`` times as large."""
        return self._replace(joints_px=joints_px, depths_px=np.asarray(self.depths_px * scale, np.float32))


def read_labels(xyz_path: Path, cameras_path: Path, visible_path: Path) -> JointLabels:
    """Read the labels of ``n`` hands, at least one; joints are ``K·xyz`` divided by its last coordinate.

    Args:
        xyz_path: ``n`` times 21 joints in the camera's frame, in any unit; null for a joint that is not labelled. Where
            all have the same z, their depths are unknown.
        cameras_path: ``n`` times the camera's matrix ``K``, ``(3, 3)``.
        visible_path: ``n`` times 21 numbers, 1 for a joint that nothing covers; the file may not exist.

    Raises:
        HandPoseError: a file is not a list of such labels, a label cannot be projected (it is named, counted from 0 as
            the images are), or their numbers differ.
    """
    paths = xyz_path, cameras_path, visible_path
    return JointLabels(*(values.copy() for values in _read_labels(*paths, tuple(map(_version, paths)))))


def _version(path: Path) -> tuple[int, int] | None:
    """Size and time of a file; None if there is none."""
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=8)  # parsing takes seconds, and each split is read on its own
def _read_labels(
    xyz_path: Path, cameras_path: Path, visible_path: Path, _versions: tuple[tuple[int, int] | None, ...]
) -> JointLabels:
    xyz = _read_numbers(xyz_path, (JOINT_COUNT, 3), nullable=True)
    cameras = _read_numbers(cameras_path, (3, 3))
    _check_count(xyz_path, xyz, cameras_path, cameras)
    _reject(cameras_path, np.asarray(np.linalg.matrix_rank(cameras) < 3), "is no camera matrix: it is singular")
    labelled = np.isfinite(xyz).all(axis=2)
    _reject(xyz_path, labelled.sum(axis=1) < MIN_LABELLED, f"has fewer than {MIN_LABELLED} joints")
    with np.errstate(all="ignore"):
        projected = np.einsum("nij,nkj->nki", cameras, xyz)
        depths = projected[..., 2]
        joints_px = (projected[..., :2] / depths[..., None]).astype(np.float32)
    # A hand whose coordinates are all negated is in front of its camera, too.
    in_front = ((depths > 0) | ~labelled).all(axis=1) | ((depths < 0) | ~labelled).all(axis=1)
    valid = in_front & (np.isfinite(joints_px).all(axis=2) | ~labelled).all(axis=1)
    _reject(xyz_path, ~valid, "has a joint that is not in front of the camera (z = 0, or of the other sign)")
    extent = np.nanmax(joints_px, axis=1) - np.nanmin(joints_px, axis=1)
    _reject(xyz_path, extent.max(axis=1) <= 0, "has all its joints in one place")
    labels = JointLabels.of_joints(joints_px)._replace(depths_px=_depths_px(xyz[..., 2], cameras))
    if not visible_path.is_file():
        return labels
    visible = _read_numbers(visible_path, (JOINT_COUNT,))
    _check_count(xyz_path, xyz, visible_path, visible)
    return labels.seen(visible > 0)


def fill_unlabelled(joints_px: Floats) -> Floats:
    """``(..., 21, 2)`` joints with those that are not labelled, NaN, put in the middle of the others."""
    if np.isfinite(joints_px).all():
        return np.asarray(joints_px, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of hands without any joint
        middle = np.nanmean(joints_px, axis=-2, keepdims=True)
    return np.asarray(np.where(np.isfinite(joints_px), joints_px, np.nan_to_num(middle)), np.float32)


def labelled_crop(joints_px: Floats, margin: float) -> Crop:
    """The upright crop around ``(21, 2)`` joints; one that is not turned where it is not known which way is up."""
    filled = fill_unlabelled(joints_px)
    if np.isfinite(joints_px[[WRIST, *KNUCKLES]]).all():
        return Crop.around(filled, margin=margin)
    return Crop.at_angle(filled, margin=margin, angle=0)


def depths_in_px(joints_px: Floats, joints_m: Floats) -> Floats:
    """``(21,)`` depths relative to the wrist, in px at its distance.

    The focal length follows from the joints: ``X / Z`` of each, times the focal length, is its place in the frame but
    for the middle of the frame.

    Args:
        joints_px: ``(21, 2)`` in the frame.
        joints_m: ``(21, 3)`` in the camera's frame, of any unit.
    """
    slopes = joints_m[:, :2] / joints_m[:, 2:]
    slopes, places = slopes - slopes.mean(axis=0), joints_px - joints_px.mean(axis=0)
    focal_px = (slopes * places).sum() / (slopes**2).sum()
    return _relative_depths_px(joints_m[:, 2], focal_px)


def _depths_px(z: NDArray[np.float64], cameras: NDArray[np.float64]) -> Floats:
    """``(n, 21)`` depths relative to the wrist; see :class:`JointLabels`."""
    focal_px = np.abs(cameras[:, (0, 1), (0, 1)]).mean(axis=1, keepdims=True)
    depths = _relative_depths_px(z, focal_px)
    is_flat = ~(np.abs(np.nan_to_num(depths)).max(axis=1, keepdims=True) > 0)
    return np.asarray(np.where(is_flat, np.nan, depths), np.float32)


def _relative_depths_px(z: NDArray[np.floating], focal_px: Any) -> Floats:
    """``(..., 21)`` depths relative to the wrist, in px at its distance, of coordinates in any unit."""
    wrist = z[..., WRIST, None]
    return np.asarray((z - wrist) * focal_px / wrist, np.float32)


def _read_numbers(path: Path, shape: tuple[int, ...], *, nullable: bool = False) -> NDArray[np.float64]:
    """``(n, *shape)``, ``n`` at least one, all finite but the rows that are null, if they may be, which become NaN."""
    try:
        labels = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise HandPoseError(f"{path} is damaged ({error}); download the data set again.") from error
    if not isinstance(labels, list) or not labels:
        raise HandPoseError(f"{path} is damaged (it is no list of labels); download the data set again.")
    numbers, is_null = _to_numbers(labels), np.zeros((len(labels), 1), np.bool_)
    if numbers is None and nullable:
        labels, is_null = _fill_nulls(labels, shape)
        numbers = _to_numbers(labels)
    if numbers is None or numbers.shape != (len(labels), *shape):
        fits = np.array([getattr(_to_numbers(label), "shape", None) == shape for label in labels])
        _reject(path, ~fits, f"is not {' times '.join(map(str, shape))} numbers")
    assert numbers is not None
    finite = np.isfinite(numbers).reshape(len(numbers), shape[0], -1).all(axis=2) | is_null
    _reject(path, np.asarray(~finite.all(axis=1)), "holds NaN or an infinite number")
    return numbers


def _fill_nulls(labels: list[Any], shape: tuple[int, ...]) -> tuple[list[Any], NDArray[np.bool_]]:
    """Put NaN in the place of rows that are null, and say which ones they are, ``(n, rows)``."""
    missing = [float("nan")] * shape[1]
    filled = [
        [missing if row is None else row for row in label] if isinstance(label, list) else label for label in labels
    ]
    is_null = [
        [row is None for row in label] if isinstance(label, list) and len(label) == shape[0] else [False] * shape[0]
        for label in labels
    ]
    return filled, np.array(is_null)


def _check_count(path: Path, labels: NDArray[Any], other_path: Path, others: NDArray[Any]) -> None:
    if len(labels) != len(others):
        raise HandPoseError(
            f"{path} labels {len(labels)} hands but {other_path.name} has {len(others)} entries; "
            "download the data set again."
        )


def _to_numbers(value: Any) -> NDArray[np.float64] | None:
    try:
        # Only numbers: NumPy would convert "1" and null, too.
        array = np.array(value)
        return array.astype(np.float64) if array.dtype.kind in "iuf" else None
    except ValueError:
        return None


def _reject(path: Path, invalid: NDArray[np.bool_], reason: str) -> None:
    """Raise an error that names the first label that cannot be used, if any, and counts the others."""
    if invalid.any():
        others = f" (and {invalid.sum() - 1} others likewise)" if invalid.sum() > 1 else ""
        number = int(invalid.argmax())
        raise HandPoseError(
            f"{path} is damaged: label {number} {reason}{others}; correct it, or download the data set again."
        )

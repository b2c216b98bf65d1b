"""Read FreiHAND's labels, two JSON files, as joints in images; every label is validated."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handpose_live.system.text_files import read_text
from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import JOINT_COUNT


def read_joints(xyz_path: Path, cameras_path: Path) -> Floats:
    """Read ``(n, 21, 2)`` joints in px of the images: ``K·xyz`` divided by its last coordinate; ``n`` is at least 1.

    Args:
        xyz_path: ``n`` times 21 joints in the camera's frame, in any unit.
        cameras_path: ``n`` times the camera's matrix ``K``, ``(3, 3)``.

    Raises:
        HandPoseError: a file is not a list of such labels, a label cannot be projected (it is named, counted from 0 as
            the images are), or their numbers differ.
    """
    xyz = _read_numbers(xyz_path, (JOINT_COUNT, 3))
    cameras = _read_numbers(cameras_path, (3, 3))
    if len(xyz) != len(cameras):
        raise HandPoseError(
            f"{xyz_path} labels {len(xyz)} hands but {cameras_path.name} has {len(cameras)} cameras; "
            "download the data set again."
        )
    _reject(cameras_path, np.asarray(np.linalg.matrix_rank(cameras) < 3), "is no camera matrix: it is singular")
    with np.errstate(all="ignore"):
        projected = np.einsum("nij,nkj->nki", cameras, xyz)
        depths = projected[..., 2]
        joints_px = (projected[..., :2] / depths[..., None]).astype(np.float32)
    # A hand whose coordinates are all negated is in front of its camera, too.
    in_front = (depths > 0).all(axis=1) | (depths < 0).all(axis=1)
    valid = in_front & np.isfinite(joints_px).all(axis=(1, 2))
    _reject(xyz_path, ~valid, "has a joint that is not in front of the camera (z = 0, or of the other sign)")
    _reject(xyz_path, np.ptp(joints_px, axis=1).max(axis=1) <= 0, "has all its joints in one place")
    return np.asarray(joints_px, np.float32)


def _read_numbers(path: Path, shape: tuple[int, int]) -> NDArray[np.float64]:
    """``(n, *shape)``, finite, ``n`` at least one."""
    try:
        labels = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise HandPoseError(f"{path} is damaged ({error}); download the data set again.") from error
    if not isinstance(labels, list) or not labels:
        raise HandPoseError(f"{path} is damaged (it is no list of labels); download the data set again.")
    numbers = _to_numbers(labels)
    if numbers is None or numbers.shape != (len(labels), *shape):
        fits = np.array([getattr(_to_numbers(label), "shape", None) == shape for label in labels])
        _reject(path, ~fits, f"is not {shape[0]} times {shape[1]} numbers")
    assert numbers is not None
    _reject(path, np.asarray(~np.isfinite(numbers).all(axis=(1, 2))), "holds NaN or an infinite number")
    return numbers


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

"""FreiHAND's labels, from their two JSON files to joints in pictures, checked label by label."""

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
    """``(n, 21, 2)`` in px of the pictures: ``K·xyz`` divided by its last coordinate, ``n`` at least one.

    Args:
        xyz_path: ``n`` times 21 joints in the camera's frame, in any unit.
        cameras_path: ``n`` times the camera's matrix ``K``, ``(3, 3)``.

    Raises:
        HandPoseError: a file is no list of such labels, a label cannot be projected (it is named, counted from 0 as
            the pictures are), or there are not as many of both.
    """
    xyz = _read_numbers(xyz_path, (JOINT_COUNT, 3))
    cameras = _read_numbers(cameras_path, (3, 3))
    if len(xyz) != len(cameras):
        raise HandPoseError(
            f"{xyz_path} labels {len(xyz)} hands but {cameras_path.name} has {len(cameras)} cameras; "
            "fetch the data set again."
        )
    _refuse(cameras_path, np.asarray(np.linalg.matrix_rank(cameras) < 3), "is no camera matrix, for it is singular")
    with np.errstate(all="ignore"):
        projected = np.einsum("nij,nkj->nki", cameras, xyz)
        depths = projected[..., 2]
        joints_px = (projected[..., :2] / depths[..., None]).astype(np.float32)
    # A hand whose coordinates are all negated is before its camera too.
    before = (depths > 0).all(axis=1) | (depths < 0).all(axis=1)
    seen = before & np.isfinite(joints_px).all(axis=(1, 2))
    _refuse(xyz_path, ~seen, "has a joint that is not in front of the camera (z = 0, or of the other sign)")
    _refuse(xyz_path, np.ptp(joints_px, axis=1).max(axis=1) <= 0, "has all its joints in one place")
    return np.asarray(joints_px, np.float32)


def _read_numbers(path: Path, shape: tuple[int, int]) -> NDArray[np.float64]:
    """``(n, *shape)``, finite, ``n`` at least one."""
    try:
        labels = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise HandPoseError(f"{path} is damaged ({error}); fetch the data set again.") from error
    if not isinstance(labels, list) or not labels:
        raise HandPoseError(f"{path} is damaged (it is no list of labels); fetch the data set again.")
    numbers = _as_numbers(labels)
    if numbers is None or numbers.shape != (len(labels), *shape):
        fits = np.array([getattr(_as_numbers(label), "shape", None) == shape for label in labels])
        _refuse(path, ~fits, f"is not {shape[0]} times {shape[1]} numbers")
    assert numbers is not None
    _refuse(path, np.asarray(~np.isfinite(numbers).all(axis=(1, 2))), "holds NaN or an infinite number")
    return numbers


def _as_numbers(value: Any) -> NDArray[np.float64] | None:
    try:
        # Python's own numbers only: NumPy would take "1" and null too.
        array = np.array(value)
        return array.astype(np.float64) if array.dtype.kind in "iuf" else None
    except ValueError:
        return None


def _refuse(path: Path, wrong: NDArray[np.bool_], why: str) -> None:
    """Name the first label that cannot be used, if any, and count the others."""
    if wrong.any():
        others = f" (and {wrong.sum() - 1} others likewise)" if wrong.sum() > 1 else ""
        number = int(wrong.argmax())
        raise HandPoseError(f"{path} is damaged: label {number} {why}{others}; mend it, or fetch the data set again.")

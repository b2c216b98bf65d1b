"""Folders in FreiHAND's layout to lists of samples."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.errors import HandPoseError
from handpose_live.pose.crop import Floats
from handpose_live.pose.skeleton import JOINT_COUNT

SPLITS = ("train", "val", "test")
DOWNLOAD_PAGE = "https://lmb.informatik.uni-freiburg.de/resources/datasets/FreihandDataset.en.html"
# The article's split of FreiHAND, by label: the first label of validation, the first of test.
ARTICLE_SPLIT = (26_000, 31_000)


@dataclass(frozen=True, eq=False)
class Sample:
    """One picture to learn from or to test on.

    Attributes:
        path: the picture.
        joints_px: ``(21, 2)`` in px of the picture; None where there is no hand in it.
    """

    path: Path
    joints_px: Floats | None

    def read(self) -> NDArray[np.uint8]:
        """The picture, ``(h, w, 3)`` RGB."""
        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR_RGB)
        if image is None:
            raise HandPoseError(f"The picture {self.path} cannot be read; fetch the data set again.")
        return np.asarray(image, dtype=np.uint8)


def read_all_hands(folders: Sequence[Path], split: str) -> list[Sample]:
    """The hands of one split of several folders; see :func:`read_hands`.

    Raises:
        HandPoseError: a folder lacks a file, or there is no hand of that split in any.
    """
    samples = [sample for folder in folders for sample in read_hands(folder, split)]
    if not samples:
        raise HandPoseError(f"There are no hands of the split '{split}' in {', '.join(map(str, folders))}.")
    return samples


def read_all_negatives(folders: Sequence[Path], split: str) -> list[Sample]:
    """The pictures without a hand of one split of several folders."""
    return [sample for folder in folders for sample in read_negatives(folder, split)]


def read_hands(folder: Path, split: str) -> list[Sample]:
    """The hands of one split.

    ``training_xyz.json`` and ``training_K.json`` give ``(u, v)`` as ``K·xyz`` divided by its last
    coordinate; picture ``i`` has label ``i % n``. The split is that of ``index.csv`` where there is
    one, else the article's, by label: all copies of one hand fall into the same split.

    Raises:
        HandPoseError: the folder lacks a file, or its labels are damaged.
    """
    xyz = _read_labels(folder / "training_xyz.json", (JOINT_COUNT, 3))
    cameras = _read_labels(folder / "training_K.json", (3, 3))
    if len(xyz) != len(cameras):
        raise HandPoseError(f"{folder} labels {len(xyz)} hands but {len(cameras)} cameras; fetch the data set again.")
    projected = np.einsum("nij,nkj->nki", cameras, xyz)
    joints_px = (projected[..., :2] / projected[..., 2:]).astype(np.float32)
    pictures = sorted(path for path in (folder / "training" / "rgb").glob("*.jpg") if path.stem.isdecimal())
    if not pictures:
        raise _missing(folder / "training" / "rgb")
    splits = _splits(folder, len(joints_px))
    numbered = ((int(path.stem) % len(joints_px), path) for path in pictures)
    return [Sample(path, joints_px[label]) for label, path in numbered if splits[label] == split]


def read_negatives(folder: Path, split: str) -> list[Sample]:
    """Pictures without a hand, from ``negatives.csv`` and ``negatives/``; none where there are none."""
    table = folder / "negatives.csv"
    if not table.is_file():
        return []
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return [Sample(folder / "negatives" / f"{int(row['index']):06d}.jpg", None) for row in rows]


def _splits(folder: Path, labels: int) -> list[str]:
    table = folder / "index.csv"
    if table.is_file():
        with table.open(newline="") as file:
            split_of = {int(row["index"]): row["split"] for row in csv.DictReader(file)}
        return [split_of.get(label, "") for label in range(labels)]
    first_val, first_test = ARTICLE_SPLIT
    return [SPLITS[(label >= first_val) + (label >= first_test)] for label in range(labels)]


def _read_labels(path: Path, shape: tuple[int, int]) -> NDArray[np.float64]:
    """``(n, *shape)``, ``n`` at least one."""
    if not path.is_file():
        raise _missing(path)
    try:
        labels = np.array(json.loads(path.read_text()), dtype=np.float64)
        if labels.shape != (len(labels), *shape) or not len(labels):
            raise ValueError(f"shape {labels.shape} where (n, {shape[0]}, {shape[1]}) belongs")
        return labels
    except (ValueError, TypeError) as error:
        raise HandPoseError(f"{path} is damaged ({error}); fetch the data set again.") from error


def _missing(path: Path) -> HandPoseError:
    return HandPoseError(f"{path} is missing; --data wants a folder in FreiHAND's layout (see {DOWNLOAD_PAGE}).")

"""Read the samples of folders in FreiHAND's layout."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError

from .labels import read_joints
from .splits import EVALUATION, SPLITS
from .tables import read_table

DOWNLOAD_PAGE = "https://lmb.informatik.uni-freiburg.de/resources/datasets/FreihandDataset.en.html"
# The article's split of FreiHAND, by label: the first label of validation, the first of test.
ARTICLE_SPLIT = (26_000, 31_000)


@dataclass(frozen=True, eq=False)
class Sample:
    """One image to train on or to test with.

    Attributes:
        path: of the image file.
        joints_px: ``(21, 2)`` in px of the image; None if there is no hand in it.
    """

    path: Path
    joints_px: Floats | None

    def read(self) -> NDArray[np.uint8]:
        """Decode the image, ``(h, w, 3)`` RGB.

        Raises:
            HandPoseError: it cannot be read.
        """
        return read_image(self.path)


def read_image(path: Path) -> NDArray[np.uint8]:
    """Decode an image, ``(h, w, 3)`` RGB.

    Raises:
        HandPoseError: it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise HandPoseError(f"The image {path} cannot be read; download the data set again.")
    return np.asarray(image, dtype=np.uint8)


def read_all_hands(
    folders: Sequence[Path], split: str | None, *, raw: bool = False, exclude_sets: Container[str] = ()
) -> list[Sample]:
    """Read the hands of one split of several folders; see :func:`read_hands`.

    Raises:
        HandPoseError: a folder lacks a file, or no folder has a hand of that split.
    """
    samples = [sample for folder in folders for sample in read_hands(folder, split, raw=raw, exclude_sets=exclude_sets)]
    if folders and not samples:
        raise HandPoseError(f"There are no hands of the split '{split}' in {', '.join(map(str, folders))}.")
    return samples


def read_all_negatives(
    folders: Sequence[Path], split: str | None, *, exclude_sets: Container[str] = ()
) -> list[Sample]:
    """Read the negatives of one split of several folders; see :func:`read_negatives`."""
    return [sample for folder in folders for sample in read_negatives(folder, split, exclude_sets=exclude_sets)]


def read_hands(
    folder: Path, split: str | None, *, raw: bool = False, exclude_sets: Container[str] = ()
) -> list[Sample]:
    """Read the hands of one split.

    ``training_xyz.json`` and ``training_K.json`` give ``(u, v)`` as ``K·xyz`` divided by its last coordinate; image
    ``i`` has label ``i % n``. Splits are those of ``index.csv`` if it exists, else the article's, by label: all copies
    of one hand belong to the same split.

    Args:
        folder: in FreiHAND's layout.
        split: of ``SPLITS``; or ``EVALUATION``, FreiHAND's official test set, in files of its own; None for all
            hands but those.
        raw: only the first image of each label, as in the article; the others show the same hands in front of other
            backgrounds.
        exclude_sets: names of sets in ``index.csv`` to leave out.

    Raises:
        HandPoseError: the folder lacks a file, or its labels are damaged.
    """
    return [sample for _, sample in read_numbered_hands(folder, split, raw=raw, exclude_sets=exclude_sets)]


def read_numbered_hands(
    folder: Path, split: str | None, *, raw: bool = False, exclude_sets: Container[str] = ()
) -> list[tuple[int, Sample]]:
    """Read the hands of one split, each with the number of its label; see :func:`read_hands`."""
    part = EVALUATION if split == EVALUATION else "training"
    files = folder / f"{part}_xyz.json", folder / f"{part}_K.json"
    for file in files:
        if not file.is_file():
            raise _missing(file)
    joints_px = read_joints(*files)
    images = _images(folder / part / "rgb", len(joints_px))
    splits = [split] * len(joints_px) if split in (None, EVALUATION) else _splits(folder, len(joints_px))
    labelled = ((number % len(joints_px), path) for number, path in enumerate(images))
    chosen = islice(labelled, len(joints_px) if raw else None)
    table = folder / "index.csv"
    excluded = {number for number, row in _rows_of(table) if row.get("set") in exclude_sets} if exclude_sets else set()
    return [
        (label, Sample(path, joints_px[label]))
        for label, path in chosen
        if splits[label] == split and label not in excluded
    ]


def has_hands(folder: Path, split: str) -> bool:
    """Whether a folder has hands of that split; the official test set is optional."""
    return (split != EVALUATION or (folder / f"{EVALUATION}_xyz.json").is_file()) and bool(read_hands(folder, split))


def read_negatives(folder: Path, split: str | None, *, exclude_sets: Container[str] = ()) -> list[Sample]:
    """Read the negatives, images without a hand, from ``negatives.csv`` and ``negatives/``, which are optional.

    Raises:
        HandPoseError: the table lacks a column.
    """
    rows = _rows_of(folder / "negatives.csv")
    numbers = [n for n, row in rows if split in (None, row["split"]) and row.get("set", "") not in exclude_sets]
    return [Sample(folder / "negatives" / f"{number:06d}.jpg", None) for number in numbers]


def describe_sets(parts: Iterable[tuple[Path, str | None]], exclude_sets: Container[str] = ()) -> list[str]:
    """Describe what splits of folders, or whole folders (None), consist of together, a line for each data set."""
    sets: Counter[tuple[str, str]] = Counter()
    lines = []
    for folder, split in parts:
        table = folder / "index.csv"
        if not table.is_file():
            lines = ["FreiHAND (Zimmermann et al. 2019), for research only"]
            continue
        rows = [row for _, row in read_rows(table) if split in (None, row["split"])]
        sets.update((row.get("set") or folder.name, row.get("licence") or "made by this program") for row in rows)
    kept = sorted((name, licence, count) for (name, licence), count in sets.items() if name not in exclude_sets)
    return lines + [f"{name}: {count} hands, {licence}" for name, licence, count in kept]


def _images(folder: Path, labels: int) -> list[Path]:
    """The numbered images of a folder, the same number for each label."""
    images = sorted((path for path in folder.glob("*.jpg") if path.stem.isdecimal()), key=lambda path: int(path.stem))
    if not images:
        raise _missing(folder)
    copies = -(-len(images) // labels)
    if len(images) != copies * labels or int(images[-1].stem) != len(images) - 1:
        raise HandPoseError(
            f"{folder} has {len(images)} images where its {labels} labels need {copies * labels}, numbered from 0; "
            f"unpack it again (see {DOWNLOAD_PAGE}), or let 'render' finish."
        )
    return images


def _splits(folder: Path, labels: int) -> list[str]:
    table = folder / "index.csv"
    if table.is_file():
        split_of = {number: row["split"] for number, row in read_rows(table)}
        unlabelled = sorted(number for number in split_of if not 0 <= number < labels)
        if unlabelled:
            raise HandPoseError(f"{table} names hand {unlabelled[0]}, but there are labels for 0 to {labels - 1} only.")
        return [split_of.get(label, "") for label in range(labels)]
    first_val, first_test = ARTICLE_SPLIT
    return [SPLITS[(label >= first_val) + (label >= first_test)] for label in range(labels)]


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of ``index.csv`` or ``negatives.csv``, each with its number.

    Raises:
        HandPoseError: the table cannot be used; see :func:`read_table`.
    """
    rows = read_table(path, ("index", "split"), lambda row: (int(row["index"]), row))
    ((number, times),) = Counter(number for number, _ in rows).most_common(1) or [(0, 0)]
    if times > 1:
        raise HandPoseError(f"{path} has {times} rows with the index {number}; each index must be unique.")
    return rows


def _rows_of(table: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table that is optional."""
    return read_rows(table) if table.is_file() else []


def _missing(path: Path) -> HandPoseError:
    if path.name.startswith(EVALUATION) or path.parent.name == EVALUATION:
        page = f"unpack the evaluation set with annotations (FreiHAND_pub_v2_eval.zip, see {DOWNLOAD_PAGE}) there."
        return HandPoseError(f"{path} is missing; {page}")
    return HandPoseError(f"{path} is missing; --data needs a folder in FreiHAND's layout (see {DOWNLOAD_PAGE}).")

"""Folders in FreiHAND's layout to lists of samples."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError

from .labels import read_joints
from .tables import read_table

SPLITS = ("train", "val", "test")
EVALUATION = "evaluation"  # FreiHAND's official test set; its labels are an archive of their own
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


def read_all_hands(folders: Sequence[Path], split: str | None, *, raw: bool = False) -> list[Sample]:
    """The hands of one split of several folders; see :func:`read_hands`.

    Raises:
        HandPoseError: a folder lacks a file, or there is no hand of that split in any.
    """
    samples = [sample for folder in folders for sample in read_hands(folder, split, raw=raw)]
    if folders and not samples:
        raise HandPoseError(f"There are no hands of the split '{split}' in {', '.join(map(str, folders))}.")
    return samples


def read_all_negatives(folders: Sequence[Path], split: str | None) -> list[Sample]:
    """The pictures without a hand of one split of several folders."""
    return [sample for folder in folders for sample in read_negatives(folder, split)]


def read_hands(folder: Path, split: str | None, *, raw: bool = False) -> list[Sample]:
    """The hands of one split.

    ``training_xyz.json`` and ``training_K.json`` give ``(u, v)`` as ``K·xyz`` divided by its last
    coordinate; picture ``i`` has label ``i % n``. The split is that of ``index.csv`` where there is
    one, else the article's, by label: all copies of one hand fall into the same split.

    Args:
        folder: in FreiHAND's layout.
        split: of ``SPLITS``; or ``EVALUATION``, FreiHAND's official test set, in files of its own; None for all
            hands but those.
        raw: only the first picture of each label. The article used these alone; the others show the same hands
            before other backgrounds.

    Raises:
        HandPoseError: the folder lacks a file, or its labels are damaged.
    """
    return [sample for _, sample in read_numbered_hands(folder, split, raw=raw)]


def read_numbered_hands(folder: Path, split: str | None, *, raw: bool = False) -> list[tuple[int, Sample]]:
    """The hands of one split, each with the number of its label; see :func:`read_hands`."""
    part = EVALUATION if split == EVALUATION else "training"
    files = folder / f"{part}_xyz.json", folder / f"{part}_K.json"
    for file in files:
        if not file.is_file():
            raise _missing(file)
    joints_px = read_joints(*files)
    pictures = _pictures(folder / part / "rgb", len(joints_px))
    splits = [split] * len(joints_px) if split in (None, EVALUATION) else _splits(folder, len(joints_px))
    labelled = ((number % len(joints_px), path) for number, path in enumerate(pictures))
    chosen = islice(labelled, len(joints_px) if raw else None)
    return [(label, Sample(path, joints_px[label])) for label, path in chosen if splits[label] == split]


def has_hands(folder: Path, split: str) -> bool:
    """Whether a folder has that split; the official test set may be left away."""
    return (split != EVALUATION or (folder / f"{EVALUATION}_xyz.json").is_file()) and bool(read_hands(folder, split))


def read_negatives(folder: Path, split: str | None) -> list[Sample]:
    """Pictures without a hand, from ``negatives.csv`` and ``negatives/``; none where there are none.

    Raises:
        HandPoseError: the table lacks a column.
    """
    table = folder / "negatives.csv"
    if not table.is_file():
        return []
    numbers = [number for number, row in read_rows(table) if split in (None, row["split"])]
    return [Sample(folder / "negatives" / f"{number:06d}.jpg", None) for number in numbers]


def describe_sets(parts: Iterable[tuple[Path, str | None]]) -> list[str]:
    """What splits of folders, or whole ones (None), consist of together, a line for each set."""
    sets: Counter[tuple[str, str]] = Counter()
    lines = []
    for folder, split in parts:
        table = folder / "index.csv"
        if not table.is_file():
            lines = ["FreiHAND (Zimmermann et al. 2019), for research only"]
            continue
        rows = [row for _, row in read_rows(table) if split in (None, row["split"])]
        sets.update((row.get("set") or folder.name, row.get("licence") or "made by this program") for row in rows)
    return lines + [f"{name}: {count} hands, {licence}" for (name, licence), count in sorted(sets.items())]


def _pictures(folder: Path, labels: int) -> list[Path]:
    """The numbered pictures of a folder, as many for each label."""
    pictures = sorted((path for path in folder.glob("*.jpg") if path.stem.isdecimal()), key=lambda path: int(path.stem))
    if not pictures:
        raise _missing(folder)
    copies = -(-len(pictures) // labels)
    if len(pictures) != copies * labels or int(pictures[-1].stem) != len(pictures) - 1:
        raise HandPoseError(
            f"{folder} has {len(pictures)} pictures where its {labels} labels want {copies * labels}, numbered from 0; "
            f"unpack it again (see {DOWNLOAD_PAGE}), or let 'render' finish."
        )
    return pictures


def _splits(folder: Path, labels: int) -> list[str]:
    table = folder / "index.csv"
    if table.is_file():
        split_of = {number: row["split"] for number, row in read_rows(table)}
        strangers = sorted(number for number in split_of if not 0 <= number < labels)
        if strangers:
            raise HandPoseError(f"{table} names hand {strangers[0]}, but there are labels for 0 to {labels - 1} only.")
        return [split_of.get(label, "") for label in range(labels)]
    first_val, first_test = ARTICLE_SPLIT
    return [SPLITS[(label >= first_val) + (label >= first_test)] for label in range(labels)]


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of ``index.csv`` or ``negatives.csv`` by their number.

    Raises:
        HandPoseError: the table cannot be used; see :func:`read_table`.
    """
    rows = read_table(path, ("index", "split"), lambda row: (int(row["index"]), row))
    ((number, times),) = Counter(number for number, _ in rows).most_common(1) or [(0, 0)]
    if times > 1:
        raise HandPoseError(f"{path} has {times} rows with the index {number}; there may be one.")
    return rows


def _missing(path: Path) -> HandPoseError:
    if path.name.startswith(EVALUATION) or path.parent.name == EVALUATION:
        page = f"unpack the evaluation set with annotations (FreiHAND_pub_v2_eval.zip, see {DOWNLOAD_PAGE}) there."
        return HandPoseError(f"{path} is missing; {page}")
    return HandPoseError(f"{path} is missing; --data wants a folder in FreiHAND's layout (see {DOWNLOAD_PAGE}).")

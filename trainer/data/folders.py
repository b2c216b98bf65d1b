"""Read the samples of folders in FreiHAND's layout."""

import os
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
from handpose_live.types.skeleton import JOINT_COUNT

from .labels import JointLabels, read_labels
from .splits import EVALUATION, SPLITS
from .tables import finite, read_table

DOWNLOAD_PAGE = "https://lmb.informatik.uni-freiburg.de/resources/datasets/FreihandDataset.en.html"
# The article's split of FreiHAND, by label: the first label of validation, the first of test.
ARTICLE_SPLIT = (26_000, 31_000)
TYPICAL_SPREAD = 0.02  # of labels, in hand sizes: those that vary so much have half the weight


@dataclass(frozen=True, eq=False)
class Sample:
    """One image to train on or to test with.

    Attributes:
        path: of the image file.
        labels: of the joints of the hand in px of the image; None if there is no hand in it.
        set: name of the data set, "" if unknown.
    """

    path: Path
    labels: JointLabels | None
    set: str = ""

    @property
    def joints_px(self) -> Floats | None:
        """``(21, 2)``, NaN where a joint is not labelled."""
        return None if self.labels is None else self.labels.joints_px

    def read(self) -> NDArray[np.uint8]:
        """Decode the image, ``(h, w, 3)`` RGB.

        Raises:
            HandPoseError: it cannot be read.
        """
        return read_image(self.path)

    def content(self) -> str:
        """Describe what the image depends on.

        Raises:
            HandPoseError: it cannot be read.
        """
        return describe_file(self.path)


def read_image(path: Path) -> NDArray[np.uint8]:
    """Decode an image, ``(h, w, 3)`` RGB.

    Raises:
        HandPoseError: it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise _unreadable(path)
    return np.asarray(image, dtype=np.uint8)


def describe_file(path: Path) -> str:
    """Tell a file from others, and from itself after a change, also when its data set moves.

    Raises:
        HandPoseError: there is no such file.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path) from error
    return f"{'/'.join(path.parts[-3:])} {status.st_size} {status.st_mtime_ns}"


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
    of one hand belong to the same split. ``training_visible.json`` and ``marked.csv``, joints that people marked, are
    optional.

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
    xyz, cameras, visible = (folder / f"{part}_{name}.json" for name in ("xyz", "K", "visible"))
    for file in (xyz, cameras):
        if not file.is_file():
            raise _missing(file)
    labels = read_labels(xyz, cameras, visible)
    count = len(labels.weights)
    rows = dict(_rows_of(folder / "index.csv")) if part == "training" else {}
    _trust(labels, rows)
    if part == "training":
        _correct_by_people(folder / "marked.csv", labels)
    images = folder / part / "rgb"
    splits = [split] * count if split in (None, EVALUATION) else _splits(folder, count)
    sets = [rows.get(label, {}).get("set", "") for label in range(count)]
    numbered = ((number % count, name) for number, name in enumerate(_images(images, count)))
    return [
        (label, Sample(images / name, labels.select(label), sets[label]))
        for label, name in islice(numbered, count if raw else None)
        if splits[label] == split and not (sets[label] and sets[label] in exclude_sets)
    ]


def _trust(labels: JointLabels, rows: dict[int, dict[str, str]]) -> None:
    """Weigh labels on which the views of their model did not agree less, in place, by ``label_spread`` of the table."""
    spreads = np.zeros(len(labels.weights))
    for number, row in rows.items():
        if 0 <= number < len(spreads):
            spreads[number] = float(row.get("label_spread") or 0)
    labels.weights[:] /= 1 + (spreads[:, None] / TYPICAL_SPREAD) ** 2


def _correct_by_people(table: Path, labels: JointLabels) -> None:
    """Put joints where people marked them, in place; the table is optional."""
    if not table.is_file():
        return
    for number, joint, u, v in read_table(table, ("index", "joint", "u", "v"), _parse_mark):
        if not (0 <= number < len(labels.weights) and 0 <= joint < JOINT_COUNT):
            raise HandPoseError(f"{table} marks joint {joint} of hand {number}, which is not among the labels.")
        labels.joints_px[number, joint] = u, v
        labels.weights[number, joint] = 1


def _parse_mark(row: dict[str, str]) -> tuple[int, int, float, float]:
    return int(row["index"]), int(row["joint"]), finite(row["u"]), finite(row["v"])


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


def _images(folder: Path, labels: int) -> list[str]:
    """The names of the numbered images of a folder, the same number for each label."""
    names = [name for name in os.listdir(folder) if name.endswith(".jpg")] if folder.is_dir() else []
    images = sorted((int(stem), stem) for name in names if (stem := name.removesuffix(".jpg")).isdecimal())
    if not images:
        raise _missing(folder)
    copies = -(-len(images) // labels)
    if len(images) != copies * labels or images[-1][0] != len(images) - 1:
        raise HandPoseError(
            f"{folder} has {len(images)} images where its {labels} labels need {copies * labels}, numbered from 0; "
            f"unpack it again (see {DOWNLOAD_PAGE}), or let 'render' finish."
        )
    return [f"{stem}.jpg" for _, stem in images]


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
    rows = read_table(path, ("index", "split"), _parse_row)
    ((number, times),) = Counter(number for number, _ in rows).most_common(1) or [(0, 0)]
    if times > 1:
        raise HandPoseError(f"{path} has {times} rows with the index {number}; each index must be unique.")
    return rows


def _parse_row(row: dict[str, str]) -> tuple[int, dict[str, str]]:
    finite(row.get("label_spread") or "0")
    return int(row["index"]), row


def _rows_of(table: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table that is optional."""
    return read_rows(table) if table.is_file() else []


def _unreadable(path: Path) -> HandPoseError:
    return HandPoseError(f"The image {path} cannot be read; download the data set again.")


def _missing(path: Path) -> HandPoseError:
    if path.name.startswith(EVALUATION) or path.parent.name == EVALUATION:
        page = f"unpack the evaluation set with annotations (FreiHAND_pub_v2_eval.zip, see {DOWNLOAD_PAGE}) there."
        return HandPoseError(f"{path} is missing; {page}")
    return HandPoseError(f"{path} is missing; --data needs a folder in FreiHAND's layout (see {DOWNLOAD_PAGE}).")

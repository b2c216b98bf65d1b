"""Read folders of whole frames with marked hands, to train and to test a detector with.

A folder holds ``rgb/%06d.jpg`` and ``boxes.csv``, which has a row for each mark: a box that a person drew (with some
margin), or 21 joints that MediaPipe found or that were rendered. A person's box and joints of the same hand become one
:class:`MarkedHand`.

MediaPipe's marks in ``cgd_hand`` and ``cgd_body`` that our pose network scores below 0.4 are left out (a fifth of
them): about half are faces, cables and cupboards. They are listed in ``doubtful_marks.csv``, by their left top corner.
"""

import csv
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import JOINT_COUNT

from .boxes import contains_centre, joint_box, pair_boxes
from .folders import read_image
from .frame_splits import split_of
from .tables import finite, read_table

COLUMNS = ("frame", "set", "licence", "origin", "left", "top", "right", "bottom", "side", "joints")
PERSON, MEDIAPIPE, RENDERED = ORIGINS = ("person", "mediapipe", "rendered")
ATTRIBUTES = ("situation", "skin", "light")
# Joints belong to a person's box with which they overlap so much, or which holds their centre: the box has a margin.
MIN_IOU = 0.1


@dataclass(frozen=True, eq=False)
class MarkedHand:
    """One marked hand of a frame; it has a person's box, joints or both.

    Attributes:
        person_box: ``(4,)`` left, top, right and bottom in px of the frame, as a person drew it, hand with some margin.
        joints_px: ``(21, 2)`` in px of the frame; those of ``mediapipe`` are good, not truth, and hidden ones may be
            beyond the frame's edge.
        side: which hand of its owner it is.
        origin: of the joints, else of the box: one of ``ORIGINS``.
        visible: ``(21,)`` bool, which joints are seen; None if unknown.
        visible_share: of the hand's surface, 0..1; 1 if unknown.
        joints_m: ``(21, 3)`` metres in the camera's frame: x right, y down, z forward.
        pose: name of the pose or gesture, "" if it has none.
        holds: name of the held object, "" for none.
    """

    person_box: Floats | None
    joints_px: Floats | None
    side: Side | None
    origin: str
    visible: NDArray[np.bool_] | None = None
    visible_share: float = 1.0
    joints_m: Floats | None = None
    pose: str = ""
    holds: str = ""

    @property
    def box(self) -> Floats:
        """``(4,)`` left, top, right, bottom in px: of the joints, which fits tighter, or else as a person drew it."""
        if self.joints_px is not None:
            return joint_box(self.joints_px)
        assert self.person_box is not None
        return self.person_box


@dataclass(frozen=True, eq=False)
class MarkedFrame:
    """One frame with its marked hands.

    Attributes:
        path: of the image file.
        number: of the frame in its folder.
        set: name of the data set.
        licence: of the data set.
        is_complete: whether every hand that can be seen is marked. Where it is False, learn nothing from what is
            unmarked. Even in a complete frame a person may have left out a hand that is no one's subject.
        hands: without order.
        attributes: of rendered frames: those of ``ATTRIBUTES`` that the table has.
    """

    path: Path
    number: int
    set: str
    licence: str
    is_complete: bool
    hands: tuple[MarkedHand, ...]
    attributes: dict[str, str] = field(default_factory=dict)

    def read(self) -> Image:
        """Decode the image, ``(h, w, 3)`` RGB.

        Raises:
            HandPoseError: it cannot be read.
        """
        return read_image(self.path)


def read_frames(folder: Path, split: str | None, *, exclude_sets: Container[str] = ()) -> list[MarkedFrame]:
    """Read the frames of one split, in the order of their numbers.

    Args:
        folder: with ``rgb`` and ``boxes.csv``.
        split: of ``SPLITS``; None for all frames. :mod:`trainer.data.frame_splits` says which frame belongs to which:
            no person's room is in two of them. Frames of a set that is not listed there, such as rendered ones, belong
            to each split: render a folder for training and another one, with another seed, for tests.
        exclude_sets: names of sets to leave out, to test with them what was trained without them.

    Raises:
        HandPoseError: the table is missing or damaged, or there are no such frames.
    """
    table = folder / "boxes.csv"
    rows: dict[int, list[_Row]] = {}
    for row in read_table(table, COLUMNS, _parse):
        rows.setdefault(row.frame, []).append(row)
    frames = [
        _frame(folder, number, rows[number])
        for number in sorted(rows)
        if (name := rows[number][0].set) not in exclude_sets and split in (None, split_of(name, number, split))
    ]
    if not frames:
        raise HandPoseError(f"{table} has no frames of the split '{split}'; name another folder or split.")
    return frames


def read_all_frames(
    folders: Sequence[Path], split: str | None, *, exclude_sets: Container[str] = ()
) -> list[MarkedFrame]:
    """Read the frames of one split of several folders; see :func:`read_frames`."""
    return [frame for folder in folders for frame in read_frames(folder, split, exclude_sets=exclude_sets)]


def describe_frame_sets(folders: Sequence[Path], split: str | None, *, exclude_sets: Container[str] = ()) -> list[str]:
    """Describe what a split of folders consists of together, a line for each data set."""
    frames = read_all_frames(folders, split, exclude_sets=exclude_sets) if folders else []
    sets = Counter((frame.set, frame.licence) for frame in frames)
    return [f"{name}: {count} whole frames, {licence}" for (name, licence), count in sorted(sets.items())]


@dataclass(frozen=True, eq=False)
class _Row:
    frame: int
    set: str
    licence: str
    hand: MarkedHand | None
    is_doubtful: bool
    attributes: dict[str, str]


def _frame(folder: Path, number: int, rows: list[_Row]) -> MarkedFrame:
    marked = [row for row in rows if row.hand is not None]
    marks = [row.hand for row in marked if row.hand is not None and not row.is_doubtful]
    return MarkedFrame(
        path=folder / "rgb" / f"{number:06d}.jpg",
        number=number,
        set=rows[0].set,
        licence=rows[0].licence,
        is_complete=not marked or any(mark.origin != MEDIAPIPE for mark in marks),
        hands=tuple(_merge(marks)),
        attributes=rows[0].attributes,
    )


def _merge(marks: list[MarkedHand]) -> list[MarkedHand]:
    """Make one hand of a person's box and of the joints in it."""
    drawn = [mark for mark in marks if mark.joints_px is None]
    jointed = [mark for mark in marks if mark.joints_px is not None]
    drawn_boxes, joint_boxes = [mark.box for mark in drawn], [mark.box for mark in jointed]
    pairs = [
        (box, joints)
        for box, joints, iou in pair_boxes(drawn_boxes, joint_boxes)
        if iou >= MIN_IOU or contains_centre(drawn_boxes[box], joint_boxes[joints])
    ]
    merged = [replace(jointed[joints], person_box=drawn[box].person_box) for box, joints in pairs]
    paired_boxes, paired_joints = {box for box, _ in pairs}, {joints for _, joints in pairs}
    alone = [mark for index, mark in enumerate(drawn) if index not in paired_boxes]
    return merged + alone + [mark for index, mark in enumerate(jointed) if index not in paired_joints]


def _parse(cells: dict[str, str]) -> _Row:
    number = int(cells["frame"])
    if number < 0:
        raise ValueError(f"{number} is no number of a frame")
    attributes = {name: cells[name] for name in ATTRIBUTES if cells.get(name)}
    doubtful = (cells["set"], number, cells["left"], cells["top"]) in _doubtful_marks()
    return _Row(number, cells["set"], cells["licence"], _parse_hand(cells), doubtful, attributes)


@cache
def _doubtful_marks() -> frozenset[tuple[str, int, str, str]]:
    """Set, frame, and left and top edge as written, of the marks in ``doubtful_marks.csv``."""
    text = resources.files(__package__).joinpath("doubtful_marks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return frozenset((row["set"], int(row["frame"]), row["left"], row["top"]) for row in rows)


def _parse_hand(cells: dict[str, str]) -> MarkedHand | None:
    """The hand of a row; None for a frame without hands, whose box is empty.

    Raises:
        ValueError: a cell cannot be used.
    """
    edges = [cells[name].strip() for name in ("left", "top", "right", "bottom")]
    if not any(edges):
        return None
    box = np.array([finite(edge) for edge in edges], np.float32)
    if (box[2:] <= box[:2]).any():
        raise ValueError(f"the box {' '.join(edges)} has no area")
    if cells["origin"] not in ORIGINS:
        raise ValueError(f"the origin '{cells['origin']}' is none of {', '.join(ORIGINS)}")
    joints = _numbers(cells, "joints", (JOINT_COUNT, 2))
    if (joints is None) != (cells["origin"] == PERSON):
        raise ValueError(f"a hand of the origin '{cells['origin']}' {'has' if joints is not None else 'lacks'} joints")
    visible = _numbers(cells, "visible", (JOINT_COUNT,))
    return MarkedHand(
        person_box=box if joints is None else None,
        joints_px=joints,
        side=_side(cells["side"]),
        origin=cells["origin"],
        visible=None if visible is None else visible > 0,
        visible_share=finite(cells.get("visible_share") or "1"),
        joints_m=_numbers(cells, "joints_m", (JOINT_COUNT, 3)),
        pose=cells.get("pose", ""),
        holds=cells.get("holds", ""),
    )


def _numbers(cells: dict[str, str], column: str, shape: tuple[int, ...]) -> Floats | None:
    texts = (cells.get(column) or "").split()
    if not texts:
        return None
    if len(texts) != np.prod(shape):
        raise ValueError(f"'{column}' has {len(texts)} numbers where {np.prod(shape)} belong")
    return np.array([finite(text) for text in texts], np.float32).reshape(shape)


def _side(text: str) -> Side | None:
    match text:
        case "left" | "right":
            return text
        case "":
            return None
    raise ValueError(f"the side '{text}' is neither left nor right")

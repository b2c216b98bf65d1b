"""Folders of whole frames with marked hands, and their splits."""

import csv
from collections import defaultdict
from importlib import resources
from pathlib import Path

import cv2
import numpy as np
import pytest

from handpose_live.types.errors import HandPoseError
from trainer.data.frame_splits import split_of
from trainer.data.frames import COLUMNS, MEDIAPIPE, PERSON, RENDERED, read_all_frames, read_frames
from trainer.data.splits import SPLITS

EXTRA_COLUMNS = ("visible", "visible_share", "joints_m", "pose", "holds", "situation", "skin", "light")


def _joints(x: float, y: float) -> str:
    """21 joints in a box of 20 px whose top left corner is at (x, y)."""
    return " ".join(f"{x + number} {y + number}" for number in range(21))


def _write(folder: Path, *rows: dict[str, object], columns: tuple[str, ...] = COLUMNS) -> Path:
    usual = {"frame": 0, "set": "mine", "licence": "MIT", "origin": PERSON, "side": "", "joints": ""}
    with (folder / "boxes.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows([usual | row for row in rows])
    return folder


def _box(left: float, top: float, right: float, bottom: float) -> dict[str, object]:
    return {"left": left, "top": top, "right": right, "bottom": bottom}


def _jointed(x: float, y: float, origin: str = MEDIAPIPE) -> dict[str, object]:
    return _box(x, y, x + 20, y + 20) | {"origin": origin, "side": "left", "joints": _joints(x, y)}


def test_a_persons_box_and_the_joints_in_it_are_one_hand(tmp_path: Path) -> None:
    _write(tmp_path, _box(95, 95, 125, 125), _box(8, 8, 32, 32), _jointed(10, 10), _jointed(100, 100))
    (frame,) = read_frames(tmp_path, None)
    assert len(frame.hands) == 2
    for hand in frame.hands:
        assert hand.person_box is not None
        assert hand.joints_px is not None
        assert (hand.person_box[:2] < hand.joints_px.min(axis=0)).all()
        assert (hand.joints_px.max(axis=0) < hand.person_box[2:]).all()
        assert (hand.side, hand.origin) == ("left", MEDIAPIPE)


def test_joints_elsewhere_are_a_hand_of_their_own(tmp_path: Path) -> None:
    _write(tmp_path, _box(100, 100, 130, 130), _jointed(10, 10))
    (frame,) = read_frames(tmp_path, None)
    assert sorted((hand.person_box is None, hand.joints_px is None) for hand in frame.hands) == [
        (False, True),
        (True, False),
    ]


def test_only_frames_marked_by_a_person_or_rendered_are_complete(tmp_path: Path) -> None:
    rows = [
        _box(1, 1, 9, 9) | {"frame": 0},
        _jointed(1, 1) | {"frame": 1},
        _jointed(1, 1, RENDERED) | {"frame": 2},
        _box(1, 1, 9, 9) | {"frame": 3},
        _jointed(50, 50) | {"frame": 3},
        {"frame": 4, "origin": RENDERED},
    ]
    frames = read_frames(_write(tmp_path, *rows), None)
    assert [frame.is_complete for frame in frames] == [True, False, True, True, True]
    assert [len(frame.hands) for frame in frames] == [1, 1, 1, 2, 0]


def test_what_is_known_of_rendered_hands_is_read(tmp_path: Path) -> None:
    known = {
        "visible": " ".join("0" if joint == 4 else "1" for joint in range(21)),
        "visible_share": 0.75,
        "joints_m": " ".join(map(str, range(63))),
        "pose": "fist",
        "holds": "cup",
        "situation": "webcam",
        "skin": "old",
        "light": "lamp",
    }
    _write(tmp_path, _jointed(5, 5, RENDERED) | known, columns=COLUMNS + EXTRA_COLUMNS)
    (frame,) = read_frames(tmp_path, "test")
    (hand,) = frame.hands
    assert hand.visible is not None
    assert np.flatnonzero(~hand.visible).tolist() == [4]
    assert hand.joints_m is not None
    np.testing.assert_array_equal(hand.joints_m, np.arange(63).reshape(21, 3))
    assert (hand.visible_share, hand.pose, hand.holds) == (0.75, "fist", "cup")
    assert frame.attributes == {"situation": "webcam", "skin": "old", "light": "lamp"}


def test_frames_are_read_with_their_images(tmp_path: Path) -> None:
    _write(tmp_path, _jointed(5, 5) | {"frame": 12})
    (tmp_path / "rgb").mkdir()
    cv2.imwrite(str(tmp_path / "rgb" / "000012.jpg"), np.full((24, 32, 3), (250, 10, 10), np.uint8))
    image = read_frames(tmp_path, None)[0].read()
    assert image.shape == (24, 32, 3)
    assert image[..., 2].min() > 200, "RGB, not BGR"


def test_a_frame_without_its_image_is_refused(tmp_path: Path) -> None:
    frame = read_frames(_write(tmp_path, _jointed(5, 5)), None)[0]
    with pytest.raises(HandPoseError, match=r"000000\.jpg cannot be read"):
        frame.read()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (_box(9, 1, 2, 9), "the box 9 1 2 9 has no area"),
        (_box(1, 1, 9, "nan"), "'nan' is no finite number"),  # type: ignore[arg-type]
        (_jointed(1, 1) | {"joints": "1 2 3"}, "'joints' has 3 numbers where 42 belong"),
        (_jointed(1, 1) | {"joints": ""}, "a hand of the origin 'mediapipe' lacks joints"),
        (_jointed(1, 1) | {"side": "both"}, "the side 'both' is neither left nor right"),
        (_jointed(1, 1) | {"origin": "found"}, "the origin 'found' is none of"),
        (_jointed(1, 1) | {"frame": -3}, "-3 is no number of a frame"),
    ],
)
def test_an_invalid_row_is_named_by_its_line(tmp_path: Path, row: dict[str, object], error: str) -> None:
    _write(tmp_path, _jointed(1, 1), row)
    with pytest.raises(HandPoseError, match=rf"boxes\.csv is damaged in line 3: {error}"):
        read_frames(tmp_path, None)


def test_marks_of_no_hand_are_left_out_but_leave_the_frame_incomplete(tmp_path: Path) -> None:
    text = resources.files("trainer.data").joinpath("doubtful_marks.csv").read_text()
    mark = next(csv.DictReader(text.splitlines()))
    row = _jointed(float(mark["left"]), float(mark["top"])) | {"left": mark["left"], "top": mark["top"]}
    elsewhere = _jointed(float(mark["left"]) + 50, float(mark["top"]))
    frame = {"frame": mark["frame"], "set": mark["set"]}
    (only,) = read_frames(_write(tmp_path, row | frame), None)
    assert (only.hands, only.is_complete) == ((), False)
    (with_another,) = read_frames(_write(tmp_path, row | frame, elsewhere | frame), None)
    assert len(with_another.hands) == 1


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "boxes.csv").write_text("frame,set,left,top,right,bottom,side,joints\n")
    with pytest.raises(HandPoseError, match=r"boxes\.csv has no column 'licence'"):
        read_frames(tmp_path, None)


def test_a_split_without_frames_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, _jointed(1, 1) | {"set": "cgd_body"})
    assert read_frames(tmp_path, "train")
    with pytest.raises(HandPoseError, match="no frames of the split 'val'"):
        read_frames(tmp_path, "val")


def test_frames_of_unlisted_sets_belong_to_every_split(tmp_path: Path) -> None:
    _write(tmp_path, _jointed(1, 1, RENDERED) | {"set": "rendered"})
    assert [len(read_frames(tmp_path, split)) for split in (*SPLITS, None)] == [1, 1, 1, 1]


def test_whole_sets_can_be_left_out(tmp_path: Path) -> None:
    _write(tmp_path, _jointed(1, 1), _jointed(1, 1) | {"frame": 1, "set": "other"})
    assert [frame.set for frame in read_all_frames([tmp_path], None, exclude_sets=["mine"])] == ["other"]


def test_no_group_of_frames_is_in_two_splits() -> None:
    text = resources.files("trainer.data").joinpath("frame_splits.csv").read_text()
    splits: defaultdict[str, set[str]] = defaultdict(set)
    frames: set[int] = set()
    for row in csv.DictReader(text.splitlines()):
        assert row["split"] in SPLITS
        splits[row["group"]].add(row["split"])
        run = range(int(row["first"]), int(row["last"]) + 1)
        assert run, row
        assert frames.isdisjoint(run), row
        frames.update(run)
        assert {split_of(row["set"], number) for number in run} == {row["split"]}
    assert {group: found for group, found in splits.items() if len(found) > 1} == {}
    assert frames == set(range(4484))


def test_every_shared_frame_belongs_to_one_split_and_each_split_has_persons_boxes(shared: Path) -> None:
    folder = shared / "data" / "frames"
    frames = {split: read_frames(folder, split) for split in SPLITS}
    numbers = [frame.number for split in SPLITS for frame in frames[split]]
    assert sorted(numbers) == list(range(4484))
    for split in SPLITS:
        complete = {frame.set for frame in frames[split] if frame.is_complete}
        assert complete == {"subhih", "ti1k", "rf_gesture839"}


def test_the_hands_of_the_shared_frames_are_as_many_as_persons_marked(shared: Path) -> None:
    frames = read_frames(shared / "data" / "frames", None)
    drawn = [hand for frame in frames for hand in frame.hands if hand.person_box is not None]
    assert len(drawn) == 1730 + 900 + 840
    assert sum(hand.joints_px is not None for hand in drawn) > 3100

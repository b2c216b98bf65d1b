"""How the program's hands are compared with marked ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handpose_live.types.errors import HandPoseError
from trainer.benchmark.clips import MarkedHand, Tally, _read_marks, compare, followed_by_mediapipe, print_clips


def _marked(x: float = 0.0, side: str = "left") -> MarkedHand:
    """A hand of 100 px whose thumb tip is in its left upper and index tip in its right upper corner."""
    box = np.array([x, 100.0, x + 80.0, 200.0])
    return MarkedHand(side, box, np.array([[x, 100.0], [x + 80.0, 100.0]]))


def _found(x: float = 0.0, *, side: str = "left", track: int = 1, tips_off: float = 0.0) -> dict[str, Any]:
    """As in a landmark file; the same hand with its tips that far below the marked ones."""
    joints = np.array([[x + 40.0, 150.0, 0.9]] * 21)
    joints[0, :2], joints[1, :2] = (x, 200.0), (x + 80.0, 200.0)
    joints[4, :2], joints[8, :2] = (x, 100.0 + tips_off), (x + 80.0, 100.0 + tips_off)
    joints[12, :2] = (x + 40.0, 100.0)
    return {"track": track, "side": side, "score": 0.9, "joints": joints.tolist()}


def _frame(number: int, *hands: dict[str, Any]) -> dict[str, Any]:
    return {"frame": number, "time_s": number / 10, "hands": list(hands)}


def test_a_hand_found_exactly_has_no_error() -> None:
    tally = compare("clip", [_frame(0, _found())], {0: [_marked()]})
    assert (tally.marked, tally.tip_errors, tally.right_sides, tally.tracks) == (1, [0.0], 1, {("clip", 1)})


def test_the_error_is_in_sizes_of_the_marked_box() -> None:
    tally = compare("clip", [_frame(0, _found(tips_off=7.0))], {0: [_marked()]})
    assert tally.tip_errors == pytest.approx([0.07])


def test_a_missing_hand_counts_as_marked_but_not_as_found() -> None:
    tally = compare("clip", [_frame(0), _frame(1, _found())], {0: [_marked()], 1: [_marked()]})
    assert (tally.marked, len(tally.tip_errors)) == (2, 1)


def test_a_hand_found_elsewhere_is_not_the_marked_one() -> None:
    tally = compare("clip", [_frame(0, _found(x=110.0))], {0: [_marked()]})
    assert (tally.marked, tally.tip_errors) == (1, [])


def test_a_wrong_side_is_counted() -> None:
    frames = [_frame(0, _found(side="right")), _frame(1, _found())]
    assert compare("clip", frames, {0: [_marked()], 1: [_marked()]}).right_sides == 1


def test_two_hands_are_each_matched_with_the_nearest() -> None:
    frames = [_frame(0, _found(300.0, side="right", track=2), _found(tips_off=5.0))]
    tally = compare("clip", frames, {0: [_marked(), _marked(300.0, side="right")]})
    assert tally.tip_errors == pytest.approx([0.05, 0.0])
    assert tally.right_sides == 2
    assert tally.tracks == {("clip", 1), ("clip", 2)}


def test_one_found_hand_is_not_taken_for_two() -> None:
    tally = compare("clip", [_frame(0, _found())], {0: [_marked(), _marked(10.0)]})
    assert (tally.marked, len(tally.tip_errors)) == (2, 1)


def test_frames_nobody_marked_do_not_count() -> None:
    assert compare("clip", [_frame(0, _found()), _frame(7, _found())], {0: [_marked()]}).marked == 1


def test_a_change_of_identity_shows() -> None:
    frames = [_frame(0, _found(track=1)), _frame(1, _found(track=3))]
    assert len(compare("clip", frames, {0: [_marked()], 1: [_marked()]}).tracks) == 2


def test_tallies_add_up() -> None:
    total = Tally(3, [0.1, 0.2], 1, {("a", 1)}) + Tally(2, [0.3], 1, {("b", 1)})
    assert total == Tally(5, [0.1, 0.2, 0.3], 2, {("a", 1), ("b", 1)})


def test_the_shared_clips_are_marked_throughout(shared: Path) -> None:
    clips = _read_marks(shared / "data" / "clips" / "tips.csv")
    assert set(clips) == {"scale_1", "scale_3", "rotation_2", "translation_4", "two_hands"}
    for clip, marks in clips.items():
        hands = 2 if clip == "two_hands" else 1
        assert sorted(marks) == list(range(50))
        assert {len(marked) for marked in marks.values()} == {hands}
        for marked in (hand for frame in marks.values() for hand in frame):
            assert marked.side in ("left", "right")
            assert 20 < marked.size_px < 480
            assert (abs(marked.tips - marked.middle) < marked.size_px).all()


def test_mediapipe_is_compared_on_the_same_frames(shared: Path) -> None:
    folder = shared / "data" / "clips"
    frames = followed_by_mediapipe(folder / "scale_1.mp4", max_hands=1)
    assert [frame["frame"] for frame in frames] == list(range(50))
    tally = compare("scale_1", frames, _read_marks(folder / "tips.csv")["scale_1"])
    assert len(tally.tip_errors) >= 45
    assert tally.right_sides >= 45
    assert np.mean(tally.tip_errors) < 0.05


def test_a_folder_without_marks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"tips\.csv is missing"):
        print_clips(tmp_path)


MARKS = "clip,frame,side,box_x0,box_y0,box_x1,box_y1,thumb_x,thumb_y,index_x,index_y\n"


def test_marks_are_read_as_spreadsheets_write_them(tmp_path: Path) -> None:
    (tmp_path / "tips.csv").write_text(f"{MARKS}wave,3,left,0,0,8,9,1,2,3,4\n", encoding="utf-8-sig")
    (marked,) = _read_marks(tmp_path / "tips.csv")["wave"][3]
    assert marked.side == "left"
    assert marked.tips.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("wave,3,left,0,0,8,9,nan,2,3,4", "'nan' is no finite number"),
        ("wave,3,left,0,0,0,0,1,2,3,4", "its box has no area"),
        ("wave,third,left,0,0,8,9,1,2,3,4", "third"),
        ("wave,3,left,0,0", "fewer cells"),
    ],
)
def test_a_mark_that_cannot_be_used_is_named_by_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    (tmp_path / "tips.csv").write_text(f"{MARKS}wave,2,left,0,0,8,9,1,2,3,4\n{row}\n")
    with pytest.raises(HandPoseError, match=rf"tips\.csv is damaged in line 3: .*{complaint}"):
        print_clips(tmp_path)


def test_another_network_can_be_tried_on_the_clips(shared: Path, tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"There is no weights file .*mine"):
        print_clips(shared / "data" / "clips", tmp_path / "mine.safetensors")

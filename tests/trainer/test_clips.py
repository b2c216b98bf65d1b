"""Comparison of tracked hands with annotated ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handpose_live.types.errors import HandPoseError
from trainer.benchmark.clips import AnnotatedHand, Tally, _read_annotations, compare, print_clips, run_mediapipe


def _annotated(x: float = 0.0, side: str = "left") -> AnnotatedHand:
    """Create a hand of 100 px with its thumb tip in the top left and its index tip in the top right corner."""
    box = np.array([x, 100.0, x + 80.0, 200.0])
    return AnnotatedHand(side, box, np.array([[x, 100.0], [x + 80.0, 100.0]]))


def _tracked(x: float = 0.0, *, side: str = "left", track: int = 1, tips_offset_px: float = 0.0) -> dict[str, Any]:
    """Return the same hand as in a landmark file, with its tips ``tips_offset_px`` below the annotated ones."""
    joints = np.array([[x + 40.0, 150.0, 0.9]] * 21)
    joints[0, :2], joints[1, :2] = (x, 200.0), (x + 80.0, 200.0)
    joints[4, :2], joints[8, :2] = (x, 100.0 + tips_offset_px), (x + 80.0, 100.0 + tips_offset_px)
    joints[12, :2] = (x + 40.0, 100.0)
    return {"track": track, "side": side, "score": 0.9, "joints": joints.tolist()}


def _frame(number: int, *hands: dict[str, Any]) -> dict[str, Any]:
    return {"frame": number, "time_s": number / 10, "hands": list(hands)}


def test_an_exact_hand_has_no_error() -> None:
    tally = compare("clip", [_frame(0, _tracked())], {0: [_annotated()]})
    assert (tally.annotated, tally.tip_errors, tally.right_sides, tally.tracks) == (1, [0.0], 1, {("clip", 1)})


def test_the_error_is_in_units_of_the_annotated_box() -> None:
    tally = compare("clip", [_frame(0, _tracked(tips_offset_px=7.0))], {0: [_annotated()]})
    assert tally.tip_errors == pytest.approx([0.07])


def test_a_missing_hand_counts_as_annotated_but_not_as_found() -> None:
    tally = compare("clip", [_frame(0), _frame(1, _tracked())], {0: [_annotated()], 1: [_annotated()]})
    assert (tally.annotated, len(tally.tip_errors)) == (2, 1)


def test_a_hand_at_another_position_is_not_matched() -> None:
    tally = compare("clip", [_frame(0, _tracked(x=110.0))], {0: [_annotated()]})
    assert (tally.annotated, tally.tip_errors) == (1, [])


def test_a_wrong_side_is_counted() -> None:
    frames = [_frame(0, _tracked(side="right")), _frame(1, _tracked())]
    assert compare("clip", frames, {0: [_annotated()], 1: [_annotated()]}).right_sides == 1


def test_two_hands_are_each_matched_with_the_nearest_one() -> None:
    frames = [_frame(0, _tracked(300.0, side="right", track=2), _tracked(tips_offset_px=5.0))]
    tally = compare("clip", frames, {0: [_annotated(), _annotated(300.0, side="right")]})
    assert tally.tip_errors == pytest.approx([0.05, 0.0])
    assert tally.right_sides == 2
    assert tally.tracks == {("clip", 1), ("clip", 2)}


def test_a_hand_is_matched_only_once() -> None:
    tally = compare("clip", [_frame(0, _tracked())], {0: [_annotated(), _annotated(10.0)]})
    assert (tally.annotated, len(tally.tip_errors)) == (2, 1)


def test_frames_without_annotations_do_not_count() -> None:
    assert compare("clip", [_frame(0, _tracked()), _frame(7, _tracked())], {0: [_annotated()]}).annotated == 1


def test_a_change_of_track_id_is_counted() -> None:
    frames = [_frame(0, _tracked(track=1)), _frame(1, _tracked(track=3))]
    assert len(compare("clip", frames, {0: [_annotated()], 1: [_annotated()]}).tracks) == 2


def test_tallies_add_up() -> None:
    total = Tally(3, [0.1, 0.2], 1, {("a", 1)}) + Tally(2, [0.3], 1, {("b", 1)})
    assert total == Tally(5, [0.1, 0.2, 0.3], 2, {("a", 1), ("b", 1)})


def test_every_frame_of_the_shared_clips_is_annotated(shared: Path) -> None:
    clips = _read_annotations(shared / "data" / "clips" / "tips.csv")
    assert set(clips) == {"scale_1", "scale_3", "rotation_2", "translation_4", "two_hands"}
    for clip, annotations in clips.items():
        count = 2 if clip == "two_hands" else 1
        assert sorted(annotations) == list(range(50))
        assert {len(hands) for hands in annotations.values()} == {count}
        for hand in (hand for hands in annotations.values() for hand in hands):
            assert hand.side in ("left", "right")
            assert 20 < hand.size_px < 480
            assert (abs(hand.tips - hand.centre) < hand.size_px).all()


def test_mediapipe_is_compared_on_the_same_frames(shared: Path) -> None:
    folder = shared / "data" / "clips"
    frames = run_mediapipe(folder / "scale_1.mp4", max_hands=1)
    assert [frame["frame"] for frame in frames] == list(range(50))
    tally = compare("scale_1", frames, _read_annotations(folder / "tips.csv")["scale_1"])
    assert len(tally.tip_errors) >= 45
    assert tally.right_sides >= 45
    assert np.mean(tally.tip_errors) < 0.05


def test_a_folder_without_annotations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"tips\.csv is missing"):
        print_clips(tmp_path)


HEADER = "clip,frame,side,box_x0,box_y0,box_x1,box_y1,thumb_x,thumb_y,index_x,index_y\n"


def test_annotations_saved_by_a_spreadsheet_are_readable(tmp_path: Path) -> None:
    (tmp_path / "tips.csv").write_text(f"{HEADER}wave,3,left,0,0,8,9,1,2,3,4\n", encoding="utf-8-sig")
    (hand,) = _read_annotations(tmp_path / "tips.csv")["wave"][3]
    assert hand.side == "left"
    assert hand.tips.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("wave,3,left,0,0,8,9,nan,2,3,4", "'nan' is no finite number"),
        ("wave,3,left,0,0,0,0,1,2,3,4", "its box has no area"),
        ("wave,third,left,0,0,8,9,1,2,3,4", "third"),
        ("wave,3,left,0,0", "fewer cells"),
    ],
)
def test_an_invalid_annotation_is_named_by_its_line(tmp_path: Path, row: str, error: str) -> None:
    (tmp_path / "tips.csv").write_text(f"{HEADER}wave,2,left,0,0,8,9,1,2,3,4\n{row}\n")
    with pytest.raises(HandPoseError, match=rf"tips\.csv is damaged in line 3: .*{error}"):
        print_clips(tmp_path)


def test_another_network_can_be_evaluated_on_the_clips(shared: Path, tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"There is no weights file .*mine"):
        print_clips(shared / "data" / "clips", "--weights", str(tmp_path / "mine.safetensors"))

"""Landmark files: JSON Lines and CSV."""

import csv
import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import handpose_live
from handpose_live.gestures.joint_angles import ANGLE_NAMES
from handpose_live.media.recording.landmarks import CSV_COLUMNS, LandmarkWriter, open_landmarks, read_landmarks
from handpose_live.types.errors import HandPoseError
from handpose_live.types.gesture import Gesture
from handpose_live.types.skeleton import JOINT_NAMES
from tests.hands import spread_hand, with_depths
from tests.media.file_size_limit import file_size_limit

LEFT = replace(spread_hand(wrist=(100.123, 200.456), length_px=90, track=1), gesture=Gesture("open_palm", 0.8765))
RIGHT = with_depths(spread_hand(wrist=(300, 200), length_px=90, side="right", track=7))


def open_writer(path: Path, source: str = "clip.mp4", fps: float | None = 10.0) -> LandmarkWriter:
    return open_landmarks(path, source=source, width=640, height=480, fps=fps)


def write_example(path: Path) -> Path:
    with open_writer(path) as landmarks:
        landmarks.write(0, 0.0, [LEFT], video_time_s=0.0)
        landmarks.write(1, 0.1, [])
        landmarks.write(2, 1 / 3, [LEFT, RIGHT], video_time_s=0.1)
    return path


def write_frames(landmarks: LandmarkWriter, frames: Iterable[int]) -> None:
    for frame in frames:
        landmarks.write(frame, frame / 10, [LEFT])


def test_json_lines_have_a_header_and_one_line_per_frame(tmp_path: Path) -> None:
    header, *frames = [json.loads(line) for line in write_example(tmp_path / "out.jsonl").read_text().splitlines()]
    assert header == {
        **{"schema": "handpose-live/2", "source": "clip.mp4", "width": 640, "height": 480, "fps": 10.0},
        "joints_3d_unit": "palm size",
    }
    assert [frame["frame"] for frame in frames] == [0, 1, 2]
    assert [frame["time_s"] for frame in frames] == [0.0, 0.1, 0.333333]
    assert [frame["video_time_s"] for frame in frames] == [0.0, None, 0.1]
    assert [len(frame["hands"]) for frame in frames] == [1, 0, 2]


def test_a_hand_in_json_has_track_side_score_and_21_joints(tmp_path: Path) -> None:
    hand = read_landmarks(write_example(tmp_path / "out.jsonl"))[1][0]["hands"][0]
    assert (hand["track"], hand["side"], hand["score"]) == (1, "left", 0.97)
    assert hand["joints"][0] == [100.12, 200.46, 0.9]
    assert np.allclose([joint[:2] for joint in hand["joints"]], LEFT.joints, atol=0.0051)


def test_a_hand_has_its_gesture_or_none(tmp_path: Path) -> None:
    frames = read_landmarks(write_example(tmp_path / "out.jsonl"))[1]
    gestures = [(hand["gesture"], hand["gesture_score"]) for hand in frames[2]["hands"]]
    assert gestures == [("open_palm", 0.876), (None, None)]


def test_the_start_and_end_of_a_gesture_are_events(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    fist = replace(LEFT, gesture=Gesture("fist", 1.0))
    with open_writer(path) as landmarks:
        for index, hands in enumerate([[LEFT], [LEFT, RIGHT], [fist], []]):
            landmarks.write(index, index / 10, hands)
    events = [
        [(event["event"], event["track"], event["gesture"]) for event in frame.get("events", [])]
        for frame in read_landmarks(path)[1]
    ]
    assert events == [
        [("begins", 1, "open_palm")],
        [],
        [("ends", 1, "open_palm"), ("begins", 1, "fist")],
        [("ends", 1, "fist")],
    ]


def test_csv_has_the_same_content_as_json(tmp_path: Path) -> None:
    header, frames = read_landmarks(write_example(tmp_path / "out.jsonl"))
    first, *rows = write_example(tmp_path / "out.csv").read_text().splitlines()
    assert json.loads(first.removeprefix("# ")) == header
    expected = []
    for frame in frames:
        for hand in frame["hands"] or [None]:
            row = {key: frame[key] for key in ("frame", "time_s", "video_time_s")}
            row |= {"track": "", "side": "", "score": ""}
            joints = hand["joints"] if hand else [("", "", "")] * 21
            row |= {key: hand[key] for key in ("track", "side", "score")} if hand else {}
            for name, joint in zip(JOINT_NAMES, joints, strict=True):
                row |= dict(zip((f"{name}_x", f"{name}_y", f"{name}_score"), joint, strict=True))
            for place, name in enumerate(JOINT_NAMES):
                for axis, letter in enumerate("xyz"):
                    row[f"{name}_3d_{letter}"] = hand["joints_3d"][place][axis] if hand and hand["joints_3d"] else ""
            row |= {
                f"{name}_visible": hand["visible"][place] if hand and hand["visible"] else ""
                for place, name in enumerate(JOINT_NAMES)
            }
            row |= {f"{name}_deg": ((hand and hand["angles_deg"]) or {}).get(name, "") for name in ANGLE_NAMES}
            row |= {key: (hand and hand[key]) or "" for key in ("gesture", "gesture_score")}
            expected.append({key: "" if value is None else str(value) for key, value in row.items()})
    assert list(csv.DictReader(rows)) == expected


@pytest.mark.parametrize("name", ["thumbs_up, left", 'a "quoted" one', "two\nlines", "a\rreturn", "\r\n", " , ", "✋"])
def test_any_gesture_name_is_one_field_of_a_row(tmp_path: Path, name: str) -> None:
    for kind in ("csv", "jsonl"):
        with open_writer(tmp_path / f"out.{kind}") as landmarks:
            landmarks.write(0, 0.0, [replace(LEFT, gesture=Gesture(name, 0.9))])
            landmarks.write(1, 0.1, [])
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        file.readline()
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(CSV_COLUMNS)}
    assert [row[-2] for row in rows] == ["gesture", name, ""]
    assert read_landmarks(tmp_path / "out.jsonl")[1][0]["hands"][0]["gesture"] == name


def test_a_csv_reader_can_skip_a_header_with_any_quotes(tmp_path: Path) -> None:
    source = 'one " quote and \\" another\\'
    open_writer(tmp_path / "out.csv", source).close()
    first, second = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert first.count('"') % 2 == 0
    assert json.loads(first.removeprefix("# "))["source"] == source
    assert tuple(second.split(",")) == CSV_COLUMNS


@pytest.mark.parametrize("invalid", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_null_or_an_empty_field(tmp_path: Path, invalid: float) -> None:
    joints, scores = LEFT.joints.copy(), LEFT.joint_scores.copy()
    joints[3, 0] = scores[5] = invalid
    hand = replace(LEFT, joints=joints, joint_scores=scores, score=invalid, gesture=Gesture("fist", invalid))
    for kind in ("csv", "jsonl"):
        with open_writer(tmp_path / f"out.{kind}", fps=invalid) as landmarks:
            landmarks.write(0, invalid, [hand], video_time_s=invalid)

    header, [frame] = read_landmarks(tmp_path / "out.jsonl")
    assert (header["fps"], frame["time_s"], frame["video_time_s"]) == (None, None, None)
    [record] = frame["hands"]
    assert (record["score"], record["gesture_score"]) == (None, None)
    assert (record["joints"][3][0], record["joints"][5][2]) == (None, None)
    assert record["joints"][0] == [100.12, 200.46, 0.9]
    for kind in ("csv", "jsonl"):
        assert not re.search("nan|inf", (tmp_path / f"out.{kind}").read_text().lower())


def test_an_old_file_without_video_times_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text('{"schema": "handpose-live/1", "fps": 10.0}\n{"frame": 0, "time_s": 0.0, "hands": []}\n')
    assert read_landmarks(path)[1] == [{"frame": 0, "time_s": 0.0, "hands": []}]


def test_a_file_of_schema_1_is_readable() -> None:
    header, frames = read_landmarks(Path(handpose_live.__file__).parent / "assets" / "demo.jsonl")
    assert header["schema"] == "handpose-live/1"
    assert len(frames[90]["hands"][0]["joints"]) == 21


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_file_says_in_which_unit_joints_in_three_dimensions_are(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    open_landmarks(path, source="clip.mp4", width=640, height=480, fps=10.0, hand_length_mm=180.0).close()
    first = path.read_text().splitlines()[0]
    assert json.loads(first.removeprefix("# "))["joints_3d_unit"] == "mm"


def test_every_frame_is_written_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with open_writer(path) as landmarks:
        for index in range(3):
            landmarks.write(index, index / 10, [LEFT])
            assert len(read_landmarks(path)[1]) == index + 1


def test_a_file_truncated_within_a_line_is_read_up_to_it(tmp_path: Path) -> None:
    path = write_example(tmp_path / "out.jsonl")
    os.truncate(path, path.stat().st_size - 40)
    assert [frame["frame"] for frame in read_landmarks(path)[1]] == [0, 1]


def test_an_unknown_rate_is_null(tmp_path: Path) -> None:
    open_writer(tmp_path / "out.jsonl", fps=None).close()
    assert read_landmarks(tmp_path / "out.jsonl")[0]["fps"] is None


@pytest.mark.parametrize("source", ["рука 手.mp4", 'a "quoted", name\nof two lines.mp4', os.fsdecode(b"bad \xff.mp4")])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_any_source_name_and_path_is_preserved(tmp_path: Path, source: str, kind: str) -> None:
    path = tmp_path / f"手 ñ.{kind}"
    open_writer(path, source).close()
    first = path.read_text(encoding="utf-8").split("\n")[0]
    assert json.loads(first.removeprefix("# "))["source"] == source


@pytest.mark.parametrize("name", ["out.txt", "out", "out.json"])
def test_other_file_types_are_refused_and_the_supported_ones_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(HandPoseError, match=r"\.jsonl or \.csv"):
        open_writer(tmp_path / name)


def test_a_missing_folder_is_named_with_a_solution(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"absent.*folder does not exist"):
        open_writer(tmp_path / "absent" / "out.csv")


@pytest.mark.parametrize("content", ["", "{}\n", '{"schema": "other/3"}\n', "[1]\n", "no json\n", "\x00\n", "7\n"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(content)
    with pytest.raises(HandPoseError, match="is not a handpose-live/2 file"):
        read_landmarks(path)


def test_a_missing_file_is_a_one_sentence_error() -> None:
    with pytest.raises(HandPoseError, match=r"Cannot read missing\.jsonl"):
        read_landmarks(Path("missing.jsonl"))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_full_disk_is_a_one_sentence_error_and_keeps_the_written_lines(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    frames = iter(range(1000))
    with file_size_limit(20_000):
        landmarks = open_writer(path)
        with pytest.raises(HandPoseError, match=r"No room left for .*kept"):
            write_frames(landmarks, frames)
        landmarks.close()
    failed = next(frames) - 1
    last_complete_line = path.read_text().split("\n")[-2]
    assert last_complete_line.startswith((f'{{"frame": {failed - 1},', f"{failed - 1},"))

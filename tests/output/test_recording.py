"""All files of a recording hold the same frames."""

import csv
import signal
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.capture.frame import Frame
from handpose_live.capture.source import SourceInfo
from handpose_live.errors import HandPoseError
from handpose_live.output.landmarks import read_landmarks
from handpose_live.output.recorder import Recorder
from handpose_live.output.recording import Recording, RecordingFiles
from tests.output.hands import spread_hand

INFO = SourceInfo("clip.mp4", 64, 48, 10.0, None, live=False)


def frame(index: int, time_s: float) -> Frame:
    return Frame(np.full((48, 64, 3), 10 + index, np.uint8), index, time_s)


def write(recording: Recording, frame_: Frame) -> None:
    recording.write(frame_, [], np.full((48, 64, 3), 200, np.uint8))


def times(film: Path) -> list[float]:
    with av.open(str(film)) as file:
        return [float(picture.time or 0) for picture in file.decode(video=0)]


def files_in(folder: Path) -> RecordingFiles:
    return RecordingFiles(folder / "out.mp4", folder / "out.clean.mp4", folder / "out.jsonl")


def brightness(film: Path) -> list[float]:
    with av.open(str(film)) as file:
        return [float(picture.to_ndarray(format="gray").mean()) for picture in file.decode(video=0)]


def test_the_annotated_and_the_clean_video_and_the_joints_go_together(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index in range(5):
        write(recording, frame(index, index / 10))
    recording.close()
    assert recording.frames == 5
    assert times(tmp_path / "out.mp4") == times(tmp_path / "out.clean.mp4") == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert np.mean(brightness(tmp_path / "out.mp4")) > np.mean(brightness(tmp_path / "out.clean.mp4")) + 100
    assert [entry["frame"] for entry in read_landmarks(tmp_path / "out.jsonl")[1]] == [0, 1, 2, 3, 4]
    assert recording.size_bytes == sum(path.stat().st_size for path in recording.files.paths)


def test_a_pause_leaves_no_gap(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index in range(9):
        recording.paused = 2 <= index < 6
        write(recording, frame(index, index / 10))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert recording.time_s == pytest.approx(0.4)


@pytest.mark.parametrize("jump_s", [-3.0, 0.0])
def test_a_file_that_is_wound_back_goes_on_as_if_nothing_had_happened(tmp_path: Path, jump_s: float) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index, time_s in enumerate([4.0, 4.1, 4.1 + jump_s, 4.2 + jump_s]):
        write(recording, frame(index, time_s))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1, 0.2, 0.3])


def test_after_a_cut_a_jump_forward_leaves_no_gap_either(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    recording.cut()
    write(recording, frame(1, 60.0))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_midst_of_a_frame_leaves_it_in_all_files(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    as_before = Recorder.write

    def interrupted(recorder: Recorder, picture: NDArray[np.uint8], time_s: float) -> None:
        signal.raise_signal(number)
        as_before(recorder, picture, time_s)

    monkeypatch.setattr(Recorder, "write", interrupted)
    handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write(recording, frame(1, 0.1))
    finally:
        signal.signal(signal.SIGTERM, handler)
    recording.close()
    assert recording.frames == len(times(tmp_path / "out.mp4")) == len(times(tmp_path / "out.clean.mp4")) == 2
    assert [entry["frame"] for entry in read_landmarks(tmp_path / "out.jsonl")[1]] == [0, 1]


def test_one_file_that_cannot_be_written_leaves_none_open(tmp_path: Path) -> None:
    files = RecordingFiles(tmp_path / "out.mp4", tmp_path / "nowhere" / "out.mp4", tmp_path / "out.jsonl")
    with pytest.raises(HandPoseError, match="nowhere"):
        Recording(files, INFO)
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_pictures_of_several_sizes_share_a_video_and_keep_their_own_pixels_in_the_landmarks(
    tmp_path: Path, kind: str
) -> None:
    hand = spread_hand(wrist=(70, 60), length_px=40)
    recording = Recording(
        RecordingFiles(tmp_path / "out.mp4", landmarks=tmp_path / f"out.{kind}"), replace(INFO, pictures=True)
    )
    for index, (name, width, height) in enumerate([("a, b.png", 64, 48), ("c.png", 200, 100)]):
        image = np.full((height, width, 3), 90, np.uint8)
        still = Frame(image, index, index / 30, continues=False, picture=name)
        recording.write(still, [hand] if index else [], image)
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1])
    if kind == "jsonl":
        first, second = read_landmarks(tmp_path / "out.jsonl")[1]
        wrist = second["hands"][0]["joints"][0][:2]
    else:
        first, second = csv.DictReader((tmp_path / "out.csv").read_text().splitlines()[1:])
        wrist = [float(second["wrist_x"]), float(second["wrist_y"])]
    assert [first["picture"], str(first["width"]), str(first["height"])] == ["a, b.png", "64", "48"]
    assert [second["picture"], str(second["width"]), str(second["height"])] == ["c.png", "200", "100"]
    assert wrist == [70, 60]

"""All files of a recording contain the same frames."""

import csv
import math
import signal
from contextlib import suppress
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.recording.video_file import VideoFile
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.media.source import SourceInfo
from handpose_live.media.video.video_file import open_video
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from tests.hands import spread_hand
from tests.media.videos import plain, write_video

INFO = SourceInfo("clip.mp4", 64, 48, 10.0, None, live=False)


def frame(index: int, time_s: float) -> Frame:
    return Frame(np.full((48, 64, 3), 10 + index % 40, np.uint8), index, time_s)


def write(recording: Recording, frame_: Frame) -> None:
    recording.write(frame_, [], np.full((48, 64, 3), 200, np.uint8))


def times(video: Path) -> list[float]:
    with av.open(str(video)) as file:
        return [float(image.time or 0) for image in file.decode(video=0)]


def video_times(landmarks: Path) -> list[float | None]:
    return [line["video_time_s"] for line in read_landmarks(landmarks)[1]]


def square_image(width: int, height: int) -> Image:
    """Draw a white square at a quarter of the width and half of the height of a black image."""
    image = np.zeros((height, width, 3), np.uint8)
    x, y = width // 4, height // 2
    image[y - 6 : y + 6, x - 6 : x + 6] = 255
    return image


def square_centre(image: Image) -> tuple[float, float]:
    """Return the centre ``(x, y)`` of the white square, in px."""
    rows, columns = np.nonzero(image[..., 1] > 128)
    return columns.mean() + 0.5, rows.mean() + 0.5


def decode(video: Path) -> list[Image]:
    with av.open(str(video)) as file:
        return [image.to_ndarray(format="rgb24").astype(np.uint8) for image in file.decode(video=0)]


def files_in(folder: Path) -> RecordingFiles:
    return RecordingFiles(folder / "out.mp4", folder / "out.clean.mp4", folder / "out.jsonl")


def brightness(video: Path) -> list[float]:
    with av.open(str(video)) as file:
        return [float(image.to_ndarray(format="gray").mean()) for image in file.decode(video=0)]


def test_annotated_video_clean_video_and_landmarks_have_the_same_frames(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index in range(5):
        write(recording, frame(index, index / 10))
    recording.close()
    assert recording.frames == 5
    assert times(tmp_path / "out.mp4") == times(tmp_path / "out.clean.mp4") == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert np.mean(brightness(tmp_path / "out.mp4")) > np.mean(brightness(tmp_path / "out.clean.mp4")) + 100
    assert [entry["frame"] for entry in read_landmarks(tmp_path / "out.jsonl")[1]] == [0, 1, 2, 3, 4]
    assert recording.size_bytes == sum(path.stat().st_size for path in recording.files.paths)


@pytest.mark.parametrize("kind", ["mp4", "mov", "mkv"])
def test_a_landmark_record_has_the_time_of_its_frame_in_the_videos(tmp_path: Path, kind: str) -> None:
    files = RecordingFiles(tmp_path / f"out.{kind}", tmp_path / f"out.clean.{kind}", tmp_path / "out.jsonl")
    recording = Recording(files, INFO)
    for index, time_s in enumerate([5.0, 5.0333, 5.1, 5.1004, 5.25, 30_000.0, 30_000.0333]):
        write(recording, frame(index, time_s))
    recording.close()
    recorded_s = video_times(tmp_path / "out.jsonl")
    assert recorded_s == pytest.approx(times(tmp_path / f"out.{kind}"), rel=0, abs=1e-6)
    assert times(tmp_path / f"out.{kind}") == times(tmp_path / f"out.clean.{kind}")
    assert recorded_s == pytest.approx([0, 0.0333, 0.1, 0.1004, 0.25, 29_995, 29_995.0333], rel=0, abs=0.7e-3)


def test_without_a_video_no_frame_has_a_video_time(tmp_path: Path) -> None:
    recording = Recording(RecordingFiles(landmarks=tmp_path / "out.jsonl"), INFO)
    write(recording, frame(0, 0.0))
    recording.close()
    assert video_times(tmp_path / "out.jsonl") == [None]


@pytest.mark.parametrize("slow", ["out.mp4", "out.clean.mp4"])
def test_if_an_encoder_is_too_slow_for_a_live_source_both_videos_drop_the_frame_and_its_record_has_no_video_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    original_write, resume = VideoFile.write, Event()

    def slow_write(file: VideoFile, image: NDArray[np.uint8], tick: int) -> None:
        assert file._path.name != slow or resume.wait(60)
        original_write(file, image, tick)

    monkeypatch.setattr(VideoFile, "write", slow_write)
    recording = Recording(files_in(tmp_path), replace(INFO, live=True))
    for index in range(40):
        write(recording, frame(index, index / 10))
    assert recording.dropped >= 30
    resume.set()
    dropped = -1
    while recording.dropped != dropped:  # until the queue has space again
        dropped = recording.dropped
        write(recording, frame(recording.frames, recording.frames / 10))
    recording.close()

    lines = read_landmarks(tmp_path / "out.jsonl")[1]
    assert [line["frame"] for line in lines] == list(range(recording.frames))
    in_video = [line for line in lines if line["video_time_s"] is not None]
    assert len(lines) - len(in_video) == recording.dropped
    assert [line["video_time_s"] for line in in_video] == pytest.approx([line["frame"] / 10 for line in in_video])
    for name in ("out.mp4", "out.clean.mp4"):
        assert times(tmp_path / name) == pytest.approx([line["video_time_s"] for line in in_video])
    greys = [10 + line["frame"] % 40 for line in in_video]
    assert brightness(tmp_path / "out.clean.mp4") == pytest.approx(greys, abs=2)


def test_a_stored_source_waits_for_the_encoder_and_drops_no_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original_write, delay = VideoFile.write, Event()

    def slow_write(file: VideoFile, image: NDArray[np.uint8], tick: int) -> None:
        delay.wait(0.001)  # slower than the frames arrive
        original_write(file, image, tick)

    monkeypatch.setattr(VideoFile, "write", slow_write)
    recording = Recording(files_in(tmp_path), INFO)
    for index in range(40):
        write(recording, frame(index, index / 10))
    recording.close()
    assert recording.dropped == 0
    assert len(times(tmp_path / "out.mp4")) == len(times(tmp_path / "out.clean.mp4")) == 40


def test_a_camera_that_returns_with_another_size_continues_the_same_files(tmp_path: Path) -> None:
    hand = spread_hand(wrist=(60, 70), length_px=40)
    recording = Recording(files_in(tmp_path), INFO)
    for index, (width, height) in enumerate([(64, 48), (120, 100), (32, 64)]):
        frame_ = Frame(square_image(width, height), index, index / 10)
        wrist = hand.joints[0]
        moved = replace(hand, joints=hand.joints - wrist + (width / 4, height / 2))
        recording.cut()
        recording.write(frame_, [moved], frame_.image)
    recording.close()

    header, lines = read_landmarks(tmp_path / "out.jsonl")
    assert (header["width"], header["height"]) == (64, 48)
    for name in ("out.mp4", "out.clean.mp4"):
        assert times(tmp_path / name) == pytest.approx([line["video_time_s"] for line in lines])
        for image, line in zip(decode(tmp_path / name), lines, strict=True):
            assert image.shape == (48, 64, 3)
            np.testing.assert_allclose(line["hands"][0]["joints"][0][:2], square_centre(image), atol=0.6)


@pytest.mark.parametrize("invalid_s", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_not_finite_counts_as_one_period(tmp_path: Path, invalid_s: float) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index, time_s in enumerate([0.0, 0.1, invalid_s, 0.3, 0.4]):
        write(recording, frame(index, time_s))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def test_a_recording_too_large_for_h264_has_joints_in_px_of_the_source_and_both_sizes(
    tmp_path: Path,
) -> None:
    info = replace(INFO, width=20_000, height=20)
    hand = spread_hand(wrist=(19_000, 15), length_px=10)
    image = np.zeros((20, 20_000, 3), np.uint8)
    recording = Recording(files_in(tmp_path), info)
    recording.write(Frame(image, 0, 0.0), [hand], image)
    recording.close()
    header, [line] = read_landmarks(tmp_path / "out.jsonl")
    assert [header[key] for key in ("width", "height", "video_width", "video_height")] == [20_000, 20, 16_384, 16]
    assert line["hands"][0]["joints"][0][:2] == [19_000, 15]
    assert [warning.split(" shows ")[0] for warning in recording.warnings] == ["out.mp4", "out.clean.mp4"]


def test_a_pause_leaves_no_gap(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    for index in range(9):
        recording.paused = 2 <= index < 6
        write(recording, frame(index, index / 10))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert recording.time_s == pytest.approx(0.4)


def test_a_frame_that_was_not_drawn_because_of_a_pause_is_ignored(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    recording.write(frame(1, 5.0), [], None)  # the recording was paused when the frame was drawn, but no longer is
    write(recording, frame(2, 5.1))
    recording.close()
    assert times(tmp_path / "out.mp4") == pytest.approx([0, 0.1])
    assert [line["frame"] for line in read_landmarks(tmp_path / "out.jsonl")[1]] == [0, 2]


@pytest.mark.parametrize("jump_s", [-3.0, 0.0])
def test_a_seek_back_leaves_no_gap(tmp_path: Path, jump_s: float) -> None:
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


def test_a_seek_and_a_loop_leave_no_gap(tmp_path: Path) -> None:
    video = write_video(tmp_path / "video.mp4", [plain((index, 0, 0)) for index in range(30)])
    source = open_video(video)
    source.looped = True
    recording = Recording(files_in(tmp_path), source.info)
    seeks_s = {3: 2.0, 6: 0.5, 9: 2.8}
    for index, played in enumerate(islice(source, 15)):
        write(recording, played)
        if index in seeks_s:
            source.seek(seeks_s[index])
    recording.close()
    source.close()
    lines = read_landmarks(tmp_path / "out.jsonl")[1]
    assert [line["time_s"] for line in lines] == pytest.approx(
        [0, 0.1, 0.2, 0.3, 2.0, 2.1, 2.2, 0.5, 0.6, 0.7, 2.8, 2.9, 0.0, 0.1, 0.2]
    )
    assert video_times(tmp_path / "out.jsonl") == pytest.approx([index / 10 for index in range(15)])
    assert times(tmp_path / "out.mp4") == pytest.approx([index / 10 for index in range(15)])


def test_a_frame_after_the_end_is_ignored(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    recording.close()
    write(recording, frame(1, 0.1))
    recording.close()
    assert len(times(tmp_path / "out.mp4")) == len(read_landmarks(tmp_path / "out.jsonl")[1]) == recording.frames == 1


def test_deleted_files_have_no_size(tmp_path: Path) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    (tmp_path / "out.jsonl").unlink()
    assert recording.size_bytes >= 0
    recording.close()


def test_a_recording_that_cannot_start_keeps_existing_files(tmp_path: Path) -> None:
    for name in ("out.mp4", "out.clean.mp4", "out.jsonl"):
        (tmp_path / name).write_text("old")
    files = files_in(tmp_path)
    for invalid in (
        replace(files, landmarks=tmp_path / "missing" / "out.jsonl"),
        replace(files, landmarks=tmp_path / "out.txt"),
        replace(files, clean=tmp_path / "out.avi"),
    ):
        with pytest.raises(HandPoseError):
            Recording(invalid, INFO)
    names = ("out.mp4", "out.clean.mp4", "out.jsonl")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == dict.fromkeys(names, "old")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_frame_during_which_the_program_is_interrupted_is_in_all_files(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(files_in(tmp_path), INFO)
    write(recording, frame(0, 0.0))
    original_write = VideoWriter.write

    def interrupted_write(recorder: VideoWriter, image: NDArray[np.uint8], time_s: float) -> float:
        signal.raise_signal(number)
        return original_write(recorder, image, time_s)

    monkeypatch.setattr(VideoWriter, "write", interrupted_write)
    handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write(recording, frame(1, 0.1))
    finally:
        signal.signal(signal.SIGTERM, handler)
    recording.close()
    assert recording.frames == len(times(tmp_path / "out.mp4")) == len(times(tmp_path / "out.clean.mp4")) == 2
    assert [entry["frame"] for entry in read_landmarks(tmp_path / "out.jsonl")[1]] == [0, 1]


@pytest.mark.parametrize("broken", ["out.mp4", "out.clean.mp4"])
def test_if_one_video_fails_the_other_files_are_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    original_write = VideoFile.write

    def failing_write(file: VideoFile, image: NDArray[np.uint8], tick: int) -> None:
        if file._path.name == broken and tick:
            raise MemoryError
        original_write(file, image, tick)

    monkeypatch.setattr(VideoFile, "write", failing_write)
    recording = Recording(files_in(tmp_path), INFO)

    def write_until_it_fails() -> None:
        for index in count():
            write(recording, frame(index, index / 10))

    with pytest.raises(HandPoseError, match=f"Cannot encode .*{broken}.*no memory left"):
        write_until_it_fails()
    with suppress(HandPoseError):
        recording.close()
    lines = read_landmarks(tmp_path / "out.jsonl")[1]
    assert len(lines) == recording.frames
    assert times(tmp_path / broken) == [0.0]
    [other] = {"out.mp4", "out.clean.mp4"} - {broken}
    assert times(tmp_path / other)[: len(lines)] == pytest.approx([line["video_time_s"] for line in lines])


def test_one_file_that_cannot_be_written_leaves_none_open(tmp_path: Path) -> None:
    files = RecordingFiles(tmp_path / "out.mp4", tmp_path / "missing" / "out.mp4", tmp_path / "out.jsonl")
    with pytest.raises(HandPoseError, match="missing"):
        Recording(files, INFO)
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_images_of_several_sizes_share_a_video_and_keep_their_own_pixels_in_the_landmarks(
    tmp_path: Path, kind: str
) -> None:
    hand = spread_hand(wrist=(70, 60), length_px=40)
    recording = Recording(
        RecordingFiles(tmp_path / "out.mp4", landmarks=tmp_path / f"out.{kind}"), replace(INFO, separate_images=True)
    )
    for index, (name, width, height) in enumerate([("a, b.png", 64, 48), ("c.png", 200, 100)]):
        image = np.full((height, width, 3), 90, np.uint8)
        still = Frame(image, index, index / 30, continues=False, file_name=name)
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

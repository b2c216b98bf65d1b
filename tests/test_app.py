"""The command line, as the user runs it."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live import __version__
from handpose_live.app import main
from handpose_live.detection.detection import Detection, Effort
from handpose_live.media import demo
from handpose_live.media.live import camera
from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from tests.long_video import write_long_video
from tests.media.videos import RED, plain, write_video

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, str(ROOT / "main.py")]


def _run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    bare.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=bare | environment,
    )


def _error_of(*arguments: str | Path) -> str:
    """Return the one-sentence error with which the program exits."""
    run = _run(*arguments)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    return lines[0]


@pytest.fixture(scope="module")
def clip(shared: Path) -> Path:
    return shared / "data" / "clips" / "scale_1.mp4"


def test_help_names_every_option() -> None:
    text = _run("--help").stdout
    for option in ("--max-hands", "--device", "--weights", "--record", "--landmarks", "--headless", "--no-smoothing"):
        assert option in text


def test_version_is_that_of_the_package() -> None:
    assert _run("--version").stdout.strip() == f"HandPose Live {__version__}"


def test_a_video_becomes_an_annotated_video_and_a_landmark_file(clip: Path, tmp_path: Path) -> None:
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.jsonl"
    run = _run(clip, "--headless", "--record", video, "--landmarks", landmarks)
    assert run.returncode == 0, run.stderr
    assert "50 frames" in run.stdout
    assert "ms per frame" in run.stdout
    header, frames = read_landmarks(landmarks)
    assert (header["source"], header["width"], header["height"], header["fps"]) == ("scale_1.mp4", 640, 480, 10.0)
    assert [frame["frame"] for frame in frames] == list(range(50))
    assert sum(bool(frame["hands"]) for frame in frames) > 30
    with av.open(str(video)) as file:
        times = [frame.time for frame in file.decode(video=0)]
    assert times == pytest.approx([frame["time_s"] for frame in frames], abs=1e-3)


def test_an_interrupted_run_leaves_complete_files(clip: Path, tmp_path: Path) -> None:
    long = _long(clip, tmp_path / "long.mp4")
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.csv"
    arguments = [str(long), "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    _wait_for_rows(landmarks, 40)
    process.send_signal(signal.SIGINT)
    summary, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ms per frame" in summary
    with landmarks.open(newline="") as file_:
        rows = {int(row["frame"]) for row in csv.DictReader(line for line in file_ if not line.startswith("#"))}
    assert _frames(video) == len(rows)
    assert rows == set(range(len(rows)))


def test_a_killed_recording_plays_up_to_its_last_second(clip: Path, tmp_path: Path) -> None:
    long = _long(clip, tmp_path / "long.mp4")
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.csv"
    arguments = [str(long), "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows = _wait_for_rows(landmarks, 60)
    process.kill()
    process.wait(60)
    # At 10 frames per second, the last second and the frames in the writer's queue may be missing.
    assert _frames(video) >= rows - 10 - 8


def _long(clip: Path, path: Path) -> Path:
    """Repeat some frames of a clip in a video that takes minutes to process."""
    with av.open(str(clip)) as file:
        images = [frame.to_ndarray(format="rgb24")[::2, ::2] for frame in file.decode(video=0)]
    return write_long_video(path, [np.ascontiguousarray(image) for image in images[20:30]], 12_000)


def _wait_for_rows(path: Path, count: int) -> int:
    """Wait until a CSV landmark file being written has ``count`` rows, and return their number."""
    for _ in range(600):
        rows = path.read_text().count("\n") - 2 if path.is_file() else 0
        if rows >= count:
            return rows
        time.sleep(0.1)
    raise AssertionError(f"{path} did not reach {count} rows")


def _frames(path: Path) -> int:
    """Count the playable frames; the last packet of a killed program may be truncated."""
    count = 0
    with av.open(str(path)) as file, suppress(av.InvalidDataError):
        for _ in file.decode(video=0):
            count += 1
    return count


def test_a_missing_camera_is_a_one_sentence_error() -> None:
    assert "camera" in _error_of("7", "--headless")


def test_a_missing_display_is_a_one_sentence_error(clip: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    assert "--headless" in _error_of(clip)


def test_a_missing_source_is_named() -> None:
    assert "nothing.mp4" in _error_of("nothing.mp4", "--headless")


@pytest.fixture
def no_camera(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Simulate a computer with neither a camera nor a display; use a short demo and a temporary folder."""

    def open_no_camera(index: int) -> LiveSource:
        raise HandPoseError(f"There is no camera {index}.")

    monkeypatch.setattr(camera, "open_camera", open_no_camera)
    images = [frame.image for frame in islice(demo.open_demo(), 30, 38)]
    monkeypatch.setattr(demo, "DEMO_VIDEO", write_video(tmp_path / "short.mp4", images))
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("no_camera")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_without_camera_and_display_the_demo_is_written_to_files_that_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "There is no camera 0." in printed
    assert "no display" in printed
    for name in ("handpose-demo.mp4", "handpose-demo.jsonl"):
        assert f"Written: {name}" in printed
    assert _frames(Path("handpose-demo.mp4")) == 8
    header, frames = read_landmarks(Path("handpose-demo.jsonl"))
    assert header["source"] == "demo"
    assert [len(frame["hands"]) for frame in frames] == [1] * 8


@pytest.mark.usefixtures("no_camera")
@pytest.mark.parametrize("arguments", [["0", "--headless"], ["--headless"]])
def test_a_requested_camera_is_not_replaced_by_the_demo(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err == "There is no camera 0.\n"


def test_an_invalid_weights_file_is_named(clip: Path, tmp_path: Path) -> None:
    invalid = tmp_path / "invalid.safetensors"
    invalid.write_text("not weights")
    assert "invalid.safetensors" in _error_of(clip, "--headless", "--weights", invalid)


def test_an_unavailable_device_is_named(clip: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has the device")
    assert "cuda" in _error_of(clip, "--headless", "--device", "cuda")


def test_the_source_is_never_overwritten(clip: Path) -> None:
    assert "source" in _error_of(clip, "--headless", "--record", clip)


@pytest.mark.parametrize("linked", ["image.png", "weights.safetensors", "gestures.toml"])
def test_no_file_that_is_read_is_overwritten_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], linked: str
) -> None:
    from handpose_live.gestures import classifier as gestures

    folder = tmp_path / "images"
    folder.mkdir()
    read = folder / linked
    read.write_text("unchanged")
    monkeypatch.setattr(gestures, "user_rules_file", lambda: folder / "gestures.toml")
    (tmp_path / "out.mp4").hardlink_to(read)
    (tmp_path / "out.jsonl").symlink_to(read)
    for option, name in (("--record", "out.mp4"), ("--landmarks", "out.jsonl")):
        weights = str(folder / "weights.safetensors")
        assert main([str(folder), "--headless", "--weights", weights, option, str(tmp_path / name)]) == 1
        assert f"{name} is the " in capsys.readouterr().err
    assert read.read_text() == "unchanged"


def test_two_outputs_in_one_file_are_error_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, video, landmarks = tmp_path / "a.mp4", tmp_path / "o.mp4", tmp_path / "o.csv"
    write_video(source, [plain(RED)])
    landmarks.symlink_to(video)
    for _ in range(2):  # at first, the target of the link does not exist
        assert main([str(source), "--headless", "--record", str(video), "--landmarks", str(landmarks)]) == 1
        assert "are one file" in capsys.readouterr().err
        video.touch()


def test_an_address_longer_than_a_file_name_causes_no_unhandled_exception(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, written = f"http://127.0.0.1:9/{'a' * 5000}", tmp_path / "o.mp4"
    written.touch()
    assert main([address, "--headless", "--record", str(written)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_an_unhandled_exception_is_a_one_sentence_error_and_leaves_complete_files(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from handpose_live.detection.mediapipe_detector import MediaPipeDetector

    calls = count(1)

    def detect(_self: MediaPipeDetector, _image: Image, _effort: Effort) -> list[Detection]:
        if next(calls) == 3:
            raise ZeroDivisionError
        return []

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(MediaPipeDetector, "detect", detect)
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.jsonl"
    assert main([str(clip), "--headless", "--record", str(video), "--landmarks", str(landmarks)]) == 1
    signal.signal(signal.SIGTERM, before)
    assert "Unexpected error (ZeroDivisionError)" in capsys.readouterr().err.splitlines()[-1]
    assert _frames(video) == len(read_landmarks(landmarks)[1]) > 0


def test_missing_frames_of_a_video_are_in_the_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from handpose_live.media import opening

    source = opening.open_source(str(write_video(tmp_path / "a.mp4", [plain(RED)])))
    source.warnings.append("a.mp4 ends after 1 of 9 frames.")
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(opening, "open_source", lambda _: source)
    assert main(["a.mp4", "--headless"]) == 0
    signal.signal(signal.SIGTERM, before)
    assert "a.mp4 ends after 1 of 9 frames." in capsys.readouterr().out.splitlines()


def test_a_recording_that_cannot_be_written_is_named(clip: Path, tmp_path: Path) -> None:
    assert "missing" in _error_of(clip, "--headless", "--record", tmp_path / "missing" / "out.mp4")


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_an_invalid_number_of_hands_is_refused(count: str) -> None:
    run = _run("--max-hands", count)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr

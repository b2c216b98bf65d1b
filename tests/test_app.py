"""The command line, as a person uses it."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import av
import pytest

from handpose_live import __version__
from handpose_live.app import main
from handpose_live.capture import camera, demo
from handpose_live.capture.live import LiveSource
from handpose_live.errors import HandPoseError
from handpose_live.output.landmarks import read_landmarks
from tests.capture.films import write_film

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


def _refused(*arguments: str | Path) -> str:
    """The one sentence with which the program gives up."""
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


def test_version_is_the_package_s() -> None:
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


def test_a_wanted_end_leaves_whole_files(clip: Path, tmp_path: Path) -> None:
    with av.open(str(clip)) as file:
        long = _repeated(tmp_path / "long.mp4", [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)])
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.csv"
    arguments = [str(long), "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    _wait_for_rows(landmarks, 40)
    process.send_signal(signal.SIGINT)
    summary, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ms per frame" in summary
    with landmarks.open(newline="") as file_:
        rows = {row["frame"] for row in csv.DictReader(line for line in file_ if not line.startswith("#"))}
    assert _frames(video) == len(rows)


def test_a_killed_recording_plays_up_to_its_last_second(clip: Path, tmp_path: Path) -> None:
    with av.open(str(clip)) as file:
        long = _repeated(tmp_path / "long.mp4", [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)])
    video, landmarks = tmp_path / "out.mp4", tmp_path / "out.csv"
    arguments = [str(long), "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows = _wait_for_rows(landmarks, 60)
    process.kill()
    process.wait(60)
    # 10 frames a second; a second of them and what waits in the recorder's queue may be missing.
    assert _frames(video) >= rows - 10 - 8


def _repeated(path: Path, images: list[object]) -> Path:
    """The same pictures over and over, as a video of 400 frames."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for index in range(400):
            picture = av.VideoFrame.from_ndarray(images[index % len(images)], format="rgb24")  # type: ignore[arg-type]
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
    return path


def _wait_for_rows(path: Path, count: int) -> int:
    """Wait until a CSV landmark file being written has so many rows; how many it has then."""
    for _ in range(600):
        rows = path.read_text().count("\n") - 2 if path.is_file() else 0
        if rows >= count:
            return rows
        time.sleep(0.1)
    raise AssertionError(f"{path} has not come to {count} rows")


def _frames(path: Path) -> int:
    """How many frames play; the packet that was being written when the program was killed may be torn."""
    count = 0
    with av.open(str(path)) as file, suppress(av.InvalidDataError):
        for _ in file.decode(video=0):
            count += 1
    return count


def test_without_a_camera_one_sentence_says_so() -> None:
    assert "camera" in _refused("7", "--headless")


def test_without_a_display_one_sentence_says_so(clip: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    assert "--headless" in _refused(clip)


def test_a_source_that_is_not_there_is_named() -> None:
    assert "nothing.mp4" in _refused("nothing.mp4", "--headless")


@pytest.fixture
def no_camera(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A computer with neither a camera nor a display, a short demo, and a folder to work in."""

    def open_no_camera(index: int) -> LiveSource:
        raise HandPoseError(f"There is no camera {index}.")

    monkeypatch.setattr(camera, "open_camera", open_no_camera)
    images = [frame.image for frame in islice(demo.open_demo(), 30, 38)]
    monkeypatch.setattr(demo, "FILM", write_film(tmp_path / "short.mp4", images))
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("no_camera")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_without_camera_and_display_the_demo_goes_into_files_and_it_says_where(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "There is no camera 0." in said
    assert "no display" in said
    for name in ("handpose-demo.mp4", "handpose-demo.jsonl"):
        assert f"Written: {name}" in said
    assert _frames(Path("handpose-demo.mp4")) == 8
    header, frames = read_landmarks(Path("handpose-demo.jsonl"))
    assert header["source"] == "demo"
    assert [len(frame["hands"]) for frame in frames] == [1] * 8


@pytest.mark.usefixtures("no_camera")
@pytest.mark.parametrize("arguments", [["0", "--headless"], ["--headless"]])
def test_a_camera_that_was_asked_for_is_not_replaced_by_the_demo(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err == "There is no camera 0.\n"


def test_weights_that_are_none_are_named(clip: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_text("not weights")
    assert "wrong.safetensors" in _refused(clip, "--headless", "--weights", wrong)


def test_a_device_that_is_not_there_is_named(clip: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has the device")
    assert "cuda" in _refused(clip, "--headless", "--device", "cuda")


def test_the_source_is_never_overwritten(clip: Path) -> None:
    assert "source" in _refused(clip, "--headless", "--record", clip)


def test_a_recording_that_cannot_be_written_is_named(clip: Path, tmp_path: Path) -> None:
    assert "nowhere" in _refused(clip, "--headless", "--record", tmp_path / "nowhere" / "out.mp4")


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_number_of_hands_must_be_one(count: str) -> None:
    run = _run("--max-hands", count)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr

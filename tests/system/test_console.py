"""Standard output and error in the states in which shells, pipes and services start a program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.media.recording.landmarks import read_landmarks
from tests.media.videos import RED, plain, write_video

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, str(ROOT / "main.py")]
SHELL_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("videos") / "łódź→✋.mp4", [plain(RED)] * 4)


def test_a_name_that_the_console_cannot_encode_is_escaped(source: Path, tmp_path: Path) -> None:
    arguments = [
        str(source),
        "--headless",
        "--record",
        str(tmp_path / "手.mp4"),
        "--landmarks",
        str(tmp_path / "o.csv"),
    ]
    run = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert run.returncode == 0, run.stderr
    assert b"Written: " in run.stdout
    assert rb"\u624b.mp4" in run.stdout


@SHELL_ONLY
@pytest.mark.parametrize("redirection", [">&- 2>&-", "<&- >&- 2>&-", "2>&1 | true", "> /dev/full 2> /dev/full"])
def test_no_file_is_lost_if_the_output_cannot_be_written(source: Path, tmp_path: Path, redirection: str) -> None:
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    script = f'{{ "$@"; echo $? > "$CODE"; }} {redirection}'
    landmarks, video, code = (tmp_path / name for name in ("o.jsonl", "o.mp4", "code"))
    arguments = [str(source), "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, *arguments], check=False, env=os.environ | {"CODE": str(code)}, timeout=120
    )
    assert code.read_text().strip() == "0"
    # Output of libraries to a closed stderr must not end up in a file that got its descriptor.
    assert len(read_landmarks(landmarks)[1]) == 4
    assert video.read_bytes()[4:8] == b"ftyp"


def test_output_of_libraries_is_not_printed_to_the_terminal(shared: Path, tmp_path: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    states = os.environ | {"XDG_STATE_HOME": str(tmp_path)}
    run = subprocess.run(
        [*COMMAND, str(clip), "--headless"], capture_output=True, text=True, check=True, env=states, timeout=120
    )
    lines = [line for line in run.stderr.replace("\r", "\n").splitlines() if line]
    assert lines
    assert [line for line in lines if not line.startswith("scale_1.mp4: ")] == []
    logged = (tmp_path / "handpose-live" / "log" / "libraries.log").read_text()
    assert "TensorFlow Lite" in logged
    assert "scale_1.mp4" not in logged


REDIRECTED = """
import os, sys
from threading import Thread
from handpose_live.system.console import redirect_native_output

with redirect_native_output():
    thread = Thread(target=print, args=["from Python"], kwargs={"file": sys.stderr})
    thread.start()
    thread.join()
    os.write(2, b"from a library\\n")
os.write(2, b"afterwards\\n")
"""


def _stderr_of_redirected(state_home: Path) -> str:
    environment = os.environ | {"XDG_STATE_HOME": str(state_home)}
    command = [sys.executable, "-c", REDIRECTED]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT).stderr


def test_output_of_python_goes_to_the_terminal_and_that_of_libraries_to_the_log(tmp_path: Path) -> None:
    assert _stderr_of_redirected(tmp_path) == "from Python\nafterwards\n"
    assert (tmp_path / "handpose-live" / "log" / "libraries.log").read_text() == "from a library\n"


def test_a_log_folder_that_cannot_be_created_does_not_stop_the_program(tmp_path: Path) -> None:
    (tmp_path / "handpose-live").touch()
    assert _stderr_of_redirected(tmp_path) == "from Python\nafterwards\n"

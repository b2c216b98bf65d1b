"""The content of the log file, and that logging errors never stop the program."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from handpose_live import __version__
from handpose_live.system import log
from handpose_live.system.log import log_file, log_to_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Isolate the log folder of each test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def _fail() -> None:
    raise KeyError("unexpected")


def _in_a_thread(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()

    return run


def _in_a_destructor() -> None:
    class FailingDestructor:
        def __del__(self) -> None:
            _fail()

    FailingDestructor()


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in another process with the environment of this test."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(("fail", "reported"), [(_in_a_thread(_fail), True), (_in_a_destructor, False)])
def test_an_unhandled_exception_in_a_thread_or_destructor_is_logged_and_the_program_continues(
    capsys: pytest.CaptureFixture[str], fail: Callable[[], None], reported: bool
) -> None:
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    with log_to_file():
        fail()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == hooks
    text = log_file().read_text(encoding="utf-8")
    assert text.startswith(f"HandPose Live {__version__}, Python 3.")
    assert "in _fail" in text
    assert "KeyError: 'unexpected'" in text
    err = capsys.readouterr().err
    assert ("Unexpected error (KeyError)" in err) is reported
    assert "Traceback" not in err


@pytest.mark.parametrize("end", [SystemExit(3), KeyboardInterrupt()])
def test_an_intended_exit_is_not_logged(end: BaseException) -> None:
    def exit_program() -> None:
        raise end

    with pytest.raises(type(end)), log_to_file():
        exit_program()
    assert not log_file().exists()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--device", "unknown"]])
def test_help_and_version_write_no_log(arguments: list[str], state: Path) -> None:
    _run("from handpose_live.app import main; main()", *arguments)
    assert not state.exists()


def test_an_unhandled_exception_of_the_program_is_a_one_sentence_error(shared: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    code = (
        "import sys\n"
        "from handpose_live import app\n"
        "app._session_factory = lambda options: 1 // 0\n"
        "sys.exit(app.main(sys.argv[1:]))"
    )
    run = _run(code, str(clip), "--headless")
    assert run.returncode == 1
    assert run.stderr == f"Unexpected error (ZeroDivisionError): please report it with the log {log_file()}.\n"
    assert "ZeroDivisionError: " in log_file().read_text(encoding="utf-8")


def test_a_run_logs_its_device_and_a_crash_of_a_native_library(shared: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    code = (
        "import faulthandler, sys\n"
        "from handpose_live import app\nfrom handpose_live.runtime import session\n"
        "session.Session.summary = lambda _: faulthandler._sigsegv()\n"
        "app.main(sys.argv[1:])"
    )
    assert _run(code, str(clip), "--headless", "--device", "cpu").returncode < 0
    text = log_file().read_text(encoding="utf-8")
    assert "live.safetensors runs on CPU (ONNX Runtime)\n" in text
    assert "Fatal Python error: Segmentation fault" in text


def test_no_part_of_an_address_is_logged() -> None:
    addresses = (
        "rtsp://admin:s3cret@10.0.0.7:554/live?token=s3cret",
        "rtsp://admin:s3/cr@et@10.0.0.7/",
        "http://10.0.0.7/user=admin_password=s3cret_channel=1.sdp",
        "RTSP://admin:s3cret@camera",
    )
    with log_to_file():
        for address in addresses:
            try:
                raise OSError(f"[Errno 5] Input/output error: '{address}'")
            except OSError:
                logging.getLogger("handpose_live.capture").exception("%s failed", address)
    text = log_file().read_text(encoding="utf-8")
    assert text.count("rtsp://… failed") == 2
    assert "OSError: [Errno 5] Input/output error: 'http://…" in text
    for private in ("s3", "admin", "10.0.0.7", "camera"):
        assert private not in text.replace(__file__, "")


def test_the_log_is_rotated_and_old_files_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 2000)
    with log_to_file():
        for number in range(200):
            logging.getLogger("handpose_live").info("line %d", number)
    files = sorted(log_file().parent.iterdir())
    assert [file.name for file in files] == ["handpose-live.log", "handpose-live.log.1", "handpose-live.log.2"]
    assert all(file.stat().st_size <= 2200 for file in files)
    assert all(file.read_text(encoding="utf-8").startswith("HandPose Live") for file in files)
    assert "line 199\n" in files[0].read_text(encoding="utf-8")


def test_a_log_that_cannot_be_rotated_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate Windows, where a file that another program has open cannot be renamed."""

    def refuse(*_: object) -> None:
        raise PermissionError("used by another process")

    monkeypatch.setattr(log, "MAX_BYTES", 2000)
    monkeypatch.setattr(os, "rename", refuse)
    with log_to_file():
        for number in range(200):
            logging.getLogger("handpose_live").info("line %d", number)
    text = log_file().read_text(encoding="utf-8")
    assert all(f"line {number}\n" in text for number in range(200))


def test_without_a_writable_log_the_program_runs_and_prints_the_traceback(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.write_text("a file instead of a folder")
    with log_to_file():
        logging.getLogger("handpose_live").info("all is well")
    assert capsys.readouterr().err == ""
    with log_to_file():
        _in_a_thread(_fail)()
    assert "KeyError: 'unexpected'" in capsys.readouterr().err


def test_two_programs_log_to_one_file() -> None:
    code = (
        "import logging, sys\n"
        "from handpose_live.system.log import log_to_file\n"
        "with log_to_file():\n"
        "    for number in range(300):\n"
        "        logging.getLogger('handpose_live').info('%s %d.', sys.argv[1], number)\n"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", code, name], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in ("one", "other")
    ]
    for program in programs:
        _, errors = program.communicate()
        assert (program.returncode, errors) == (0, "")
    text = log_file().read_text(encoding="utf-8")
    assert all(f"{name} {number}.\n" in text for name in ("one", "other") for number in range(300))


def test_a_user_without_a_home_folder_has_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_without_home(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_log_path", fail_without_home)
    assert log_file().parent.is_dir()

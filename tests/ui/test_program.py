"""The program in its own process: a real window on a virtual display, and its exit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from handpose_live.media.opening import open_source
from tests.ui.conftest import Display
from tests.ui.fakes import TIMEOUT_S, grey

ROOT = Path(__file__).parents[2]
BACKGROUND = [0x0A, 0x0C, 0x10]


def start(spec: str, recording: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ui.program", spec, str(recording)],
        env={**os.environ, **env},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline_s, "timed out"
        time.sleep(0.05)


def first_frame(video: Path) -> np.ndarray:
    success, image = cv2.VideoCapture(str(video)).read()
    assert success
    return np.asarray(image)


def difference(screen: np.ndarray, frame: np.ndarray) -> float:
    """Compute the RMS difference of a frame and the screen between the black bars, at the height of the best match."""
    lit = np.abs(screen[300].astype(int) - BACKGROUND).max(axis=1) > 6
    columns = np.flatnonzero(lit[: screen.shape[1]])
    if len(columns) < 400:
        return 255.0
    left, width = int(columns[0]), int(columns[-1] - columns[0] + 1)
    template = cv2.resize(frame, (width // 4, round(width * 0.75) // 4), interpolation=cv2.INTER_AREA)[5:-5]
    part = cv2.resize(screen[:, left : left + width], (width // 4, len(screen) // 4), interpolation=cv2.INTER_AREA)
    return float(np.sqrt(cv2.matchTemplate(part, template, cv2.TM_SQDIFF).min() / template.size))


def test_a_real_window_shows_the_clip(shared: Path, tmp_path: Path, display: Display) -> None:
    clip = str(shared / "data/clips/scale_1.mp4")
    frames = [frame.image for frame in open_source(clip)]
    recording = tmp_path / "video.mp4"
    program = start(clip, recording, DISPLAY=display.name, QT_QPA_PLATFORM="xcb")

    def is_displayed() -> bool:
        screen = np.ascontiguousarray(display.screenshot()[:720, :1120])
        return min(difference(screen, frame) for frame in frames[::7]) < 12

    wait_until(is_displayed)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=TIMEOUT_S)
    assert program.returncode == 128 + signal.SIGINT
    assert errors == ""
    assert first_frame(recording).shape == (480, 640, 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_exits_although_the_camera_hangs_and_keeps_the_recording(
    tmp_path: Path, number: signal.Signals
) -> None:
    recording = tmp_path / "video.mp4"
    program = start("hang", recording, QT_QPA_PLATFORM="offscreen")
    assert program.stdout is not None
    assert program.stdout.readline() == "hangs\n"
    program.send_signal(number)
    program.communicate(timeout=TIMEOUT_S)
    assert program.returncode == 128 + number
    assert first_frame(recording).mean() == pytest.approx(grey(0).mean(), abs=3)


def test_the_program_exits_while_the_network_is_loading(shared: Path, tmp_path: Path, display: Display) -> None:
    program = start(
        str(shared / "data/clips/scale_1.mp4"), tmp_path / "video.mp4", DISPLAY=display.name, QT_QPA_PLATFORM="xcb"
    )
    wait_until(lambda: bool(display.screenshot().any()))
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=TIMEOUT_S)
    assert program.returncode == 128 + signal.SIGINT
    assert errors == ""

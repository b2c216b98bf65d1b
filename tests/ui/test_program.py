"""The program in a process of its own: a real window on a real display, and how it ends."""

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
from tests.ui.stand_ins import PATIENCE_S, grey

ROOT = Path(__file__).parents[2]
GROUND = [0x0A, 0x0C, 0x10]


def start(spec: str, recording: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ui.program", spec, str(recording)],
        env={**os.environ, **env},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline_s, "it never came to that"
        time.sleep(0.05)


def first_frame(film: Path) -> np.ndarray:
    success, image = cv2.VideoCapture(str(film)).read()
    assert success
    return np.asarray(image)


def difference(screen: np.ndarray, frame: np.ndarray) -> float:
    """Of a frame and what is between the black bars on its left and right, at the height where it fits best."""
    lit = np.abs(screen[300].astype(int) - GROUND).max(axis=1) > 6
    columns = np.flatnonzero(lit[: screen.shape[1]])
    if len(columns) < 400:
        return 255.0
    left, width = int(columns[0]), int(columns[-1] - columns[0] + 1)
    place = cv2.resize(frame, (width // 4, round(width * 0.75) // 4), interpolation=cv2.INTER_AREA)[5:-5]
    part = cv2.resize(screen[:, left : left + width], (width // 4, len(screen) // 4), interpolation=cv2.INTER_AREA)
    return float(np.sqrt(cv2.matchTemplate(part, place, cv2.TM_SQDIFF).min() / place.size))


def test_a_real_window_shows_the_clip(shared: Path, tmp_path: Path, display: Display) -> None:
    clip = str(shared / "data/clips/scale_1.mp4")
    frames = [frame.image for frame in open_source(clip)]
    recording = tmp_path / "film.mp4"
    program = start(clip, recording, DISPLAY=display.name, QT_QPA_PLATFORM="xcb")

    def shown() -> bool:
        screen = np.ascontiguousarray(display.picture()[:720, :1120])
        return min(difference(screen, frame) for frame in frames[::7]) < 12

    wait_until(shown)
    program.send_signal(signal.SIGINT)
    _, complaints = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + signal.SIGINT
    assert complaints == ""
    assert first_frame(recording).shape == (480, 640, 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_exits_although_the_camera_hangs_and_keeps_the_recording(tmp_path: Path, number: signal.Signals) -> None:
    recording = tmp_path / "film.mp4"
    program = start("hang", recording, QT_QPA_PLATFORM="offscreen")
    assert program.stdout is not None
    assert program.stdout.readline() == "hangs\n"
    program.send_signal(number)
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + number
    assert first_frame(recording).mean() == pytest.approx(grey(0).mean(), abs=3)


def test_it_exits_while_the_network_is_loading(shared: Path, tmp_path: Path, display: Display) -> None:
    program = start(
        str(shared / "data/clips/scale_1.mp4"), tmp_path / "film.mp4", DISPLAY=display.name, QT_QPA_PLATFORM="xcb"
    )
    wait_until(lambda: bool(display.picture().any()))
    program.send_signal(signal.SIGINT)
    _, complaints = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + signal.SIGINT
    assert complaints == ""

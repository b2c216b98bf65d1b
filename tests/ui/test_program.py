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

from handpose_live.capture.opening import open_source
from tests.ui.conftest import Display
from tests.ui.stand_ins import PATIENCE_S, grey

ROOT = Path(__file__).parents[2]


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


def test_a_real_window_shows_the_clip_pixel_by_pixel(shared: Path, tmp_path: Path, display: Display) -> None:
    clip = str(shared / "data/clips/scale_1.mp4")
    frames = [frame.image for frame in open_source(clip)]
    recording = tmp_path / "film.mp4"
    program = start(clip, recording, DISPLAY=display.name, QT_QPA_PLATFORM="xcb")

    def shown() -> bool:
        on_screen = display.picture()[:480, :640]
        return any(np.array_equal(on_screen, frame) for frame in frames)

    wait_until(shown)
    program.send_signal(signal.SIGINT)
    _, complaints = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + signal.SIGINT
    assert complaints == ""
    assert first_frame(recording).shape == (480, 640, 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_although_the_camera_hangs_and_keeps_what_it_recorded(tmp_path: Path, number: signal.Signals) -> None:
    recording = tmp_path / "film.mp4"
    program = start("hang", recording, QT_QPA_PLATFORM="offscreen")
    assert program.stdout is not None
    assert program.stdout.readline() == "hangs\n"
    program.send_signal(number)
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + number
    assert first_frame(recording).mean() == pytest.approx(grey(0).mean(), abs=3)


def test_it_ends_while_the_network_is_still_loading(shared: Path, tmp_path: Path, display: Display) -> None:
    program = start(
        str(shared / "data/clips/scale_1.mp4"), tmp_path / "film.mp4", DISPLAY=display.name, QT_QPA_PLATFORM="xcb"
    )
    wait_until(lambda: bool(display.picture().any()))
    program.send_signal(signal.SIGINT)
    _, complaints = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + signal.SIGINT
    assert complaints == ""


def test_without_a_camera_the_window_offers_the_demo_and_plays_it() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "tests.ui.without_camera"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert program.returncode == 0, program.stderr
    title, sentence, window = program.stdout.splitlines()
    assert title == "No picture from a camera"
    assert sentence.startswith("There is no camera 0.")
    assert window == "demo – HandPose Live"

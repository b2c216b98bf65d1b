"""Fixtures of the window: its theme, isolated settings, and a virtual display for real windows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from handpose_live.media.live.camera import Camera
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings
from handpose_live.types.arrays import Image
from handpose_live.ui.theme.theme import apply_theme
from handpose_live.ui.window import Window

Start = Callable[..., Window]


@dataclass(frozen=True)
class Display:
    """An X server without a monitor.

    Attributes:
        name: value of ``DISPLAY``.
        framebuffer: file with the content of its screen, in the X window dump format.
    """

    name: str
    framebuffer: Path

    def screenshot(self) -> Image:
        """Return the current content of the screen, ``(h, w, 3)`` RGB."""
        data = np.fromfile(self.framebuffer, dtype=np.uint8)
        header = data[:100].view(">u4")
        width, height, line_bytes = int(header[4]), int(header[5]), int(header[12])
        pixels = data[int(header[0]) + 12 * int(header[19]) :][: height * line_bytes]
        return pixels.reshape(height, -1, 4)[:, :width, 2::-1]


@pytest.fixture(autouse=True)
def _isolated_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolate the tests from the user's settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def _theme(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    """Open windows that list no real cameras and record into a temporary folder; stop them after the test."""
    windows: list[Window] = []

    def start_window(
        factory: SessionFactory,
        spec: str | None = None,
        *,
        cameras: list[Camera] | None = None,
        settings: Settings | None = None,
    ) -> Window:
        recording = RecordingSettings(folder=str(tmp_path / "recordings"))
        window = Window(
            factory,
            settings or Settings(recording=recording),
            tmp_path / "settings.ini",
            find_cameras=lambda: list(cameras or []),
        )
        qtbot.addWidget(window)
        window.show()
        windows.append(window)
        if spec is not None:
            window.sources.open(spec)
        return window

    yield start_window
    for window in windows:
        window.stop()


@pytest.fixture
def clip(shared: Path) -> str:
    return str(shared / "data/clips/scale_1.mp4")


@pytest.fixture(autouse=True)
def opened_outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that collects the paths which the desktop is asked to open."""
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    return opened


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    """Run Xvfb."""
    if sys.platform != "linux":
        pytest.skip("only Linux needs an X server for a window")
    program = shutil.which("Xvfb")
    assert program is not None, "install the package xvfb"
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-fbdir", str(tmp_path)],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as number:
        name = f":{number.readline().strip()}"
    yield Display(name, tmp_path / "Xvfb_screen0")
    server.terminate()
    server.wait()

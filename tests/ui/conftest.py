"""The program's look, and a display of its own for tests of real windows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
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
        name: what ``DISPLAY`` is set to.
        framebuffer: the file that holds what its monitor would show, in X's window dump format.
    """

    name: str
    framebuffer: Path

    def picture(self) -> Image:
        """What is on the screen now, ``(h, w, 3)`` RGB."""
        data = np.fromfile(self.framebuffer, dtype=np.uint8)
        header = data[:100].view(">u4")
        width, height, line_bytes = int(header[4]), int(header[5]), int(header[12])
        pixels = data[int(header[0]) + 12 * int(header[19]) :][: height * line_bytes]
        return pixels.reshape(height, -1, 4)[:, :width, 2::-1]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a person has set up on this computer stays out of the tests, and unharmed by them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    """Opens windows that see no camera of this computer and record into a folder of the test; stops them at its end."""
    windows: list[Window] = []

    def start_window(
        tools: SessionFactory,
        spec: str | None = None,
        *,
        cameras: list[Camera] | None = None,
        settings: Settings | None = None,
    ) -> Window:
        plan = RecordingSettings(folder=str(tmp_path / "recordings"))
        window = Window(
            tools,
            settings or Settings(recording=plan),
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
def display(tmp_path: Path) -> Iterator[Display]:
    """A running Xvfb."""
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

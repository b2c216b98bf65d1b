"""The program's look, and a display of its own for tests of real windows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from handpose_live.capture.frame import Image
from handpose_live.ui.style import STYLE_SHEET


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
def _style(qapp: QApplication) -> None:
    qapp.setStyleSheet(STYLE_SHEET)


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

"""A short run of :mod:`tests.ui.soak`."""

import sys
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from tests.ui.soak import soak
from tests.ui.stand_ins import tools

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the memory")


def test_a_looped_video_is_recorded_frame_by_frame(qapp: QApplication, shared: Path, tmp_path: Path) -> None:
    result = soak(qapp, str(shared / "data/clips/scale_1.mp4"), 7, tmp_path, tools())
    assert result.worked > 50  # it has begun again at least once
    assert result.recorded == result.worked

"""Run :mod:`tests.ui.soak` for a few seconds."""

import sys
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from tests.ui.fakes import session_factory
from tests.ui.soak import soak

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the memory from /proc")


def test_a_looped_video_is_recorded_frame_by_frame(qapp: QApplication, shared: Path, tmp_path: Path) -> None:
    result = soak(qapp, str(shared / "data/clips/scale_1.mp4"), 7, tmp_path, session_factory())
    assert result.processed > 50  # it has restarted at least once
    assert result.recorded == result.processed

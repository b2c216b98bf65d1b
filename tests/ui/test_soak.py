"""A short run of what :mod:`tests.ui.soak` does for long."""

import sys
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from tests.ui.soak import soak
from tests.ui.stand_ins import tools

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the memory")


def test_a_film_that_goes_round_and_round_is_recorded_frame_by_frame(
    qapp: QApplication, shared: Path, tmp_path: Path
) -> None:
    result = soak(qapp, str(shared / "data/clips/scale_1.mp4"), 7, tmp_path, tools())
    assert result.worked > 50  # it has begun again at least once
    assert result.recorded == result.worked

"""From what a person types to a source."""

import subprocess
import sys

import pytest

from handpose_live.capture.opening import open_source
from handpose_live.errors import HandPoseError


@pytest.mark.parametrize("spec", ["nowhere.mp4", "", "ftp://host/film.mp4", "x" * 5000, "-1"])
def test_what_is_no_source_is_told_what_one_may_be(spec: str) -> None:
    with pytest.raises(HandPoseError, match=rf'^There is no "{spec}": give [^\n]*camera[^\n]*folder[^\n]*rtsp://\.$'):
        open_source(spec)


def test_knowing_how_to_open_a_source_loads_neither_opencv_nor_ffmpeg() -> None:
    code = "import sys, handpose_live.capture.opening; sys.exit(bool({'cv2', 'av'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

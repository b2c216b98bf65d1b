"""Errors for a ``cv2`` folder that is damaged by several distributions of OpenCV."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.system.opencv import check_opencv

ROOT = Path(__file__).resolve().parents[2]
REPAIR = 'pip install --force-reinstall opencv-contrib-python"'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Create a folder with an older OpenCV, to precede the installed packages in the path."""
    metadata = tmp_path / "opencv_python_headless-4.11.0.86.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: opencv-python-headless\nVersion: 4.11.0.86\n")
    (tmp_path / "cv2").mkdir()
    return tmp_path


def _error_of(site: Path) -> str:
    """Run the program on a video and return its one-sentence error."""
    command = [sys.executable, "-m", "handpose_live", "clip.mp4", "--headless"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (site, ROOT)))}
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert run.returncode == 1
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    return lines[0]


def test_an_undamaged_opencv_is_accepted() -> None:
    check_opencv()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("__version__ = '4.11.0'\nVideoCapture = cvtColor = 0", "OpenCV 4.11.0 lacks FontFace"),
        ("", "OpenCV of unknown version lacks FontFace, VideoCapture, cvtColor"),
        ("from . import missing", "OpenCV cannot be imported (cannot import name 'missing'"),
        ("import sys\nsys.missing", "OpenCV cannot be imported (module 'sys' has no attribute 'missing')"),
    ],
    ids=["older", "emptied", "incomplete", "mixed"],
)
def test_a_damaged_opencv_is_named_with_its_packages_and_the_repair(site: Path, code: str, problem: str) -> None:
    (site / "cv2" / "__init__.py").write_text(code)
    sentence = _error_of(site)
    assert sentence.startswith(problem)
    assert "opencv-python-headless 4.11.0.86" in sentence
    uninstall = '"pip uninstall --yes opencv-contrib-python opencv-python-headless", then "'
    assert f"{uninstall}{REPAIR}" in sentence


def test_a_system_library_that_opencv_lacks_is_named_as_such(site: Path) -> None:
    (site / "cv2" / "__init__.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    sentence = _error_of(site)
    assert "libGL.so.1" in sentence
    assert "pip" not in sentence

"""Selection of a detector, and what each of them needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.detection.opening import open_detector
from handpose_live.detection.weights import default_detector_weights
from handpose_live.types.errors import HandPoseError

ROOT = Path(__file__).resolve().parents[2]

# Runs the program with the arguments, where every connection fails; prints the libraries that were loaded.
OFFLINE = """
import socket, sys

def refuse(*_, **__):
    raise OSError("this test allows no connection")

socket.socket.connect = socket.getaddrinfo = refuse
from handpose_live.app import main

assert main(sys.argv[1:]) == 0
print(*{name.split(".")[0] for name in sys.modules})
"""

needs_weights = pytest.mark.skipif(
    not default_detector_weights().is_file(), reason="no detector has been exported into weights/"
)


def test_an_unknown_detector_is_refused_with_the_known_ones() -> None:
    with pytest.raises(HandPoseError, match="no detector 'palm'; use one of: included, mediapipe"):
        open_detector("palm", max_hands=1)  # type: ignore[arg-type]


@needs_weights
def test_with_the_included_detector_the_first_start_needs_no_network(shared: Path, tmp_path: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    command = [sys.executable, "-c", OFFLINE, str(clip), "--headless", "--device", "cpu", "--detector", "included"]
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA")}
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=homes)
    assert run.returncode == 0, run.stderr
    assert "50 frames" in run.stdout
    assert not {"mediapipe", "torch"} & set(run.stdout.splitlines()[-1].split())
    assert not list(tmp_path.rglob("*.task"))

"""Where the network runs."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from handpose_live.errors import HandPoseError
from handpose_live.pose.device import DEVICES, pick_device

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_wish_the_first_device_that_is_there_is_taken() -> None:
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    assert pick_device(None) == next(device for device in DEVICES if there[device])


def test_an_unknown_device_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(HandPoseError, match=r"'abacus' is not available .* use one of: .*cpu\.$"):
        pick_device("abacus")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(HandPoseError, match="'cuda' is not available"):
        pick_device("cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.skipif(sys.platform == "darwin", reason="every Mac may have a GPU")
def test_where_no_gpu_can_be_none_is_asked_for() -> None:
    code = "import sys; from handpose_live.pose.device import pick_device; pick_device(None); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "torch" not in run.stdout.split()

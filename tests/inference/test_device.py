"""Selection of the device."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch

from handpose_live.inference import device
from handpose_live.inference.device import DEVICES, find_devices, pick_device
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.errors import HandPoseError

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_request_the_first_available_device_is_used() -> None:
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    assert pick_device(None) == next(device for device in DEVICES if available[device])


def test_an_unknown_device_is_refused_and_the_available_ones_are_named() -> None:
    with pytest.raises(HandPoseError, match=r"'unknown' is not available .* use one of: .*cpu\.$"):
        pick_device("unknown")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
def test_an_unavailable_device_is_refused() -> None:
    with pytest.raises(HandPoseError, match="'cuda' is not available"):
        pick_device("cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.skipif(sys.platform == "darwin", reason="every Mac may have a GPU")
def test_without_a_gpu_driver_pytorch_is_not_imported() -> None:
    code = "import sys; from handpose_live.inference.device import pick_device; pick_device(None); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "torch" not in run.stdout.split()


@pytest.fixture
def old_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a driver with which PyTorch finds no GPU and warns."""

    def is_available() -> bool:
        warnings.warn("CUDA initialization: The NVIDIA driver is too old (found 11040).\nUpdate it", stacklevel=1)
        return False

    monkeypatch.setattr(device, "_has_driver", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", is_available)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.mark.usefixtures("old_driver")
def test_a_driver_that_is_too_old_is_reported_in_one_line(
    caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    assert pick_device(None) == "cpu"
    assert "The GPU is not used: CUDA initialization: The NVIDIA driver is too old (found 11040)\n" in caplog.text
    with pytest.raises(
        HandPoseError, match=r"'cuda' is not available .*\(.* too old \(found 11040\)\); use one of: cpu\.$"
    ):
        pick_device("cuda")
    assert "NVIDIA driver is too old" in load_estimator(default_weights()).device_name
    assert not recwarn.list


def test_the_cpu_is_used_if_pytorch_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_has_driver", lambda: True)
    monkeypatch.setitem(sys.modules, "torch", None)
    found, why = find_devices()
    assert found == ["cpu"]
    assert "torch" in why

"""Where the network runs, decided without loading PyTorch if there can be no GPU."""

import ctypes
import sys
from pathlib import Path

from handpose_live.errors import HandPoseError

DEVICES = ("cuda", "mps", "cpu")
AMD_DRIVER = Path("/dev/kfd")


def pick_device(name: str | None) -> str:
    """The device of that name, or the best of ``DEVICES`` that is there for None.

    Raises:
        HandPoseError: it is not there.
    """
    if name == "cpu" or (name is None and not _has_driver()):
        return "cpu"
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name is None:
        return next(device for device in DEVICES if there[device])
    if not there.get(name, False):
        usable = ", ".join(device for device in DEVICES if there[device])
        raise HandPoseError(f"The device '{name}' is not available to PyTorch here; use one of: {usable}.")
    return name


def _has_driver() -> bool:
    """Whether PyTorch may find a GPU; to ask it takes the seconds that it needs to load."""
    if sys.platform == "darwin" or AMD_DRIVER.exists():
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True

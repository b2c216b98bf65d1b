"""Selection of the device that runs the network; PyTorch is imported only where there may be a GPU."""

import ctypes
import logging
import sys
import textwrap
import warnings
from pathlib import Path

from handpose_live.types.errors import HandPoseError

DEVICES = ("cuda", "mps", "cpu")
AMD_DRIVER = Path("/dev/kfd")
MAX_REASON_LENGTH = 90  # characters

logger = logging.getLogger(__name__)


def find_devices() -> tuple[list[str], str]:
    """Find the devices that PyTorch can use here.

    Returns:
        Some of ``DEVICES``, best first, and why a GPU cannot be used; "" if there is none or it can.
    """
    if not _has_driver():
        return ["cpu"], ""
    try:
        import torch
    except (ImportError, OSError) as error:  # PyTorch's own libraries cannot be loaded
        return ["cpu"], reason(error)
    with warnings.catch_warnings(record=True) as messages:  # PyTorch only warns of a driver that is too old
        warnings.simplefilter("always")
        available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    found = [device for device in DEVICES if available[device]]
    return found, reason(messages[0].message) if messages and found == ["cpu"] else ""


def pick_device(name: str | None) -> str:
    """Return the device of that name, or the best available one for None.

    Raises:
        HandPoseError: the device is not available.
    """
    if name == "cpu":
        return name
    found, why_no_gpu = find_devices()
    if name is None:
        if why_no_gpu:
            logger.warning("The GPU is not used: %s", why_no_gpu)
        return found[0]
    if name not in found:
        why = f" ({why_no_gpu})" if why_no_gpu else ""
        usable = ", ".join(found)
        raise HandPoseError(f"The device '{name}' is not available to PyTorch here{why}; use one of: {usable}.")
    return name


def reason(error: BaseException | str) -> str:
    """Return the first line of a library's message, short enough for a status bar."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return textwrap.shorten(lines[0], MAX_REASON_LENGTH, placeholder=" …").rstrip(".")


def _has_driver() -> bool:
    """Whether a GPU driver is installed; asking PyTorch would take the seconds of its import."""
    if sys.platform == "darwin" or AMD_DRIVER.exists():
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True

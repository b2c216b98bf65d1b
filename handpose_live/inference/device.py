"""Where the network runs, decided without loading PyTorch if there can be no GPU."""

import ctypes
import logging
import sys
import textwrap
import warnings
from pathlib import Path

from handpose_live.types.errors import HandPoseError

DEVICES = ("cuda", "mps", "cpu")
AMD_DRIVER = Path("/dev/kfd")
LONGEST_REASON = 90  # characters

logger = logging.getLogger(__name__)


def find_devices() -> tuple[list[str], str]:
    """Those of ``DEVICES`` that PyTorch can use here, in that order, and why there is no GPU; "" if none is missed."""
    if not _has_driver():
        return ["cpu"], ""
    try:
        import torch
    except (ImportError, OSError) as error:  # PyTorch's own libraries do not load
        return ["cpu"], reason(error)
    with warnings.catch_warnings(record=True) as complaints:  # a driver that is too old is no exception
        warnings.simplefilter("always")
        there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    found = [device for device in DEVICES if there[device]]
    return found, reason(complaints[0].message) if complaints and found == ["cpu"] else ""


def pick_device(name: str | None) -> str:
    """The device of that name, or the best of ``DEVICES`` that is there for None.

    Raises:
        HandPoseError: it is not there.
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
    """The first line of what a library complains of, short enough for a status bar."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return textwrap.shorten(lines[0], LONGEST_REASON, placeholder=" …").rstrip(".")


def _has_driver() -> bool:
    """Whether PyTorch may find a GPU; to ask it takes the seconds that it needs to load."""
    if sys.platform == "darwin" or AMD_DRIVER.exists():
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True

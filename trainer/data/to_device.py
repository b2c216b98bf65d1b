"""Copy arrays from the CPU to the device that a network is trained on."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor


def to_device(values: NDArray[Any] | Tensor, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Copy values to a device, as ``dtype`` if one is given, without waiting for an NVIDIA GPU."""
    return torch.as_tensor(values, dtype=dtype).to(device, non_blocking=device.type == "cuda")

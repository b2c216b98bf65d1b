"""Numbers from the processor to where a network is trained."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor


def sent(values: NDArray[Any] | Tensor, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Numbers on a device, of their own type where no other is wanted. An NVIDIA GPU is not waited for."""
    return torch.as_tensor(values, dtype=dtype).to(device, non_blocking=device.type == "cuda")

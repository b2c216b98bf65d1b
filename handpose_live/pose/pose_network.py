"""Crops in, joints out, as one PyTorch module: what the PyTorch engine runs and what is exported for the other."""

import torch
from torch import Tensor, nn

from handpose_live.pose.decode import peaks
from handpose_live.pose.weights import WeightsInfo


class PoseNetwork(nn.Module):
    """A network with the preparation and the decoding that belong to it."""

    def __init__(self, network: nn.Module, info: WeightsInfo, dtype: torch.dtype = torch.float32) -> None:
        """``dtype`` is the network's; what comes before and after it has 32 bits."""
        super().__init__()
        self.normalise = Normalise(info)
        self.network = network.to(dtype)
        self._crop_px, self._dtype = info.crop_px, dtype

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """``(n, crop_px, crop_px, 3)`` RGB, 0..255, to what
        :class:`~handpose_live.inference.loading.Poses` holds, and the ``(n, 21, h, w)`` heatmaps.
        """
        output = self.network(self.normalise(crops.permute(0, 3, 1, 2)).to(self._dtype))
        joints = output.joints * self._crop_px
        scores = peaks(output.heatmaps)
        hand, right = scores.mean(dim=1), torch.full_like(scores[:, 0], 0.5)
        if output.logits is not None:
            there, right = output.logits.sigmoid().unbind(dim=1)
            hand = hand * there
        return joints, scores, hand, right, output.heatmaps


class Normalise(nn.Module):
    """``(n, 3, h, w)`` RGB, 0..255, to what a network takes: zero mean and unit variance per channel."""

    mean: Tensor
    std: Tensor

    def __init__(self, info: WeightsInfo) -> None:
        super().__init__()
        self.register_buffer("mean", 255 * torch.tensor(info.mean).view(1, 3, 1, 1))
        self.register_buffer("std", 255 * torch.tensor(info.std).view(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        return ((images - self.mean) / self.std).contiguous(memory_format=torch.channels_last)

"""Crops in, joints out, as one PyTorch module, which the PyTorch engine runs and the trainer exports to ONNX."""

import math

import torch
from torch import Tensor, nn

from handpose_live.pose.decode import peaks, probability_within
from handpose_live.pose.weights import NetworkInfo, WeightsInfo
from handpose_live.types.certainty import SCORED_ERROR
from handpose_live.types.skeleton import WRIST


class PoseNetwork(nn.Module):
    """A network with its preprocessing and decoding."""

    def __init__(self, network: nn.Module, info: WeightsInfo, dtype: torch.dtype = torch.float32) -> None:
        """``dtype``: of the network; preprocessing and decoding run in float32."""
        super().__init__()
        self.normalise = Normalise(info)
        self.network = network.to(dtype)
        self._crop_px, self._dtype = info.crop_px, dtype
        self._scored_error, self._log_spread_offset = SCORED_ERROR / info.crop_margin, math.log(info.spread_factor)

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` RGB crops, 0..255.

        Returns:
            The fields of :class:`~handpose_live.inference.estimator.Poses` in their order, then the heatmaps
            ``(n, 21, h, w)``.
        """
        output = self.network(self.normalise(crops.permute(0, 3, 1, 2)).to(self._dtype))
        joints = output.joints * self._crop_px
        certainty = peaks(output.heatmaps)
        hand = certainty.mean(dim=1)
        if output.details is None:
            right, depths = torch.full_like(hand, 0.5), torch.full_like(certainty, math.nan)
            return joints, certainty, hand, right, depths, torch.ones_like(certainty), output.heatmaps
        logits, depths, log_spreads, visible = output.details
        presence, right = logits.sigmoid().unbind(dim=1)
        scores = probability_within(self._scored_error, log_spreads + self._log_spread_offset)
        depths = (depths - depths[:, WRIST, None]) * self._crop_px
        return joints, scores, hand * presence, right, depths, visible.sigmoid(), output.heatmaps


class Normalise(nn.Module):
    """Normalises ``(n, 3, h, w)`` RGB, 0..255, to zero mean and unit variance per channel."""

    mean: Tensor
    std: Tensor

    def __init__(self, info: NetworkInfo) -> None:
        super().__init__()
        self.register_buffer("mean", 255 * torch.tensor(info.mean).view(1, 3, 1, 1))
        self.register_buffer("std", 255 * torch.tensor(info.std).view(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        return ((images - self.mean) / self.std).contiguous(memory_format=torch.channels_last)

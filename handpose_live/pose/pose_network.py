"""Crops in, joints out, as one PyTorch module, which the PyTorch engine runs and the trainer exports to ONNX."""

import torch
from torch import Tensor, nn

from handpose_live.pose.decode import peaks
from handpose_live.pose.weights import NetworkInfo, WeightsInfo


class PoseNetwork(nn.Module):
    """A network with its preprocessing and decoding."""

    def __init__(self, network: nn.Module, info: WeightsInfo, dtype: torch.dtype = torch.float32) -> None:
        """``dtype``: of the network; preprocessing and decoding run in float32."""
        super().__init__()
        self.normalise = Normalise(info)
        self.network = network.to(dtype)
        self._crop_px, self._dtype = info.crop_px, dtype

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` RGB crops, 0..255.

        Returns:
            Joints ``(n, 21, 2)`` in crop px, joint scores ``(n, 21)``, hand scores ``(n,)``, right scores ``(n,)`` and
            heatmaps ``(n, 21, h, w)``; see :class:`~handpose_live.inference.estimator.Poses`.
        """
        output = self.network(self.normalise(crops.permute(0, 3, 1, 2)).to(self._dtype))
        joints = output.joints * self._crop_px
        scores = peaks(output.heatmaps)
        hand, right = scores.mean(dim=1), torch.full_like(scores[:, 0], 0.5)
        if output.logits is not None:
            presence, right = output.logits.sigmoid().unbind(dim=1)
            hand = hand * presence
        return joints, scores, hand, right, output.heatmaps


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

"""Crops in, joints out, on the best device there is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from handpose_live.errors import HandPoseError
from handpose_live.pose.crop import Floats
from handpose_live.pose.decode import average, peaks
from handpose_live.pose.weights import WeightsInfo, load_weights

DEVICES = ("cuda", "mps", "cpu")


@dataclass(frozen=True, eq=False)
class Poses:
    """What the network saw in ``n`` crops.

    Attributes:
        joints_crop_px: ``(n, 21, 2)``.
        joint_scores: ``(n, 21)``, 0..1.
        hand_scores: ``(n,)``, 0..1: the mean joint score, times how sure it is that there is a hand at all.
        right_scores: ``(n,)``, 0..1: it looks like a right hand; 0.5 from a network that cannot tell.
    """

    joints_crop_px: Floats
    joint_scores: Floats
    hand_scores: Floats
    right_scores: Floats


class PoseEstimator:
    """A network on a device, with the preparation and the decoding that belong to it."""

    def __init__(self, network: nn.Module, info: WeightsInfo, device: str | None = None) -> None:
        """Args:
            network, info: from :func:`handpose_live.pose.weights.load_weights`.
            device: "cuda", "mps" or "cpu"; None takes the first of them that is there.

        Raises:
            HandPoseError: the device is not there.
        """
        self.info = info
        self.device = pick_device(device)
        # Half precision doubles the speed of a GPU's matrix units; CPUs have no use for it.
        self._dtype = torch.float16 if self.device.type == "cuda" else torch.float32
        self._network = network.eval().to(self.device, self._dtype)
        convert_conv2d_weight_memory_format(self._network, torch.channels_last)
        self._normalise = Normalise(info).to(self.device)

    @classmethod
    def load(cls, path: Path, device: str | None = None) -> "PoseEstimator":
        """The estimator of a weights file."""
        return cls(*load_weights(path), device)

    @property
    def device_name(self) -> str:
        """What a person calls the device that really is in use."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return {"mps": "Apple GPU", "cpu": "CPU"}[self.device.type]

    @torch.inference_mode()
    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` RGB crops of hands that look like right ones."""
        images = torch.from_numpy(crops).to(self.device).permute(0, 3, 1, 2)
        output = self._network(self._normalise(images).to(self._dtype))
        joints = average(output.heatmaps) * self.info.crop_px
        scores = peaks(output.heatmaps)
        hand, right = scores.mean(dim=1), torch.full_like(scores[:, 0], 0.5)
        if output.logits is not None:
            there, right = output.logits.sigmoid().unbind(dim=1)
            hand = hand * there
        return Poses(*(_to_numpy(tensor) for tensor in (joints, scores, hand, right)))

    @torch.inference_mode()
    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        """What the joints are read from: ``(n, 21, h, w)``, not negative, of ``(n, crop_px, crop_px, 3)`` crops."""
        images = torch.from_numpy(crops).to(self.device).permute(0, 3, 1, 2)
        return _to_numpy(self._network(self._normalise(images).to(self._dtype)).heatmaps)


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


def pick_device(name: str | None) -> torch.device:
    """The device of that name, or the best there is for None.

    Raises:
        HandPoseError: it is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name is None:
        return torch.device(next(device for device in DEVICES if there[device]))
    if not there.get(name, False):
        usable = ", ".join(device for device in DEVICES if there[device])
        raise HandPoseError(f"The device '{name}' is not available to PyTorch here; use one of: {usable}.")
    return torch.device(name)


def _to_numpy(tensor: Tensor) -> Floats:
    return tensor.float().cpu().numpy()

"""The engine for GPUs, and for networks that were not exported: PyTorch."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from handpose_live.pose.device import pick_device
from handpose_live.pose.estimator import PoseEstimator, Poses
from handpose_live.pose.pose_network import PoseNetwork
from handpose_live.pose.weights import WeightsInfo


class TorchEstimator(PoseEstimator):
    """A network run by PyTorch."""

    def __init__(self, network: nn.Module, info: WeightsInfo, device: str | None = None) -> None:
        """Args:
            network, info: from :func:`handpose_live.pose.weights.load_weights`.
            device: "cuda", "mps" or "cpu"; None takes the first of them that is there.

        Raises:
            HandPoseError: the device is not there.
        """
        self.info = info
        self.device = torch.device(pick_device(device))
        # Half precision doubles the speed of a GPU's matrix units; CPUs have no use for it.
        dtype = torch.float16 if self.device.type == "cuda" else torch.float32
        self._network = PoseNetwork(network, info, dtype).eval().to(self.device)
        convert_conv2d_weight_memory_format(self._network, torch.channels_last)

    @property
    def device_name(self) -> str:
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return {"mps": "Apple GPU", "cpu": "CPU (PyTorch)"}[self.device.type]

    @torch.inference_mode()
    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        outputs = self._network(torch.from_numpy(crops).to(self.device))
        return Poses(*(output.cpu().numpy() for output in outputs))

"""The engine for GPUs, and for networks that were not exported: PyTorch."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from handpose_live.inference.device import pick_device
from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.inference.layer_fusion import fuse_layers
from handpose_live.pose.pose_network import PoseNetwork
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import JOINT_COUNT

WARM_UP_RUNS = 3  # before a capture, which must not contain what libraries set up on their first calls


class TorchEstimator(PoseEstimator):
    """A network run by PyTorch."""

    def __init__(self, network: nn.Module, info: WeightsInfo, device: str | None = None) -> None:
        """Args:
            network, info: from :func:`handpose_live.pose.weights.load_weights`.
            device: "cuda", "mps" or "cpu"; None takes the first available.

        Raises:
            HandPoseError: the device is not available.
        """
        self.info = info
        self.device = torch.device(pick_device(device))
        if self.device.type == "cuda":
            # Half precision doubles the speed of a GPU's matrix units; CPUs do not gain.
            prepared = PoseNetwork(
                fuse_layers(network) if _has_cudnn() else copy.deepcopy(network), info, torch.float16
            )
        else:
            prepared = PoseNetwork(network, info)
        self._network = prepared.eval().to(self.device)
        convert_conv2d_weight_memory_format(self._network, torch.channels_last)
        self._graphs: dict[int, _CudaGraph] = {}

    @property
    def device_name(self) -> str:
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return "Apple GPU" if self.device.type == "mps" else self.cpu_name("PyTorch")

    @torch.inference_mode()
    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        batch = torch.from_numpy(crops)
        if self.device.type != "cuda":
            *poses, _ = self._network(batch.to(self.device))
            return Poses(*(output.cpu().numpy() for output in poses))
        if len(crops) not in self._graphs:
            self._graphs[len(crops)] = _CudaGraph(self._network, batch.to(self.device))
        return self._graphs[len(crops)](batch)

    @torch.inference_mode()
    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        *_, heatmaps = self._network(torch.from_numpy(crops).to(self.device))
        return np.asarray(heatmaps.cpu().numpy(), np.float32)


def _has_cudnn() -> bool:
    """Whether cuDNN's fused convolutions are available; AMD builds report their own library as cuDNN, without them."""
    return torch.version.hip is None and bool(torch.backends.cudnn.is_available())  # type: ignore[no-untyped-call]


@contextmanager
def side_stream() -> Iterator[None]:
    """Run on another stream than the current one, in order with it, as CUDA requires for the warm-up of a capture."""
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        yield
    torch.cuda.current_stream().wait_stream(stream)


class _CudaGraph:
    """A network captured as a CUDA graph for one batch size on an NVIDIA GPU, and then replayed.

    Each of a small network's many kernels takes longer to launch than to run; a CUDA graph launches them together.
    """

    def __init__(self, network: PoseNetwork, crops: Tensor) -> None:
        """``crops``: on the GPU, of the batch size to capture."""
        self._crops, self._graph = crops, torch.cuda.CUDAGraph()
        with side_stream():
            for _ in range(WARM_UP_RUNS):
                network(crops)
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            joints, *scores, _ = network(crops)
            # Concatenated, for one transfer from the GPU instead of four.
            self._output = torch.cat([part.reshape(len(crops), -1) for part in (joints, *scores)], dim=1)

    def __call__(self, crops: Tensor) -> Poses:
        self._crops.copy_(crops)
        self._graph.replay()
        output = self._output.cpu().numpy()
        joints, scores, hand, right = np.split(output, np.cumsum([2 * JOINT_COUNT, JOINT_COUNT, 1]), axis=1)
        return Poses(joints.reshape(-1, JOINT_COUNT, 2), scores, hand[:, 0], right[:, 0])

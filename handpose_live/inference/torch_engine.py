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
        device = pick_device(device)
        if device == "cuda":
            # Half precision doubles the speed of a GPU's matrix units; CPUs do not gain.
            prepared = PoseNetwork(
                fuse_layers(network) if _has_cudnn() else copy.deepcopy(network), info, torch.float16
            )
        else:
            prepared = PoseNetwork(network, info)
        self._runner = TorchRunner(prepared, device)

    @property
    def device_name(self) -> str:
        return self._runner.gpu_name or self.cpu_name("PyTorch")

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        joints, *scores = self._runner(crops, outputs=len(Poses.__annotations__))
        return Poses(joints, *scores)

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return self._runner(crops)[-1]


class TorchRunner:
    """Runs a module on a device: arrays in, arrays out.

    Attributes:
        gpu_name: as shown to the user; "" on the CPU.
    """

    def __init__(self, network: nn.Module, device: str) -> None:
        """Args:
        network: takes ``(n, ...)`` images and returns one or more tensors of ``n`` rows each.
        device: "cuda", "mps" or "cpu".
        """
        self._device = torch.device(device)
        self._network = network.eval().to(self._device)
        convert_conv2d_weight_memory_format(self._network, torch.channels_last)
        self._graphs: dict[tuple[int, ...], _CudaGraph] = {}

    @property
    def gpu_name(self) -> str:
        if self._device.type == "cuda":
            return torch.cuda.get_device_name(self._device)
        return "Apple GPU" if self._device.type == "mps" else ""

    @torch.inference_mode()
    def __call__(self, images: NDArray[np.uint8], *, outputs: int | None = None) -> list[Floats]:
        """Run the network on a batch.

        Args:
            images: ``(n, ...)`` uint8.
            outputs: only the first so many are needed, and their shapes do not change; None for all.
        """
        batch = torch.from_numpy(images)
        if outputs is None or self._device.type != "cuda":
            parts = _parts(self._network(batch.to(self._device)))[:outputs]
            return [np.asarray(part.cpu().numpy(), np.float32) for part in parts]
        if images.shape not in self._graphs:
            self._graphs[images.shape] = _CudaGraph(self._network, batch.to(self._device), outputs)
        return self._graphs[images.shape](batch)


def _parts(output: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (output,) if isinstance(output, Tensor) else output


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
    """A network captured as a CUDA graph for one shape of its input on an NVIDIA GPU, and then replayed.

    Each of a small network's many kernels takes longer to launch than to run; a CUDA graph launches them together.
    """

    def __init__(self, network: nn.Module, images: Tensor, outputs: int) -> None:
        """``images``: on the GPU, of the shape to capture; ``outputs``: how many are kept."""
        self._images, self._graph = images, torch.cuda.CUDAGraph()
        with side_stream():
            for _ in range(WARM_UP_RUNS):
                network(images)
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            parts = _parts(network(images))[:outputs]
            # Concatenated, for one transfer from the GPU instead of several.
            self._output = torch.cat([part.flatten(1) if part.dim() > 1 else part[:, None] for part in parts], dim=1)
        self._shapes = [part.shape for part in parts]

    def __call__(self, images: Tensor) -> list[Floats]:
        self._images.copy_(images)
        self._graph.replay()
        ends = np.cumsum([shape[1:].numel() for shape in self._shapes])
        parts = np.split(self._output.cpu().numpy(), ends[:-1], axis=1)
        return [part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)]

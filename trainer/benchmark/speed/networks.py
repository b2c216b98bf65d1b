"""Measure the networks alone, from a batch of crops to joints, on every available engine and device."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.pose_network import PoseNetwork
from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, default_weights, load_weights

from .samples import Samples

BATCHES = (1, 2, 4)
WARM_UP, RUNS = 10, 100
Run = Callable[[NDArray[np.uint8]], object]


def measure_networks() -> list[Samples]:
    """Measure each engine and network, one stage per batch size, interleaved.

    The article's network has random weights, which do not affect its cost. On a GPU, the estimator is measured
    from crops to joints in host memory, and the network alone.
    """
    shipped = load_estimator(default_weights(), "cpu")
    side_px = shipped.info.crop_px
    runs = dict(_runs(shipped))
    samples = {name: Samples(name) for name in runs}
    rng = np.random.default_rng(0)
    for batch in BATCHES:
        crops = rng.integers(0, 256, (batch, side_px, side_px, 3), np.uint8)
        for turn in range(WARM_UP + RUNS):
            for name, run in runs.items():
                with samples[name].measure(_stage(batch)):
                    run(crops)
                if turn < WARM_UP:
                    samples[name].ms[_stage(batch)].pop()
    return list(samples.values())


def as_text(samples: list[Samples]) -> str:
    """Format a table: one engine and network per line, milliseconds p50/p95 by batch size."""
    lines = ["network and decoding alone: ms p50/p95 by number of crops at once"]
    lines.append(" " * 36 + "".join(f"{_stage(batch):>12}" for batch in BATCHES))
    for each in samples:
        stages = map(_stage, BATCHES)
        cells = "".join(f"{each.percentile(stage, 50):>7.2f}/{each.percentile(stage, 95):.2f}" for stage in stages)
        lines.append(f"{each.name:<36}{cells}")
    return "\n".join(lines)


def _stage(batch: int) -> str:
    return f"{batch} crop{'s' if batch > 1 else ''}"


def _runs(shipped: PoseEstimator) -> Iterator[tuple[str, Run]]:
    yield f"shipped, {shipped.device_name}", shipped
    for name, load in (("shipped", _shipped), ("article's UNet", lambda: _article(shipped.info))):
        yield f"{name}, CPU (PyTorch)", TorchEstimator(*load(), "cpu")
        if torch.cuda.is_available():
            estimator = TorchEstimator(*load(), "cuda")
            yield f"{name}, {estimator.device_name}", estimator
            yield f"{name}, without CUDA graphs", _without_graphs(*load())
            yield f"{name}, network alone", _network_alone(load()[0], shipped.info.crop_px)


def _shipped() -> tuple[nn.Module, WeightsInfo]:
    return load_weights(default_weights())


def _article(info: WeightsInfo) -> tuple[nn.Module, WeightsInfo]:
    return NETWORKS["article"]().eval(), info


def _without_graphs(network: nn.Module, info: WeightsInfo) -> Run:
    """Do what the engine does, but launch each kernel separately."""
    module = PoseNetwork(network, info, torch.float16).eval().cuda()
    convert_conv2d_weight_memory_format(module, torch.channels_last)

    @torch.inference_mode()
    def run(crops: NDArray[np.uint8]) -> None:
        for output in module(torch.from_numpy(crops).cuda()):
            output.cpu()

    return run


def _network_alone(network: nn.Module, side_px: int) -> Run:
    """Run the network without preprocessing and decoding, on crops in GPU memory."""
    network = convert_conv2d_weight_memory_format(network.half().cuda(), torch.channels_last)
    prepared = {batch: torch.rand(batch, 3, side_px, side_px, device="cuda", dtype=torch.float16) for batch in BATCHES}

    @torch.inference_mode()
    def run(crops: NDArray[np.uint8]) -> None:
        network(prepared[len(crops)])
        torch.cuda.synchronize()

    return run

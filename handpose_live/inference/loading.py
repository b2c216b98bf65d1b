"""Selection of the engine and the device for a weights file."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from handpose_live.inference.device import find_devices, pick_device, reason
from handpose_live.inference.engine import Engine
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.weights import load_weights
from handpose_live.types.errors import HandPoseError

WARM_UP_BATCHES = (1, 2)  # sizes, in hands

AnyEngine = TypeVar("AnyEngine", bound=Engine)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engines(Generic[AnyEngine]):
    """The engines that can run one kind of network; each takes long to import, and only the one in use is.

    Attributes:
        onnx: opens an exported network and the weights file that it belongs to.
        torch: loads a weights file onto a device.
        warm_up: runs the network on images like those to come.
    """

    onnx: Callable[[Path, Path], AnyEngine]
    torch: Callable[[Path, str], AnyEngine]
    warm_up: Callable[[AnyEngine], object]


def load_estimator(path: Path, device: str | None = None) -> PoseEstimator:
    """Load the weights file of a network that finds joints; see :func:`load_engine`."""
    return load_engine(path, device, Engines(_onnx_estimator, _torch_estimator, _warm_up_estimator))


def load_engine(path: Path, device: str | None, engines: Engines[AnyEngine]) -> AnyEngine:
    """Load a weights file with the fastest engine for the device.

    A CPU runs ONNX Runtime on the ``.onnx`` file exported beside the weights file, or else PyTorch; GPUs run PyTorch.
    If a GPU fails on its first images, the CPU is used instead, unless the device was requested.

    Args:
        path: of the ``.safetensors`` file, or of the ``.onnx`` file beside it.
        device: "cuda", "mps" or "cpu"; None takes the first of them that works.
        engines: for this kind of network.

    Raises:
        HandPoseError: the device is not available or fails, or a file is missing, damaged or incompatible.
    """
    path = path.with_suffix(".safetensors") if path.suffix == ".onnx" else path
    engine = _load(path, device, engines)
    logger.info("%s runs on %s", path.name, engine.device_name)
    return engine


def _load(path: Path, device: str | None, engines: Engines[AnyEngine]) -> AnyEngine:
    (best, *_), why_no_gpu = ([pick_device(device)], "") if device else find_devices()
    if best == "cpu":
        return _load_on_cpu(path, engines, why_no_gpu)
    try:
        engine = engines.torch(path, best)
        engines.warm_up(engine)  # only the first images show whether driver, memory and libraries work
    except HandPoseError:
        raise
    except Exception as error:  # drivers and libraries raise exceptions of no common type
        logger.warning("The network cannot run on %s", best, exc_info=True)
        if device:
            raise HandPoseError(
                f"The device '{device}' fails here ({reason(error)}): "
                "use --device cpu, or none for the best that works."
            ) from error
        return _load_on_cpu(path, engines, reason(error))
    return engine


def _load_on_cpu(path: Path, engines: Engines[AnyEngine], why_no_gpu: str) -> AnyEngine:
    engine = _load_onnx(path, engines) or engines.torch(path, "cpu")
    engine.why_no_gpu = why_no_gpu
    return engine


def _load_onnx(path: Path, engines: Engines[AnyEngine]) -> AnyEngine | None:
    exported = path.with_suffix(".onnx")
    if not (path.is_file() and exported.is_file()):
        return None
    try:
        return engines.onnx(exported, path)
    except ImportError:  # a system library is missing, on Windows that of Visual C++
        logger.warning("ONNX Runtime cannot be loaded", exc_info=True)
        return None


def _onnx_estimator(exported: Path, path: Path) -> PoseEstimator:
    from handpose_live.inference.onnx_engine import OnnxEstimator

    return OnnxEstimator(exported, weights=path)


def _torch_estimator(path: Path, device: str) -> PoseEstimator:
    from handpose_live.inference.torch_engine import TorchEstimator

    return TorchEstimator(*load_weights(path), device)


def _warm_up_estimator(estimator: PoseEstimator) -> None:
    side = estimator.info.crop_px
    for count in WARM_UP_BATCHES:
        estimator(np.zeros((count, side, side, 3), np.uint8))

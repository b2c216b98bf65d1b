"""Which engine runs a weights file, and on which device."""

import logging
from pathlib import Path

import numpy as np

from handpose_live.inference.device import find_devices, pick_device, reason
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.weights import load_weights
from handpose_live.types.errors import HandPoseError

USUAL_BATCHES = (1, 2)  # hands in view

logger = logging.getLogger(__name__)


def load_estimator(path: Path, device: str | None = None) -> PoseEstimator:
    """The estimator of a weights file, by the engine that is quickest on the device.

    A CPU runs the ONNX file that was exported with the weights file and lies beside it; without one,
    it runs PyTorch as the GPUs do. A GPU that fails at its first crops is left alone for the CPU, unless it was
    asked for.

    Args:
        path: of the ``.safetensors``, or of the ``.onnx`` beside it.
        device: "cuda", "mps" or "cpu"; None takes the first of them that is there and works.

    Raises:
        HandPoseError: the device is not there or fails, or a file is missing, damaged or does not fit.
    """
    exported = path.with_suffix(".onnx")
    path = path.with_suffix(".safetensors") if path == exported else path
    estimator = _load(path, exported, device)
    logger.info("%s runs on %s", path.name, estimator.device_name)
    return estimator


def _load(path: Path, exported: Path, device: str | None) -> PoseEstimator:
    (best, *_), why_no_gpu = ([pick_device(device)], "") if device else find_devices()
    if best == "cpu":
        return _on_cpu(path, exported, why_no_gpu)
    try:
        return _on_gpu(path, best)
    except HandPoseError:
        raise
    except Exception as error:  # drivers and libraries fail in many ways, with nothing else in common
        logger.warning("The network cannot run on %s", best, exc_info=True)
        if device:
            raise HandPoseError(
                f"The device '{device}' fails here ({reason(error)}): "
                "use --device cpu, or none for the best that works."
            ) from error
        return _on_cpu(path, exported, reason(error))


def _on_gpu(path: Path, device: str) -> PoseEstimator:
    """An estimator that has seen crops already: drivers, memory and libraries show only then whether they do."""
    from handpose_live.inference.torch_engine import TorchEstimator

    estimator = TorchEstimator(*load_weights(path), device)
    side = estimator.info.crop_px
    for count in USUAL_BATCHES:
        estimator(np.zeros((count, side, side, 3), np.uint8))
    return estimator


def _on_cpu(path: Path, exported: Path, why_no_gpu: str) -> PoseEstimator:
    estimator = _by_onnx(path, exported) or _by_torch(path)
    estimator.why_no_gpu = why_no_gpu
    return estimator


# Each engine takes a while to load; only the one that runs is.
def _by_onnx(path: Path, exported: Path) -> PoseEstimator | None:
    if not (path.is_file() and exported.is_file()):
        return None
    try:
        from handpose_live.inference.onnx_engine import OnnxEstimator
    except ImportError:  # it lacks a system library, on Windows that of Visual C++
        logger.warning("ONNX Runtime cannot be loaded", exc_info=True)
        return None
    return OnnxEstimator(exported, weights=path)


def _by_torch(path: Path) -> PoseEstimator:
    from handpose_live.inference.torch_engine import TorchEstimator

    return TorchEstimator(*load_weights(path), "cpu")

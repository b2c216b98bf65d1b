"""Selection of the engine and the device for a weights file."""

import logging
from pathlib import Path

import numpy as np

from handpose_live.inference.device import find_devices, pick_device, reason
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.pose.weights import load_weights
from handpose_live.types.errors import HandPoseError

WARM_UP_BATCHES = (1, 2)  # sizes, in hands

logger = logging.getLogger(__name__)


def load_estimator(path: Path, device: str | None = None) -> PoseEstimator:
    """Load a weights file with the fastest engine for the device.

    A CPU runs ONNX Runtime on the ``.onnx`` file exported beside the weights file, or else PyTorch; GPUs run PyTorch.
    If a GPU fails on its first crops, the CPU is used instead, unless the device was requested.

    Args:
        path: of the ``.safetensors`` file, or of the ``.onnx`` file beside it.
        device: "cuda", "mps" or "cpu"; None takes the first of them that works.

    Raises:
        HandPoseError: the device is not available or fails, or a file is missing, damaged or incompatible.
    """
    exported = path.with_suffix(".onnx")
    path = path.with_suffix(".safetensors") if path == exported else path
    estimator = _load(path, exported, device)
    logger.info("%s runs on %s", path.name, estimator.device_name)
    return estimator


def _load(path: Path, exported: Path, device: str | None) -> PoseEstimator:
    (best, *_), why_no_gpu = ([pick_device(device)], "") if device else find_devices()
    if best == "cpu":
        return _load_on_cpu(path, exported, why_no_gpu)
    try:
        return _load_on_gpu(path, best)
    except HandPoseError:
        raise
    except Exception as error:  # drivers and libraries raise exceptions of no common type
        logger.warning("The network cannot run on %s", best, exc_info=True)
        if device:
            raise HandPoseError(
                f"The device '{device}' fails here ({reason(error)}): "
                "use --device cpu, or none for the best that works."
            ) from error
        return _load_on_cpu(path, exported, reason(error))


def _load_on_gpu(path: Path, device: str) -> PoseEstimator:
    """Load and warm up an estimator: only the first crops show whether driver, memory and libraries work."""
    from handpose_live.inference.torch_engine import TorchEstimator

    estimator = TorchEstimator(*load_weights(path), device)
    side = estimator.info.crop_px
    for count in WARM_UP_BATCHES:
        estimator(np.zeros((count, side, side, 3), np.uint8))
    return estimator


def _load_on_cpu(path: Path, exported: Path, why_no_gpu: str) -> PoseEstimator:
    estimator = _load_onnx(path, exported) or _load_torch(path)
    estimator.why_no_gpu = why_no_gpu
    return estimator


# Each engine takes long to import; only the one in use is.
def _load_onnx(path: Path, exported: Path) -> PoseEstimator | None:
    if not (path.is_file() and exported.is_file()):
        return None
    try:
        from handpose_live.inference.onnx_engine import OnnxEstimator
    except ImportError:  # a system library is missing, on Windows that of Visual C++
        logger.warning("ONNX Runtime cannot be loaded", exc_info=True)
        return None
    return OnnxEstimator(exported, weights=path)


def _load_torch(path: Path) -> PoseEstimator:
    from handpose_live.inference.torch_engine import TorchEstimator

    return TorchEstimator(*load_weights(path), "cpu")

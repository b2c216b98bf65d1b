"""Crops in, joints out: what every engine gives, and which engine runs where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.pose.crop import Floats
from handpose_live.pose.device import pick_device
from handpose_live.pose.weights import WeightsInfo, load_weights


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


class PoseEstimator(Protocol):
    """A network on a device, with the preparation and the decoding that belong to it.

    Attributes:
        info: how crops must look for it.
    """

    info: WeightsInfo

    @property
    def device_name(self) -> str:
        """What a person calls the device that really is in use."""
        ...

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` RGB crops of hands that look like right ones."""
        ...

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        """What the joints are read from: ``(n, 21, h, w)``, not negative, of ``(n, crop_px, crop_px, 3)`` crops."""
        ...


def load_estimator(path: Path, device: str | None = None) -> PoseEstimator:
    """The estimator of a weights file, by the engine that is quickest on the device.

    A CPU runs the ONNX file that was exported with the weights file and lies beside it; without one,
    it runs PyTorch as the GPUs do.

    Args:
        path: of the ``.safetensors``, or of the ``.onnx`` beside it.
        device: "cuda", "mps" or "cpu"; None takes the first of them that is there.

    Raises:
        HandPoseError: the device is not there, or a file is missing, damaged or does not fit.
    """
    device = pick_device(device)
    exported = path.with_suffix(".onnx")
    path = path.with_suffix(".safetensors") if path == exported else path
    # Each engine takes a while to load; only the one that runs is.
    if device == "cpu" and path.is_file() and exported.is_file():
        from handpose_live.pose.onnx_engine import OnnxEstimator

        return OnnxEstimator(exported, weights=path)
    from handpose_live.pose.torch_engine import TorchEstimator

    return TorchEstimator(*load_weights(path), device)

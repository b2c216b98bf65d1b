"""The interface of every inference engine: crops in, joints out."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats


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
        why_no_gpu: what went wrong with the GPU, if it runs on the CPU for that reason; else "".
    """

    info: WeightsInfo
    why_no_gpu: str = ""

    @property
    def device_name(self) -> str:
        """What a person calls the device that really is in use."""
        ...

    def cpu_name(self, engine: str) -> str:
        """:attr:`device_name` of an engine on the CPU."""
        return f"CPU ({engine}; the GPU failed: {self.why_no_gpu})" if self.why_no_gpu else f"CPU ({engine})"

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        """Find the joints in ``(n, crop_px, crop_px, 3)`` RGB crops of hands that look like right ones."""
        ...

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        """What the joints are read from: ``(n, 21, h, w)``, not negative, of ``(n, crop_px, crop_px, 3)`` crops."""
        ...

"""The description of a detector's weights file."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from handpose_live.pose.weights import NetworkInfo, default_weights, load_network

if TYPE_CHECKING:
    from torch import nn

INPUT, OUTPUT = "images", "hands"  # of an exported network; see DetectorNetwork


@dataclass(frozen=True)
class DetectorInfo(NetworkInfo):
    """The description of a network that finds hands.

    Attributes:
        long_px, short_px: sides of the images that it was trained on, in either orientation.
    """

    schema: ClassVar[str] = "handpose-live-detector/1"
    networks: ClassVar[tuple[str, ...]] = ("detector",)

    long_px: int = 256
    short_px: int = 192

    def make_network(self) -> "nn.Module":
        from handpose_live.detection.network import HandDetector

        return HandDetector()

    def mismatch(self) -> str | None:
        if min(self.long_px, self.short_px) <= 0 or self.long_px % 32 or self.short_px % 32:
            return f"its images of {self.long_px}x{self.short_px} px do not have sides that are multiples of 32"
        return super().mismatch()


def default_detector_weights() -> Path:
    """Return the path of the included detector, which lies beside the included pose network."""
    return default_weights().with_name("detector.safetensors")


def load_detector(path: Path) -> tuple["nn.Module", DetectorInfo]:
    """Read a network that finds hands; see :func:`~handpose_live.pose.weights.load_network`.

    Raises:
        HandPoseError: the file is missing, is not a weights file of a detector, or is incompatible.
    """
    return load_network(path, DetectorInfo)

"""What a detector finds, and the interface of all detectors."""

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from numpy.typing import NDArray

from handpose_live.types.arrays import Image
from handpose_live.types.crop import Crop
from handpose_live.types.hand import Side


@dataclass(frozen=True)
class Detection:
    """One detected hand: what the first crop of it needs.

    Attributes:
        centre_x, centre_y: centre of the hand's joint box, in px of the image.
        size: longer side of the joint box in the hand's upright crop, in px of the image.
        angle: of that crop, in radians; see :class:`~handpose_live.types.crop.Crop`.
        side: which hand of its owner it is, seen on an unflipped image.
        side_score: confidence in ``side``, 0.5..1.
        score: confidence that it is a hand, 0..1.
    """

    centre_x: float
    centre_y: float
    size: float
    angle: float
    side: Side
    side_score: float
    score: float = 1.0

    @classmethod
    def around(cls, joints_px: NDArray[Any], side: Side, side_score: float, score: float = 1.0) -> Self:
        """Return the detection of a hand whose ``(21, 2)`` joints are known."""
        box = Crop.around(joints_px, margin=1)
        return cls(box.centre_x, box.centre_y, box.size, box.angle, side, side_score, score)

    @property
    def box(self) -> Crop:
        """The upright crop without a margin: the square around the joint box."""
        return Crop(self.centre_x, self.centre_y, self.size, self.angle)

    @property
    def right_log_odds(self) -> float:
        """Log-odds that it is a right hand."""
        return log_odds(self.side_score) * (1 if self.side == "right" else -1)


# How much time a detector that has the choice should take: little, as only one more hand than the known ones is sought;
# the usual, as a hand is missing; or as much as it needs, as there is only this image.
Effort = Literal["low", "usual", "full"]


class Detector(Protocol):
    """Finds hands in single images, independently of one another.

    A :class:`~handpose_live.HandTracker` calls it from one thread of its own.

    Attributes:
        is_fast: it takes less time than a frame of a camera, so that it can run between two frames, and often.
    """

    is_fast: bool

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:
        """Return the hands in an unflipped ``(height, width, 3)`` uint8 RGB image, in no particular order."""

    def close(self) -> None:
        """Release its resources; not called more than once, and followed by no other call."""


def log_odds(probability: float) -> float:
    """Return ``log(p / (1 - p))``, which adds up over independent evidence; finite also for 0 and 1."""
    probability = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(probability / (1 - probability))

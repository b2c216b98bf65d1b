"""Detection of hands in a single image."""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from handpose_live.tracking.model_store import load_model
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Side

# Lower than MediaPipe's 0.5: a missed hand costs more than a false one, which the pose network's own score rejects.
CONFIDENCE = 0.3


@dataclass(frozen=True, eq=False)
class Detection:
    """One detected hand.

    Attributes:
        joints: ``(21, 2)`` in px of the image, accurate enough for the first crop.
        side: which hand of its owner it is, seen on an unflipped image.
        side_score: confidence in ``side``, 0.5..1.
    """

    joints: Floats
    side: Side
    side_score: float

    @property
    def right_log_odds(self) -> float:
        """Log-odds that it is a right hand."""
        return log_odds(self.side_score) * (1 if self.side == "right" else -1)


class Detector(Protocol):
    """Finds hands in single images, independently of one another.

    A :class:`~handpose_live.HandTracker` calls it from one thread of its own.
    """

    def detect(self, image: Image) -> list[Detection]:
        """Return the hands in an unflipped ``(height, width, 3)`` uint8 RGB image, in no particular order."""

    def close(self) -> None:
        """Release its resources; not called more than once, and followed by no other call."""


class MediaPipeDetector:
    """MediaPipe's hand landmarker in image mode."""

    def __init__(self, *, max_hands: int) -> None:
        """Load the model and start MediaPipe.

        Args:
            max_hands: maximum number of hands to search for in an image.

        Raises:
            HandPoseError: the model cannot be downloaded, or a system library is missing.
        """
        model = load_model()
        try:
            self._landmarker = _landmarker(model, max_hands=max_hands)
        except OSError as error:
            raise HandPoseError(
                f"The hand detector cannot start ({error}): install the system libraries it needs, on Debian and "
                "Ubuntu with 'sudo apt-get install libegl1 libgles2', on Windows the Visual C++ redistributable."
            ) from error

    def detect(self, image: Image) -> list[Detection]:
        """Return the hands in an unflipped ``(height, width, 3)`` uint8 RGB image, in no particular order."""
        return detections(self._landmarker.detect(_media_pipe_image(image)), image)

    def close(self) -> None:
        """Stop MediaPipe and free its memory; without it, Python exits with a traceback from MediaPipe."""
        self._landmarker.close()


def detections(found: Any, image: Image) -> list[Detection]:
    """Convert MediaPipe's result for a ``(height, width, 3)`` image."""
    height, width = image.shape[:2]
    return [
        Detection(
            joints=np.array([(joint.x * width, joint.y * height) for joint in joints], dtype=np.float32),
            side="left" if sides[0].category_name == "Left" else "right",
            side_score=float(sides[0].score),
        )
        for joints, sides in zip(found.hand_landmarks, found.handedness, strict=True)
    ]


def log_odds(probability: float) -> float:
    """Return ``log(p / (1 - p))``, which adds up over independent evidence; finite also for 0 and 1."""
    probability = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(probability / (1 - probability))


@contextmanager
def _without_plotting() -> Iterator[None]:
    """Keep mediapipe from importing matplotlib, half of its import time, for helpers that are never called here."""
    absent = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _landmarker(model: bytes, *, max_hands: int) -> Any:
    # Importing mediapipe takes long, and --help and a batch without work do not need it.
    with _without_plotting():
        from mediapipe.tasks.python import BaseOptions, vision

    return vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model),  # a path with non-ASCII characters fails
            num_hands=max_hands,
            min_hand_detection_confidence=CONFIDENCE,
            min_hand_presence_confidence=CONFIDENCE,
        )
    )


def _media_pipe_image(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))

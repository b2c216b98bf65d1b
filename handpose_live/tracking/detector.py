"""Finding hands in a picture that nothing is known about yet."""

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

# Lower than MediaPipe's 0.5: a hand missed costs more than a false one, which the pose network's own score drops.
CONFIDENCE = 0.3


@dataclass(frozen=True, eq=False)
class Detection:
    """One hand found in a picture.

    Attributes:
        joints: ``(21, 2)``, good enough to cut the first crop by.
        side: the person's own hand, on the unflipped picture.
        side_score: confidence in ``side``, 0.5..1.
    """

    joints: Floats
    side: Side
    side_score: float

    @property
    def right_odds(self) -> float:
        """Log-odds that it is a right hand."""
        return log_odds(self.side_score) * (1 if self.side == "right" else -1)


class Detector(Protocol):
    """Finds hands in one picture, knowing nothing of those before it."""

    def detect(self, image: Image) -> list[Detection]:
        """The hands in an ``(h, w, 3)`` RGB picture, unflipped, in no particular order."""

    def close(self) -> None:
        """Give back what it holds; it detects nothing afterwards."""


class MediaPipeDetector:
    """MediaPipe's hand landmarker, one picture at a time."""

    def __init__(self, *, max_hands: int) -> None:
        """Start it.

        Args:
            max_hands: the most hands it looks for in one picture.

        Raises:
            HandPoseError: its model cannot be had, or a system library it needs is missing.
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
        """The hands in an ``(h, w, 3)`` RGB picture, unflipped, in no particular order."""
        return detections(self._landmarker.detect(_media_pipe_image(image)), image)

    def close(self) -> None:
        """Stop it and free its memory; left undone, Python ends with a traceback from MediaPipe."""
        self._landmarker.close()


def detections(found: Any, image: Image) -> list[Detection]:
    """What MediaPipe's result says of an ``(h, w, 3)`` picture."""
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
    """Evidence that adds up: 0 for one half, finite for certainty."""
    probability = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(probability / (1 - probability))


@contextmanager
def _without_plotting() -> Iterator[None]:
    """Spare mediapipe the loading of matplotlib, half of its time, for helpers that this program never calls."""
    absent = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _landmarker(model: bytes, *, max_hands: int) -> Any:
    # Importing mediapipe takes a while, which --help and files already annotated need not wait for.
    with _without_plotting():
        from mediapipe.tasks.python import BaseOptions, vision

    return vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model),  # a path could not hold every letter
            num_hands=max_hands,
            min_hand_detection_confidence=CONFIDENCE,
            min_hand_presence_confidence=CONFIDENCE,
        )
    )


def _media_pipe_image(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))

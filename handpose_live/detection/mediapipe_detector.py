"""MediaPipe's hand detector."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from handpose_live.detection.detection import Detection, Effort
from handpose_live.detection.mediapipe_model import load_model
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Side

# Lower than MediaPipe's 0.5: a missed hand costs more than a false one, which the pose network's own score rejects.
CONFIDENCE = 0.3


class MediaPipeHand(NamedTuple):
    """A hand that MediaPipe found.

    Attributes:
        joints: ``(21, 2)`` in px of the image.
        side: which hand of its owner it is, seen on an unflipped image.
        side_score: confidence in ``side``, 0.5..1.
    """

    joints: Floats
    side: Side
    side_score: float


class MediaPipeDetector:
    """MediaPipe's hand landmarker in image mode."""

    is_fast = False

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

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002 (there is no choice)
        """Return the hands in an unflipped ``(height, width, 3)`` uint8 RGB image, in no particular order."""
        hands = read_hands(self._landmarker.detect(_media_pipe_image(image)), image)
        return [Detection.around(hand.joints, hand.side, hand.side_score) for hand in hands]

    def close(self) -> None:
        """Stop MediaPipe and free its memory; without it, Python exits with a traceback from MediaPipe."""
        self._landmarker.close()


def read_hands(result: Any, image: Image) -> list[MediaPipeHand]:
    """Convert MediaPipe's result for a ``(height, width, 3)`` image."""
    height, width = image.shape[:2]
    return [
        MediaPipeHand(
            joints=np.array([(joint.x * width, joint.y * height) for joint in joints], dtype=np.float32),
            side="left" if sides[0].category_name == "Left" else "right",
            side_score=float(sides[0].score),
        )
        for joints, sides in zip(result.hand_landmarks, result.handedness, strict=True)
    ]


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

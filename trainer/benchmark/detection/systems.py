"""What finds hands in still images: detectors alone, and the whole program with each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from handpose_live.tracking.detector import Detection, Detector, MediaPipeDetector, detections
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.tracking.model_store import load_model
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Side

from ...data.boxes import hand_square

MAX_HANDS = 8  # more than any frame has


@dataclass(frozen=True, eq=False)
class Found:
    """A hand that was found.

    Attributes:
        square: ``(4,)`` upright square of its crop's centre and size, px.
        side: which hand of its owner it is.
    """

    square: Floats
    side: Side


class System(Protocol):
    """Finds the hands in single images."""

    def __call__(self, image: Image) -> list[Found]:
        """Return the hands in a ``(h, w, 3)`` uint8 RGB image."""
        ...

    def close(self) -> None:
        """Release its resources."""
        ...


class DetectorAlone(System):
    """A detector without the pose network's word on what it found."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def __call__(self, image: Image) -> list[Found]:
        return [Found(hand_square(found.joints), found.side) for found in self._detector.detect(image)]

    def close(self) -> None:
        self._detector.close()


class WholeProgram(System):
    """The program on a still, as ``python main.py IMAGE`` runs it."""

    def __init__(self, detector: Detector) -> None:
        self._tracker = HandTracker(max_hands=MAX_HANDS, detector=detector, device="cpu")

    def __call__(self, image: Image) -> list[Found]:
        # A time that does not advance makes each image unrelated to the one before.
        return [Found(hand_square(hand.joints), hand.side) for hand in self._tracker(image)]

    def close(self) -> None:
        self._tracker.close()


class MediaPipeDefault(Detector):
    """MediaPipe's hand landmarker in image mode with its own thresholds."""

    def __init__(self) -> None:
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=load_model()), num_hands=MAX_HANDS
        )
        self._landmarker = vision.HandLandmarker.create_from_options(options)

    def detect(self, image: Image) -> list[Detection]:
        image = np.ascontiguousarray(image)
        media_pipe_image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        return detections(self._landmarker.detect(media_pipe_image), image)

    def close(self) -> None:
        self._landmarker.close()


SYSTEMS: dict[str, Callable[[], System]] = {
    "MediaPipe": lambda: DetectorAlone(MediaPipeDefault()),
    "MediaPipe 0.3": lambda: DetectorAlone(MediaPipeDetector(max_hands=MAX_HANDS)),
    "program, MediaPipe": lambda: WholeProgram(MediaPipeDetector(max_hands=MAX_HANDS)),
}

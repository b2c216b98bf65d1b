"""What finds hands in still images: detectors alone, and the whole program with each of them."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from handpose_live.detection.detection import Detection, Detector, Effort
from handpose_live.detection.engines import load_detector_engine
from handpose_live.detection.heatmap_detector import HeatmapDetector
from handpose_live.detection.mediapipe_detector import MediaPipeDetector, read_hands
from handpose_live.detection.mediapipe_model import load_model
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Side

from ...data.boxes import hand_square, square

MAX_HANDS = 8  # as many as the program can be asked for


@dataclass(frozen=True, eq=False)
class Found:
    """A hand that was found.

    Attributes:
        square: ``(4,)`` upright square of its crop's centre and size, in px of the image.
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
        return [
            Found(square(found.centre_x, found.centre_y, found.size), found.side)
            for found in self._detector.detect(image, "full")
        ]

    def close(self) -> None:
        self._detector.close()


class WholeProgram(System):
    """The program on a still, as ``python main.py IMAGE --max-hands 8`` runs it."""

    def __init__(self, detector: Detector) -> None:
        self._tracker = HandTracker(max_hands=MAX_HANDS, detector=detector, device="cpu")

    def __call__(self, image: Image) -> list[Found]:
        # A time that does not advance makes each image unrelated to the one before.
        return [Found(hand_square(hand.joints), hand.side) for hand in self._tracker(image)]

    def close(self) -> None:
        self._tracker.close()


class MediaPipeDefault(Detector):
    """MediaPipe's hand landmarker in image mode with its own thresholds, 0.5."""

    is_fast = False

    def __init__(self) -> None:
        # Importing mediapipe takes long, and the included detector does not need it.
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        self._to_image = partial(mediapipe.Image, image_format=mediapipe.ImageFormat.SRGB)
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=load_model()), num_hands=MAX_HANDS
        )
        self._landmarker = vision.HandLandmarker.create_from_options(options)

    def detect(self, image: Image, effort: Effort = "full") -> list[Detection]:  # noqa: ARG002 (it has no choice)
        result = self._landmarker.detect(self._to_image(data=np.ascontiguousarray(image)))
        return [Detection.around(hand.joints, hand.side, hand.side_score) for hand in read_hands(result, image)]

    def close(self) -> None:
        self._landmarker.close()


def open_system(name: str, detector_weights: Path) -> System:
    """Start one of :data:`~trainer.benchmark.detection.command.SYSTEMS`.

    Args:
        name: of the system.
        detector_weights: of our detector.

    Raises:
        HandPoseError: a model or a weights file is missing.
    """
    if name == "mediapipe-default":
        return DetectorAlone(MediaPipeDefault())
    *program, detector_name = name.split("-")
    detector: Detector
    if detector_name == "mediapipe":
        detector = MediaPipeDetector(max_hands=MAX_HANDS)
    else:
        detector = HeatmapDetector(load_detector_engine(detector_weights, "cpu"))
    return WholeProgram(detector) if program else DetectorAlone(detector)

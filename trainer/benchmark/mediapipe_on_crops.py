"""MediaPipe's hand landmarker on crops of hands."""

from collections.abc import Sequence

import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from handpose_live.detection.mediapipe_detector import read_hands
from handpose_live.detection.mediapipe_model import load_model
from handpose_live.types.arrays import Floats

CROP_PX = 256  # it sees more of a crop than our network
CONFIDENCE = 0.1  # low: that there is a hand in the crop is known


class MediaPipeOnCrops:
    """Finds the hand in the middle of crops. MediaPipe looks for a palm first, and then crops anew by itself."""

    def __init__(self) -> None:
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=load_model()),
            num_hands=2,  # another one may be seen in part
            min_hand_detection_confidence=CONFIDENCE,
            min_hand_presence_confidence=CONFIDENCE,
        )
        self._landmarker = vision.HandLandmarker.create_from_options(options)

    def __call__(self, crops: NDArray[np.uint8]) -> Sequence[Floats | None]:
        """``(21, 2)`` in crop px for each of ``(n, s, s, 3)`` crops; None where no hand is found."""
        return [self._find(crop) for crop in crops]

    def close(self) -> None:
        """Stop MediaPipe; without this, Python exits with a traceback from it."""
        self._landmarker.close()

    def _find(self, crop: NDArray[np.uint8]) -> Floats | None:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(crop))
        hands = read_hands(self._landmarker.detect(image), crop)
        middle = np.array(crop.shape[:2]) / 2
        return min(
            (hand.joints for hand in hands),
            key=lambda joints: float(np.linalg.norm(joints.min(axis=0) + joints.max(axis=0) - 2 * middle)),
            default=None,
        )

"""MediaPipe's hand landmarker on crops of hands."""

from collections.abc import Sequence
from typing import NamedTuple

import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from handpose_live.detection.mediapipe_detector import read_hands
from handpose_live.detection.mediapipe_model import load_model
from handpose_live.types.arrays import Floats

CROP_PX = 256  # it sees more of a crop than our network
CONFIDENCE = 0.1  # low: that there is a hand in the crop is known


class HandOnCrop(NamedTuple):
    """A hand in a crop.

    Attributes:
        joints: ``(21, 2)`` in crop px.
        joints_m: ``(21, 3)`` in metres, x right, y down, z away from the camera; where the hand is, is not known.
    """

    joints: Floats
    joints_m: Floats


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
        return [found and found.joints for found in map(self.find, crops)]

    def find(self, crop: NDArray[np.uint8]) -> HandOnCrop | None:
        """The hand next to the middle of a crop, if there is any."""
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(crop))
        result = self._landmarker.detect(image)
        hands = [
            HandOnCrop(hand.joints, np.array([(joint.x, joint.y, joint.z) for joint in world], np.float32))
            for hand, world in zip(read_hands(result, crop), result.hand_world_landmarks, strict=True)
        ]
        middle = np.array(crop.shape[:2])

        def distance(hand: HandOnCrop) -> float:
            return float(np.linalg.norm(hand.joints.min(axis=0) + hand.joints.max(axis=0) - middle))

        return min(hands, key=distance, default=None)

    def close(self) -> None:
        """Stop MediaPipe; without this, Python exits with a traceback from it."""
        self._landmarker.close()

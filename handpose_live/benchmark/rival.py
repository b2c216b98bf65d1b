"""MediaPipe's own hand tracker, as its users run it on video."""

import mediapipe
from mediapipe.tasks.python import BaseOptions, vision

from handpose_live.capture.frame import Frame
from handpose_live.tracking.detector import Detection, detections, without_chatter
from handpose_live.tracking.model_store import load_model


class MediaPipeTracker:
    """HandLandmarker in VIDEO mode, with its own defaults."""

    def __init__(self, *, max_hands: int) -> None:
        """``max_hands``: the most hands it follows."""
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=load_model()),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=max_hands,
        )
        with without_chatter():
            self._landmarker = vision.HandLandmarker.create_from_options(options)

    def __call__(self, frame: Frame) -> list[Detection]:
        """The hands in the next frame."""
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.image)
        return detections(self._landmarker.detect_for_video(image, round(1000 * frame.time_s)), frame.image)

    def close(self) -> None:
        """Stop it; left undone, Python ends with a traceback from MediaPipe."""
        self._landmarker.close()

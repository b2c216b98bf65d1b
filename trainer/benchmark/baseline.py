"""MediaPipe's hand tracker in its video mode.

``python -m trainer.benchmark.baseline CLIP MAX_HANDS`` prints its hands, one JSON object per frame and line.
"""

import json
import sys
from contextlib import closing

import mediapipe
from mediapipe.tasks.python import BaseOptions, vision

from handpose_live.detection.mediapipe_detector import MediaPipeHand, read_hands
from handpose_live.detection.mediapipe_model import load_model
from handpose_live.media.opening import open_source
from handpose_live.system.console import redirect_native_output
from handpose_live.types.frame import Frame


class MediaPipeTracker:
    """MediaPipe's HandLandmarker in VIDEO mode with its default thresholds."""

    def __init__(self, *, max_hands: int) -> None:
        """Start the tracker for at most ``max_hands`` hands."""
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=load_model()),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=max_hands,
        )
        self._landmarker = vision.HandLandmarker.create_from_options(options)

    def __call__(self, frame: Frame) -> list[MediaPipeHand]:
        """Return the hands in the next frame."""
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.image)
        return read_hands(self._landmarker.detect_for_video(image, round(1000 * frame.time_s)), frame.image)

    def close(self) -> None:
        """Stop MediaPipe; without this, Python exits with a traceback from it."""
        self._landmarker.close()


def _print_hands(clip: str, max_hands: str) -> None:
    """Print the hands as in a landmark file, all with track id 0, as MediaPipe gives none."""
    with open_source(clip) as source, closing(MediaPipeTracker(max_hands=int(max_hands))) as tracker:
        for frame in source:
            hands = [{"track": 0, "side": hand.side, "joints": hand.joints.tolist()} for hand in tracker(frame)]
            print(json.dumps({"frame": frame.index, "hands": hands}))


if __name__ == "__main__":
    with redirect_native_output():
        _print_hands(*sys.argv[1:])

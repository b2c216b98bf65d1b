"""Selection of a detector by its name."""

from collections.abc import Callable

from handpose_live.detection.detection import Detector
from handpose_live.detection.names import DEFAULT_DETECTOR, DETECTORS, DetectorName
from handpose_live.detection.weights import default_detector_weights
from handpose_live.pose.weights import fingerprint
from handpose_live.types.errors import HandPoseError


def detector_fingerprint(name: DetectorName | None) -> str:
    """Return what identifies a detector: its name, and for the included one that of its weights file."""
    name = name or DEFAULT_DETECTOR
    return f"{name} {fingerprint(default_detector_weights())}" if name == "included" else name


def fetch_detector(name: DetectorName | None, progress: Callable[[int, int], object]) -> None:
    """Download what a detector needs and lacks; ``progress`` is called with the bytes received and the total.

    Raises:
        HandPoseError: it cannot be downloaded.
    """
    if (name or DEFAULT_DETECTOR) == "mediapipe":
        from handpose_live.detection.mediapipe_model import load_model

        load_model(progress=progress)


def open_detector(name: DetectorName | None = None, *, max_hands: int, device: str | None = None) -> Detector:
    """Load a detector.

    Args:
        name: "included" for the one that comes with the program, "mediapipe" for MediaPipe's, whose model (8 MB) is
            downloaded once; None for the default.
        max_hands: maximum number of hands to search for; the included one finds all.
        device: "cuda", "mps" or "cpu"; None takes the best available. MediaPipe's always runs on the CPU.

    Raises:
        HandPoseError: there is no such detector, or it cannot be loaded.
    """
    # Either loads libraries that the other does not need.
    match name or DEFAULT_DETECTOR:
        case "included":
            from handpose_live.detection.engines import load_detector_engine
            from handpose_live.detection.heatmap_detector import HeatmapDetector

            return HeatmapDetector(load_detector_engine(default_detector_weights(), device))
        case "mediapipe":
            from handpose_live.detection.mediapipe_detector import MediaPipeDetector

            return MediaPipeDetector(max_hands=max_hands)
        case _:
            raise HandPoseError(f"There is no detector '{name}'; use one of: {', '.join(DETECTORS)}.")

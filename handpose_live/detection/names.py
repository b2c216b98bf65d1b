"""The names of the detectors; the command line imports them, so nothing that takes long to load."""

from typing import Literal, get_args

DetectorName = Literal["included", "mediapipe"]

DETECTORS: tuple[DetectorName, ...] = get_args(DetectorName)
DEFAULT_DETECTOR: DetectorName = "mediapipe"

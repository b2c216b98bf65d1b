"""Frames in, hands out: detector, pose network, tracks, smoothing and gestures behind one call."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

import numpy as np

from handpose_live.detection.detection import Detector
from handpose_live.detection.names import DetectorName
from handpose_live.detection.opening import open_detector
from handpose_live.gestures.classifier import GestureClassifier
from handpose_live.gestures.rules import Rule, default_rules, load_rules
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.lifting import HAND_LENGTH
from handpose_live.pose.weights import default_weights
from handpose_live.tracking.config import HAND_LENGTHS
from handpose_live.tracking.detector_runner import BackgroundDetectorRunner, DetectorRunner, InlineDetectorRunner
from handpose_live.tracking.observation import Observation
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH, LiveSmoother
from handpose_live.tracking.stage_times import StageTimes
from handpose_live.tracking.track_manager import TrackManager
from handpose_live.tracking.two_sided import TwoSidedSmoother
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


class TrackerOptions(TypedDict, total=False):
    """The keywords of :class:`HandTracker`, for functions that pass them on."""

    max_hands: int
    device: str | None
    weights: str | Path | None
    detector: Detector | DetectorName | None
    thorough: bool
    smoothing: float
    min_score: float
    hand_length_mm: float | None
    gestures: str | Path | Sequence[Rule] | None
    estimator: PoseEstimator | None
    background_detection: bool


class HandTracker:
    """Finds and tracks hands in the frames of one source.

    The pose network follows the known hands from frame to frame; a detector runs now and then for new and lost ones.
    Use one tracker per source, and call it with its frames in order. Not thread-safe.

    Attributes:
        estimator: runs the pose network.
        times: seconds spent in each stage.
        min_score: hands with a lower score are tracked but not returned; may be changed between frames.

    Example:
        >>> import numpy as np
        >>> import handpose_live as hp
        >>> rgb = np.zeros((480, 640, 3), np.uint8)
        >>> with hp.HandTracker(max_hands=2, device="cpu") as tracker:
        ...     hands = tracker(rgb, time_s=0.0)
        >>> hands
        []
    """

    def __init__(
        self,
        *,
        max_hands: int = 2,
        device: str | None = None,
        weights: str | Path | None = None,
        detector: Detector | DetectorName | None = None,
        thorough: bool = False,
        smoothing: float = DEFAULT_STRENGTH,
        min_score: float = 0.0,
        hand_length_mm: float | None = None,
        gestures: str | Path | Sequence[Rule] | None = None,
        estimator: PoseEstimator | None = None,
        background_detection: bool = False,
    ) -> None:
        """Load what is not given: the network, the detector and the gesture rules.

        Args:
            max_hands: return at most this many hands, 1 or more.
            device: run the network on "cuda", "mps" or "cpu"; None picks the best available.
            weights: ``.safetensors`` file of another network; None loads the one that is included.
            detector: finds new hands: "included" for the one that comes with the program, "mediapipe" for MediaPipe's,
                whose model (8 MB) is downloaded once, None for the default, or one of your own, which is closed with
                the tracker.
            thorough: let the included detector look for small hands in all of the frame each time it runs, and not only
                in still images. Takes longer.
            smoothing: strength of the jitter filter, 0 (off) to 1.
            min_score: return only hands with at least this score, 0..1.
            hand_length_mm: of the person, from wrist crease to the tip of the middle finger, in mm, 50 to 350; with it
                joints in three dimensions are in mm, with None in palm sizes.
            gestures: a TOML table of gesture rules, which extends the included one, or a sequence of rules; None
                takes the included rules.
            estimator: an already loaded network, which trackers can share; replaces ``device`` and ``weights``.
            background_detection: run a slow detector, such as MediaPipe's, on its own thread so that no frame waits for
                it, as a live source needs it; results then depend on timing. False, or a fast detector, runs it in
                line: the same frames give the same hands.

        Raises:
            ValueError: ``max_hands``, ``smoothing``, ``min_score`` or ``hand_length_mm`` is out of range.
            HandPoseError: the device is not available, a file is missing or invalid, or the detector cannot start.
        """
        if max_hands < 1:
            raise ValueError(f"max_hands must be 1 or more, not {max_hands}.")
        if not 0 <= min_score <= 1:
            raise ValueError(f"min_score must be between 0 and 1, not {min_score}.")
        _check_smoothing(smoothing)
        _check_hand_length(hand_length_mm)
        self.min_score = min_score
        self.times = StageTimes()
        self._gestures = GestureClassifier(_rules(gestures))
        self.estimator = estimator or load_estimator(Path(weights) if weights else default_weights(), device)
        self._tracks = TrackManager(self.estimator, max_hands=max_hands, times=self.times)
        self._smoothing = smoothing
        self._smooth, self._smooth_two_sided = LiveSmoother(), TwoSidedSmoother()
        self.hand_length_mm = hand_length_mm
        if detector is None or isinstance(detector, str):
            detector = open_detector(detector, max_hands=max_hands, device=device)
        in_background = background_detection and not detector.is_fast
        runner = BackgroundDetectorRunner if in_background else InlineDetectorRunner
        self._detect: DetectorRunner = runner(detector, thorough=thorough)
        self._index = 0
        self._time_s = -math.inf
        self._closed = False

    def __call__(self, rgb: Image, time_s: float = 0.0) -> list[Hand]:
        """Find the hands in the next image.

        A time that does not advance means that the image is unrelated to the one before: tracks, smoothing and
        gestures start afresh and the detector runs. So still images need no times, and frames of a video do.

        Args:
            rgb: ``(height, width, 3)`` uint8, RGB, not flipped.
            time_s: time of the image in seconds.

        Returns:
            The hands, first seen first; joints in px of ``rgb``.

        Raises:
            ValueError: ``rgb`` is not such an array, ``time_s`` is not finite, or the tracker is closed.
        """
        if self._closed:
            raise ValueError("This HandTracker is closed; create another one.")
        if not math.isfinite(time_s):
            raise ValueError(f"time_s must be a finite number of seconds, not {time_s}.")
        frame = Frame(_checked(rgb), self._index, time_s, continues=time_s > self._time_s)
        self._index, self._time_s = self._index + 1, time_s
        return self.track(frame)

    def track(self, frame: Frame) -> list[Hand]:
        """Find the hands in the next frame of a source; :meth:`__call__` does it for a plain array.

        Args:
            frame: the next frame; one that does not continue the frame before starts afresh.

        Returns:
            The hands, first seen first; joints in frame px.
        """
        observations = self._observe(frame)
        with self.times.measure("smooth"):
            hands = self._smooth(observations, self._smoothing)
        return self._name_gestures(hands, frame)

    def track_ahead(self, frame: Frame) -> list[tuple[Frame, list[Hand]]]:
        """Find the hands in the next frame of a file, to smooth those of earlier frames without a lag.

        Do not mix it with :meth:`track`, and :meth:`flush` at the end: every frame is returned once.

        Args:
            frame: see :meth:`track`.

        Returns:
            The frames that need not wait for frames after them, in order, and their hands: mostly one, which is a few
            frames old, and all of them where one does not continue the frame before, or without smoothing.
        """
        return self._finish(self._smooth_two_sided(frame, self._observe(frame), self._smoothing))

    def flush(self) -> list[tuple[Frame, list[Hand]]]:
        """Return the frames that :meth:`track_ahead` has not returned yet, and their hands."""
        return self._finish(self._smooth_two_sided.flush(self._smoothing))

    def _observe(self, frame: Frame) -> list[Observation]:
        tracks = self._tracks
        tracks.update(frame)
        if tracks.needs_detection:
            with self.times.measure("detector"):
                detections = self._detect(frame, urgent=tracks.detection_is_urgent)
            tracks.associate(frame, detections)
        return tracks.observations(frame)

    def _finish(self, smoothed: Iterator[tuple[Frame, list[Hand]]]) -> list[tuple[Frame, list[Hand]]]:
        with self.times.measure("smooth"):
            frames = list(smoothed)
        return [(frame, self._name_gestures(hands, frame)) for frame, hands in frames]

    def _name_gestures(self, hands: list[Hand], frame: Frame) -> list[Hand]:
        """Leave out the hands with a low score, and recognise the gestures of the others."""
        with self.times.measure("gestures"):
            return self._gestures([hand for hand in hands if hand.score >= self.min_score], frame.time_s)

    @property
    def smoothing(self) -> float:
        """Strength of the jitter filter, 0 (off) to 1; may be changed between frames.

        Raises:
            ValueError: set to a value outside 0..1.
        """
        return self._smoothing

    @smoothing.setter
    def smoothing(self, strength: float) -> None:
        _check_smoothing(strength)
        self._smoothing = strength

    @property
    def hand_length_mm(self) -> float | None:
        """Length of the person's hand, which joints in three dimensions are scaled to; may be changed between frames.

        Raises:
            ValueError: set to a value outside 50..350.
        """
        return self._hand_length_mm

    @hand_length_mm.setter
    def hand_length_mm(self, length_mm: float | None) -> None:
        _check_hand_length(length_mm)
        self._hand_length_mm = length_mm
        self._tracks.palm_size = 1.0 if length_mm is None else length_mm / HAND_LENGTH

    def close(self) -> None:
        """Close the detector; closing twice does nothing."""
        self._closed = True
        self._detect.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _check_smoothing(strength: float) -> None:
    if not 0 <= strength <= 1:
        raise ValueError(f"smoothing must be between 0 and 1, not {strength}.")


def _check_hand_length(length_mm: float | None) -> None:
    low, high = HAND_LENGTHS
    if length_mm is not None and not low <= length_mm <= high:
        raise ValueError(f"hand_length_mm must be between {low} and {high} mm, not {length_mm}.")


def _rules(gestures: str | Path | Sequence[Rule] | None) -> Sequence[Rule]:
    if gestures is None:
        return default_rules()
    if not isinstance(gestures, str | Path):
        return gestures
    if not Path(gestures).is_file():
        raise HandPoseError(f"There is no table of gestures {gestures}; give the path of a TOML file.")
    return load_rules(Path(gestures))


def _checked(rgb: Image) -> Image:
    """The image, contiguous, if it is one."""
    if not isinstance(rgb, np.ndarray) or rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or not rgb.size:
        given = f"{rgb.dtype} of shape {rgb.shape}" if isinstance(rgb, np.ndarray) else type(rgb).__name__
        raise ValueError(f"The image must be a uint8 array of shape (height, width, 3) in RGB, not {given}.")
    return np.ascontiguousarray(rgb)

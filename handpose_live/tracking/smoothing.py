"""Smoothing of live hands with a One-Euro filter: little jitter at rest, little lag in motion."""

import math
from collections.abc import Sequence

import numpy as np

from handpose_live.tracking.observation import Observation
from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Hand

# The default strength leaves a cut-off as it is; strength 1 divides it by the range, strength 0 multiplies it.
DEFAULT_STRENGTH, CUTOFF_RANGE = 0.5, 4.0


def cutoff_factor(strength: float) -> float:
    """By what the strength of the smoothing, 0..1, multiplies a cut-off frequency."""
    return float(CUTOFF_RANGE ** (1 - strength / DEFAULT_STRENGTH))


class OneEuroFilter:
    """Casiez, Roussel and Vogel, "1€ filter" (CHI 2012), on all joints of a hand, each with its own speed.

    A low-pass filter whose cut-off rises with the speed. Here it rises with the square: ``fc = min_cutoff + beta *
    speed ** 2``, as the noise of a resting hand looks like a slow motion. Speeds are in hand sizes per second, so that
    it behaves alike for any image size and distance. ``python -m trainer steadiness`` measures the defaults.
    """

    def __init__(self, *, min_cutoff_hz: float = 1.0, beta: float = 3.0, speed_cutoff_hz: float = 3.0) -> None:
        self._min_cutoff_hz, self._beta = min_cutoff_hz, beta
        self._speed_cutoff_hz = np.array(speed_cutoff_hz, np.float32)
        self._time_s = -math.inf
        self._joints: Floats | None = None
        self._velocity: Floats | None = None

    def __call__(self, joints: Floats, *, size_px: float, time_s: float, strength: float = DEFAULT_STRENGTH) -> Floats:
        """Filter the joints of the next frame.

        Args:
            joints: ``(21, 3)`` frame px, unfiltered; the third is the depth, which may be NaN. It is filtered as x and
                y are: it has more noise, from which no speed could be told.
            size_px: size of the hand in the frame.
            time_s: time of the frame; one that does not advance resets the filter.
            strength: 0 (hardly any smoothing) to 1 (most smoothing, most lag); may differ from frame to frame.

        Returns:
            ``(21, 3)``.
        """
        step_s = time_s - self._time_s
        self._time_s = time_s
        if self._joints is None or self._velocity is None or step_s <= 0:
            self._joints, self._velocity = joints, np.zeros_like(joints)
            return joints
        velocity = (joints - self._joints) / step_s
        self._velocity = self._velocity + _gain(self._speed_cutoff_hz, step_s) * (velocity - self._velocity)
        speed = np.linalg.norm(self._velocity[:, :2], axis=1, keepdims=True) / size_px
        cutoff_hz = (self._min_cutoff_hz + self._beta * speed**2) * cutoff_factor(strength)
        self._joints = (self._joints + _gain(cutoff_hz, step_s) * (joints - self._joints)).astype(np.float32)
        return self._joints


class LiveSmoother:
    """Smooths the hands of each frame as it comes, with a filter for each track that is found without a gap."""

    def __init__(self) -> None:
        self._filters: dict[int, OneEuroFilter] = {}

    def __call__(self, observations: Sequence[Observation], strength: float) -> list[Hand]:
        """Return the hands of the next frame, smoothed.

        Args:
            observations: all of the frame.
            strength: 0 (off) to 1.
        """
        if not strength:
            self._filters = {}
            return [each.with_joints(each.joints) for each in observations]
        ids = [each.hand.track_id for each in observations]
        self._filters = {track_id: self._filters.get(track_id, OneEuroFilter()) for track_id in ids}
        return [each.with_joints(self._filter(each, strength)) for each in observations]

    def _filter(self, observation: Observation, strength: float) -> Floats:
        smooth = self._filters[observation.hand.track_id]
        return smooth(observation.joints, size_px=observation.size_px, time_s=observation.time_s, strength=strength)


def _gain(cutoff_hz: Floats, step_s: float) -> Floats:
    """Share of the new value that a first-order low-pass filter takes in one step, 0..1."""
    return np.asarray(1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s)), np.float32)

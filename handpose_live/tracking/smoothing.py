"""The One-Euro filter on the joints of one hand: little jitter at rest, little lag in motion."""

import math

import numpy as np

from handpose_live.types.arrays import Floats

# The default strength leaves the cut-off as it is; strength 1 divides it by the range, strength 0 multiplies it.
DEFAULT_STRENGTH, CUTOFF_RANGE = 0.5, 4.0


class OneEuroFilter:
    """Casiez, Roussel and Vogel, "1€ filter" (CHI 2012), on all joints of a hand, each with its own speed.

    A low-pass filter whose cut-off rises with the speed: ``fc = min_cutoff + beta * speed``. Speeds are in hand sizes
    per second, so that it behaves alike for any image size and distance.
    """

    def __init__(self, *, min_cutoff_hz: float = 2.0, beta: float = 4.0, speed_cutoff_hz: float = 3.0) -> None:
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
        cutoff_hz = (self._min_cutoff_hz + self._beta * speed) * CUTOFF_RANGE ** (1 - strength / DEFAULT_STRENGTH)
        self._joints = (self._joints + _gain(cutoff_hz, step_s) * (joints - self._joints)).astype(np.float32)
        return self._joints


def _gain(cutoff_hz: Floats, step_s: float) -> Floats:
    """Share of the new value that a first-order low-pass filter takes in one step, 0..1."""
    return np.asarray(1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s)), np.float32)

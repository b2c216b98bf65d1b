"""The One-Euro filter on the joints of one hand: no jitter at rest, no lag in motion."""

import math

import numpy as np

from handpose_live.types.arrays import Floats

# The usual strength leaves the filter as it is; the strongest divides its cut-off by this, the weakest multiplies it.
USUAL_STRENGTH, STRONGEST = 0.5, 4.0


class OneEuroFilter:
    """Casiez, Roussel and Vogel, "1€ filter" (CHI 2012), on all joints of a hand, each with its own speed.

    A low-pass whose cut-off rises with the speed: ``fc = min_cutoff + beta * speed``. Speeds are taken
    in hand sizes per second, so that it feels the same for any picture size and distance.
    """

    def __init__(self, *, min_cutoff_hz: float = 2.0, beta: float = 4.0, speed_cutoff_hz: float = 3.0) -> None:
        self._min_cutoff_hz, self._beta = min_cutoff_hz, beta
        self._speed_cutoff_hz = np.array(speed_cutoff_hz, np.float32)
        self._time_s = -math.inf
        self._joints: Floats | None = None
        self._velocity: Floats | None = None

    def __call__(
        self, joints_frame_px: Floats, *, size_px: float, time_s: float, strength: float = USUAL_STRENGTH
    ) -> Floats:
        """The smoothed joints.

        Args:
            joints_frame_px: ``(21, 2)`` as found.
            size_px: size of the hand in the frame.
            time_s: of the frame; the same or an earlier one than the last starts anew.
            strength: from 0 for hardly any to 1 for a hand that follows slowly; may differ from frame to frame.
        """
        step_s = time_s - self._time_s
        self._time_s = time_s
        if self._joints is None or self._velocity is None or step_s <= 0:
            self._joints, self._velocity = joints_frame_px, np.zeros_like(joints_frame_px)
            return joints_frame_px
        velocity = (joints_frame_px - self._joints) / step_s
        self._velocity = self._velocity + _weight(self._speed_cutoff_hz, step_s) * (velocity - self._velocity)
        speed = np.linalg.norm(self._velocity, axis=1, keepdims=True) / size_px
        cutoff_hz = (self._min_cutoff_hz + self._beta * speed) * STRONGEST ** (1 - strength / USUAL_STRENGTH)
        self._joints = (self._joints + _weight(cutoff_hz, step_s) * (joints_frame_px - self._joints)).astype(np.float32)
        return self._joints


def _weight(cutoff_hz: Floats, step_s: float) -> Floats:
    """How much of the new value a first-order low-pass takes in one step."""
    return np.asarray(1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s)), np.float32)

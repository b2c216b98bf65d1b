"""Smoothing of the hands of files, which looks a few frames ahead and so has no lag."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from handpose_live.tracking.observation import Observation
from handpose_live.tracking.smoothing import cutoff_factor
from handpose_live.types.arrays import Floats
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

LOOKAHEAD = 5  # frames before and after the smoothed one
MIN_CUTOFF_HZ, BETA = 1.5, 0.25  # of a hand at rest, and per hand size per second
RIDGE = 1e-6  # keeps the fit to one or two frames solvable


class TwoSidedSmoother:
    """Smooths the hands of each frame with those of the frames before and after it.

    A hand is smoothed over the frames in which its track is found without a gap, and not across a cut.
    """

    def __init__(self) -> None:
        self._before: deque[Sequence[Observation]] = deque(maxlen=LOOKAHEAD)
        self._waiting: deque[tuple[Frame, Sequence[Observation]]] = deque()

    def __call__(
        self, frame: Frame, observations: Sequence[Observation], strength: float
    ) -> Iterator[tuple[Frame, list[Hand]]]:
        """Add the next frame, and yield the frames that wait for no other one, in order, with their hands.

        Args:
            frame: one that does not continue the frame before ends the wait of all before it.
            observations: of the hands in it.
            strength: 0 (off, so that no frame waits) to 1.
        """
        if not frame.continues:
            yield from self.flush(strength)
        self._waiting.append((frame, observations))
        while len(self._waiting) > (LOOKAHEAD if strength else 0):
            yield self._smooth_next(strength)

    def flush(self, strength: float) -> Iterator[tuple[Frame, list[Hand]]]:
        """Yield the frames that are still waiting, and begin anew."""
        while self._waiting:
            yield self._smooth_next(strength)
        self._before.clear()

    def _smooth_next(self, strength: float) -> tuple[Frame, list[Hand]]:
        frame, observations = self._waiting.popleft()
        hands = [each.with_joints(self._smooth(each, strength)) for each in observations]
        self._before.append(observations)
        return frame, hands

    def _smooth(self, observation: Observation, strength: float) -> Floats:
        if not strength:
            return observation.joints
        track_id = observation.hand.track_id
        before = list(_without_a_gap(reversed(self._before), track_id))[::-1]
        after = _without_a_gap((observations for _, observations in self._waiting), track_id)
        window = [*before, observation, *after]
        return smooth_one(
            np.stack([each.joints for each in window]),
            np.array([each.time_s for each in window]) - observation.time_s,
            size_px=observation.size_px,
            strength=strength,
        )


def smooth_one(joints: Floats, offsets_s: NDArray[np.float64], *, size_px: float, strength: float) -> Floats:
    """Smooth the joints of one frame by those around it.

    Local quadratic regression with Gaussian weights (Cleveland, "Robust locally weighted regression", 1979): motions
    with a constant acceleration pass unchanged, without a lag. The faster a joint moves, the narrower are the weights.

    Args:
        joints: ``(n, 21, 3)`` of frames that follow one another; the third coordinate may be NaN.
        offsets_s: ``(n,)`` times of the frames after the one to smooth.
        size_px: size of the hand in that frame.
        strength: above 0 (hardly any smoothing) to 1 (most smoothing).

    Returns:
        ``(21, 3)`` float32.
    """
    path = np.linalg.norm(np.diff(joints[:, :, :2], axis=0), axis=2).sum(axis=0)
    speed = path / max(float(np.ptp(offsets_s)), 1e-6) / size_px
    radians_per_s = 2 * math.pi * (MIN_CUTOFF_HZ + BETA * speed) * cutoff_factor(strength)
    weights = np.exp(-0.5 * np.outer(radians_per_s, offsets_s) ** 2)
    powers = np.vander(10 * offsets_s, 3, increasing=True)  # of tenths of a second, to be of similar magnitude
    normal = np.einsum("jn,np,nq->jpq", weights, powers, powers) + RIDGE * np.diag((0, 1, 1))
    constant = np.linalg.solve(normal, np.broadcast_to(np.eye(3)[:, :1], (len(normal), 3, 1)))[:, :, 0]
    kernel = weights * (constant @ powers.T)
    return np.asarray(np.einsum("jn,njc->jc", kernel, joints), np.float32)


def _without_a_gap(frames: Iterable[Sequence[Observation]], track_id: int) -> Iterator[Observation]:
    """Yield the observations of a track, up to the first frame in which it was not found."""
    for observations in frames:
        found = next((each for each in observations if each.hand.track_id == track_id), None)
        if found is None:
            return
        yield found

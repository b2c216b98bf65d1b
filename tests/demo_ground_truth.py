"""Compare the program's landmark file of the demo with the ground truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handpose_live.media.demo import DEMO_VIDEO
from handpose_live.media.recording.landmarks import Record, read_landmarks
from handpose_live.types.arrays import Floats

FPS = 30
FULLY_VISIBLE = 0.999  # minimum fraction of a hand's joints in the image
MAX_MATCH_DISTANCE = 0.5  # largest mean distance from the true joints, in hand sizes


@dataclass(frozen=True, eq=False)
class Observation:
    """A hand that is completely in a frame, and the hand found there.

    Attributes:
        time_s: of the frame.
        hand: track id of the true hand.
        side: its true side.
        joints: ``(21, 2)`` its true joints, frame px.
        found: hand of a landmark file; None if none is near.
    """

    time_s: float
    hand: int
    side: str
    joints: Floats
    found: dict[str, Any] | None

    @property
    def size_px(self) -> float:
        """Return the longer side of the bounding box of the true joints, in px."""
        return float(np.ptp(self.joints, axis=0).max())

    @property
    def error(self) -> float:
        """Return the mean distance of the found joints from the true ones, in hand sizes."""
        assert self.found is not None
        return _mean_distance_px(self.found, self.joints) / self.size_px


def read_truth(*, mirrored: bool = False) -> tuple[Record, list[Record]]:
    """Read the header and the frames of the demo's ground truth, or mirror them."""
    header, frames = read_landmarks(DEMO_VIDEO.with_suffix(".jsonl"))
    if mirrored:
        for hand in (hand for frame in frames for hand in frame["hands"]):
            hand["side"] = "right" if hand["side"] == "left" else "left"
            hand["joints"] = [[header["width"] - x, y, inside] for x, y, inside in hand["joints"]]
    return header, frames


def observe(truth: Iterable[Record], found: Path) -> list[Observation]:
    """Match each fully visible hand of true frames with the landmark file of a run over the same frames."""
    _, records = read_landmarks(found)
    return [
        Observation(frame["time_s"], hand["track"], hand["side"], joints, _nearest(record["hands"], joints))
        for frame, record in zip(truth, records, strict=True)
        for hand in frame["hands"]
        if hand["score"] > FULLY_VISIBLE
        for joints in (joints_of(hand),)
    ]


def joints_of(hand: dict[str, Any]) -> Floats:
    """Return ``(21, 2)`` joints, px, of a hand in a landmark file."""
    return np.array(hand["joints"], np.float32)[:, :2]


def between(observations: Iterable[Observation], start_s: float, end_s: float) -> list[Observation]:
    """Select the observations of a time range."""
    return [one for one in observations if start_s <= one.time_s < end_s]


def recall(observations: list[Observation]) -> float:
    """Return the fraction of hands that were found."""
    assert observations
    return sum(one.found is not None for one in observations) / len(observations)


def errors(observations: Iterable[Observation]) -> Floats:
    """Return the error of each hand that was found, in hand sizes."""
    return np.array([one.error for one in observations if one.found is not None], np.float32)


def correct_side_fraction(observations: Iterable[Observation]) -> float:
    """Return the fraction of the found hands with the correct side."""
    return float(np.mean([one.found["side"] == one.side for one in observations if one.found is not None]))


def lag_ms(observations: list[Observation], hand: int) -> float:
    """Estimate the lag of a hand's joints: the time shift with the smallest residual to the true ones."""
    of_hand = [one for one in observations if one.hand == hand and one.found is not None]
    times_s = np.array([one.time_s for one in of_hand])
    true = np.stack([one.joints.ravel() for one in of_hand])
    found = np.stack([joints_of(one.found).ravel() for one in of_hand if one.found is not None])

    def residual(lag_s: float) -> float:
        inside = (times_s - lag_s >= times_s[0]) & (times_s - lag_s <= times_s[-1])
        earlier = np.stack([np.interp(times_s - lag_s, times_s, column) for column in true.T], axis=1)
        off = (found - earlier)[inside]
        return float(off.var(axis=0).mean())  # a constant offset is not lag

    return min(_candidate_lags_ms(), key=lambda lag: residual(lag / 1000))


def _candidate_lags_ms() -> Iterator[float]:
    yield from np.arange(-100.0, 301.0, 2.0).tolist()


def _nearest(hands: list[dict[str, Any]], joints: Floats) -> dict[str, Any] | None:
    size_px = float(np.ptp(joints, axis=0).max())
    near = [hand for hand in hands if _mean_distance_px(hand, joints) < MAX_MATCH_DISTANCE * size_px]
    return min(near, key=lambda hand: _mean_distance_px(hand, joints), default=None)


def _mean_distance_px(hand: dict[str, Any], joints: Floats) -> float:
    return float(np.linalg.norm(joints_of(hand) - joints, axis=1).mean())

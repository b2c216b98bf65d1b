"""What the program says of the demo, against what is true of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handpose_live.media.demo import DEMO_VIDEO
from handpose_live.media.recording.landmarks import Record, read_landmarks
from handpose_live.types.arrays import Floats

FPS = 30
WHOLLY = 0.999  # the share of a hand's joints in the picture
NEAR = 0.5  # a find whose mean joint error is under so many hand sizes is of that hand


@dataclass(frozen=True, eq=False)
class Observation:
    """A hand that is wholly in a frame, and what was found of it.

    Attributes:
        time_s: of the frame.
        hand: number of the true hand.
        side: its true side.
        joints: ``(21, 2)`` its true joints, frame px.
        found: as in a landmark file; None if there is nothing near it.
    """

    time_s: float
    hand: int
    side: str
    joints: Floats
    found: dict[str, Any] | None

    @property
    def size_px(self) -> float:
        """Longer side of the true joint box."""
        return float(np.ptp(self.joints, axis=0).max())

    @property
    def error(self) -> float:
        """Mean distance of the found joints from the true ones, in hand sizes."""
        assert self.found is not None
        return _off(self.found, self.joints) / self.size_px


def read_truth(*, mirrored: bool = False) -> tuple[Record, list[Record]]:
    """The demo's own landmark file, or what it would be for a mirrored film."""
    header, frames = read_landmarks(DEMO_VIDEO.with_suffix(".jsonl"))
    if mirrored:
        for hand in (hand for frame in frames for hand in frame["hands"]):
            hand["side"] = "right" if hand["side"] == "left" else "left"
            hand["joints"] = [[header["width"] - x, y, inside] for x, y, inside in hand["joints"]]
    return header, frames


def observe(truth: Iterable[Record], found: Path) -> list[Observation]:
    """Every hand of some true frames beside what the landmark file of a run over just these frames has of it."""
    _, records = read_landmarks(found)
    return [
        Observation(frame["time_s"], hand["track"], hand["side"], joints, _nearest(record["hands"], joints))
        for frame, record in zip(truth, records, strict=True)
        for hand in frame["hands"]
        if hand["score"] > WHOLLY
        for joints in (positions(hand),)
    ]


def positions(hand: dict[str, Any]) -> Floats:
    """``(21, 2)`` of a hand in a landmark file."""
    return np.array(hand["joints"], np.float32)[:, :2]


def between(observations: Iterable[Observation], start_s: float, end_s: float) -> list[Observation]:
    """Those of a stretch of the film."""
    return [one for one in observations if start_s <= one.time_s < end_s]


def found_share(observations: list[Observation]) -> float:
    """How many of the hands were found."""
    assert observations
    return sum(one.found is not None for one in observations) / len(observations)


def errors(observations: Iterable[Observation]) -> Floats:
    """Of the hands that were found, in hand sizes."""
    return np.array([one.error for one in observations if one.found is not None], np.float32)


def side_share(observations: Iterable[Observation]) -> float:
    """How many of the found hands have their side right."""
    return float(np.mean([one.found["side"] == one.side for one in observations if one.found is not None]))


def lag_ms(observations: list[Observation], hand: int) -> float:
    """How far behind the truth a hand's found joints are: the shift in time at which they fit it best."""
    of_hand = [one for one in observations if one.hand == hand and one.found is not None]
    times_s = np.array([one.time_s for one in of_hand])
    true = np.stack([one.joints.ravel() for one in of_hand])
    found = np.stack([positions(one.found).ravel() for one in of_hand if one.found is not None])

    def misfit(lag_s: float) -> float:
        inside = (times_s - lag_s >= times_s[0]) & (times_s - lag_s <= times_s[-1])
        earlier = np.stack([np.interp(times_s - lag_s, times_s, column) for column in true.T], axis=1)
        off = (found - earlier)[inside]
        return float(off.var(axis=0).mean())  # what is always off by the same is no lag

    return min(_lags_ms(), key=lambda lag: misfit(lag / 1000))


def _lags_ms() -> Iterator[float]:
    yield from np.arange(-100.0, 301.0, 2.0).tolist()


def _nearest(hands: list[dict[str, Any]], joints: Floats) -> dict[str, Any] | None:
    size_px = float(np.ptp(joints, axis=0).max())
    near = [hand for hand in hands if _off(hand, joints) < NEAR * size_px]
    return min(near, key=lambda hand: _off(hand, joints), default=None)


def _off(hand: dict[str, Any], joints: Floats) -> float:
    return float(np.linalg.norm(positions(hand) - joints, axis=1).mean())

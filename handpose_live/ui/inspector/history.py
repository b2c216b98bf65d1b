"""The measures and gestures of each hand over the last seconds."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from handpose_live.gestures.joint_angles import ANGLE_NAMES
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.hand import Hand, Side
from handpose_live.types.skeleton import FINGERS

SPAN_S = 10.0
# The joint angles by their titles, such as "Index PIP" and "Index abduction".
ANGLES = {
    " ".join([finger.capitalize(), joint if joint == "abduction" else joint.upper()]): f"{finger}_{joint}"
    for finger, joint in (name.split("_", 1) for name in ANGLE_NAMES)
    if finger != "palm"
}
# The values that can be plotted, with their units.
PLOTTED = {
    **{f"{finger.name.capitalize()} bend": "degrees" for finger in FINGERS},
    **{"Spread": "degrees", "Pinch": "palms", "Hand score": "%", "Gesture score": "%"},
    **dict.fromkeys(ANGLES, "degrees"),
}


@dataclass(frozen=True)
class HandSample:
    """One hand in one frame: the time, the values of :data:`PLOTTED` by name, and the gesture's name or ""."""

    time_s: float
    values: dict[str, float]
    gesture: str


class HandHistory:
    """The samples of the last ten seconds, by track."""

    def __init__(self) -> None:
        self._tracks: dict[int, deque[HandSample]] = {}
        self._sides: dict[int, Side] = {}
        self._second_hands: set[int] = set()
        self._now_s = 0.0

    def add(self, time_s: float, inspections: Sequence[Inspection]) -> None:
        """Add a frame.

        A time earlier than the last clears the history; the same time replaces the last sample.
        """
        if time_s < self._now_s:
            self.clear()
        self._now_s = time_s
        for one in inspections:
            samples = self._tracks.setdefault(one.hand.track_id, deque())
            if samples and samples[-1].time_s == time_s:
                samples.pop()
            samples.append(_sample(one))
        self._update_sides([one.hand for one in inspections])
        for track, samples in list(self._tracks.items()):
            while samples and samples[0].time_s < time_s - SPAN_S:
                samples.popleft()
            if not samples:
                del self._tracks[track]

    def clear(self) -> None:
        """Remove all samples."""
        self._tracks.clear()
        self._sides.clear()
        self._second_hands.clear()

    def side(self, track: int) -> Side:
        """The side of a hand in its newest frame."""
        return self._sides[track]

    def is_second(self, track: int) -> bool:
        """Whether another hand of the same side was in view when this one appeared."""
        return track in self._second_hands

    def title(self, track: int) -> str:
        """The hand's title: "Left hand", or "Second left hand" if there is another."""
        side = self._sides[track]
        return f"Second {side} hand" if track in self._second_hands else f"{side.capitalize()} hand"

    def _update_sides(self, hands: Sequence[Hand]) -> None:
        """Record the sides of a frame's hands, and which are second hands: a hand stays that until its side changes."""
        known = [hand for hand in hands if self._sides.get(hand.track_id) == hand.side]
        first = {hand.side for hand in known if hand.track_id not in self._second_hands}
        for hand in hands:
            if self._sides.get(hand.track_id) != hand.side:
                self._second_hands.discard(hand.track_id)
                if hand.side in first:
                    self._second_hands.add(hand.track_id)
                first.add(hand.side)
            self._sides[hand.track_id] = hand.side

    @property
    def now_s(self) -> float:
        """The time of the newest frame."""
        return self._now_s

    @property
    def tracks(self) -> list[int]:
        """The track ids of the last ten seconds, sorted."""
        return sorted(self._tracks)

    def series(self, track: int, name: str) -> tuple[list[float], list[float]]:
        """The samples of one value.

        Returns:
            Times in seconds relative to the newest frame (at most 0), and the values.
        """
        samples = self._tracks.get(track, ())
        return [sample.time_s - self._now_s for sample in samples], [sample.values[name] for sample in samples]

    def gestures(self, track: int) -> list[tuple[float, float, str]]:
        """The gestures of a hand.

        Returns:
            For each gesture its start and end, in seconds relative to the newest frame, and its name.
        """
        spans: list[tuple[float, float, str]] = []
        for sample in self._tracks.get(track, ()):
            time_s = sample.time_s - self._now_s
            if spans and spans[-1][2] == sample.gesture:
                spans[-1] = (spans[-1][0], time_s, sample.gesture)
            else:
                spans.append((spans[-1][1] if spans else time_s, time_s, sample.gesture))
        return [span for span in spans if span[2]]


def _sample(one: Inspection) -> HandSample:
    values = [
        *one.shape.bends_deg,
        one.shape.spread_deg or 0.0,
        one.shape.pinch,
        100 * one.hand.score,
        100 * one.hand.gesture.score if one.hand.gesture else 0.0,
        *(one.shape.angles_deg[name] for name in ANGLES.values()),
    ]
    gesture = one.hand.gesture.name if one.hand.gesture else ""
    return HandSample(one.time_s, dict(zip(PLOTTED, values, strict=True)), gesture)

"""The last seconds of each hand: its measures and its gestures."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from handpose_live.runtime.inspection import Inspection
from handpose_live.types.hand import Hand, Side
from handpose_live.types.skeleton import FINGERS

SPAN_S = 10.0
# What can be plotted, with its unit.
PLOTTED = {
    **{f"{finger.name.capitalize()} bend": "degrees" for finger in FINGERS},
    **{"Spread": "degrees", "Pinch": "palms", "Hand score": "%", "Gesture score": "%"},
}


@dataclass(frozen=True)
class Moment:
    """One frame of one hand: its time, the values of :data:`PLOTTED` by name, and its gesture's name or ""."""

    time_s: float
    values: dict[str, float]
    gesture: str


class History:
    """Moments of the last ten seconds, by track."""

    def __init__(self) -> None:
        self._tracks: dict[int, deque[Moment]] = {}
        self._sides: dict[int, Side] = {}
        self._seconds: set[int] = set()
        self._now_s = 0.0

    def add(self, time_s: float, inspections: Sequence[Inspection]) -> None:
        """Add a frame; an earlier time than the last begins anew, the same replaces the last."""
        if time_s < self._now_s:
            self.clear()
        self._now_s = time_s
        for one in inspections:
            moments = self._tracks.setdefault(one.hand.track_id, deque())
            if moments and moments[-1].time_s == time_s:
                moments.pop()
            moments.append(_moment(one))
        self._tell_apart([one.hand for one in inspections])
        for track, moments in list(self._tracks.items()):
            while moments and moments[0].time_s < time_s - SPAN_S:
                moments.popleft()
            if not moments:
                del self._tracks[track]

    def clear(self) -> None:
        """Forget everything."""
        self._tracks.clear()
        self._sides.clear()
        self._seconds.clear()

    def side(self, track: int) -> Side:
        """Which hand it is, by its newest frame."""
        return self._sides[track]

    def is_second(self, track: int) -> bool:
        """Whether another hand of its side was in view when it came."""
        return track in self._seconds

    def title(self, track: int) -> str:
        """The hand's name: Left hand, or Second left hand beside another."""
        side = self._sides[track]
        return f"Second {side} hand" if track in self._seconds else f"{side.capitalize()} hand"

    def _tell_apart(self, hands: Sequence[Hand]) -> None:
        """Note the sides of the hands of a frame, and which are the second of theirs; a hand stays what it was."""
        known = [hand for hand in hands if self._sides.get(hand.track_id) == hand.side]
        first = {hand.side for hand in known if hand.track_id not in self._seconds}
        for hand in hands:
            if self._sides.get(hand.track_id) != hand.side:
                self._seconds.discard(hand.track_id)
                if hand.side in first:
                    self._seconds.add(hand.track_id)
                first.add(hand.side)
            self._sides[hand.track_id] = hand.side

    @property
    def now_s(self) -> float:
        """Time of the newest frame."""
        return self._now_s

    @property
    def tracks(self) -> list[int]:
        """Hands that were seen in the last ten seconds."""
        return sorted(self._tracks)

    def curve(self, track: int, name: str) -> tuple[list[float], list[float]]:
        """Seconds before now, which are not above 0, and the values."""
        moments = self._tracks.get(track, ())
        return [moment.time_s - self._now_s for moment in moments], [moment.values[name] for moment in moments]

    def gestures(self, track: int) -> list[tuple[float, float, str]]:
        """What the hand showed: from and to, in seconds before now, and the gesture's name."""
        spans: list[tuple[float, float, str]] = []
        for moment in self._tracks.get(track, ()):
            time_s = moment.time_s - self._now_s
            if spans and spans[-1][2] == moment.gesture:
                spans[-1] = (spans[-1][0], time_s, moment.gesture)
            else:
                spans.append((spans[-1][1] if spans else time_s, time_s, moment.gesture))
        return [span for span in spans if span[2]]


def _moment(one: Inspection) -> Moment:
    values = [
        *one.shape.bends_deg,
        one.shape.spread_deg or 0.0,
        one.shape.pinch,
        100 * one.hand.score,
        100 * one.hand.gesture.score if one.hand.gesture else 0.0,
    ]
    gesture = one.hand.gesture.name if one.hand.gesture else ""
    return Moment(one.time_s, dict(zip(PLOTTED, values, strict=True)), gesture)

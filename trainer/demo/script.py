"""The script of the demo clip, as data: who shows what, where and when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

Parts: TypeAlias = tuple[float, float, float]  # outward from the middle of the body, forward and up


@dataclass(frozen=True)
class Shown:
    """A hand before a person.

    Attributes:
        pose: of the fingers, from :data:`trainer.scenes.body.gestures.GESTURES`.
        place: of the wrist, from the shoulder, in lengths of the arm.
        fingers: direction from the wrist to the knuckle of the middle finger.
        palm: direction out of the palm.
    """

    pose: str
    place: Parts = (0.02, 0.6, 0.18)
    fingers: Parts = (0.1, 0.1, 1.0)
    palm: Parts = (0.0, 1.0, 0.0)

    def waved(self, out: float) -> "Shown":
        """Return the hand moved outward, in lengths of the arm, and tilted with the forearm."""
        (x, y, z), (a, b, c) = self.place, self.fingers
        return replace(self, place=(x + out, y, z), fingers=(a + 4 * out, b, c))


@dataclass(frozen=True)
class Beat:
    """What both hands do next.

    Attributes:
        move_s: seconds until they are there.
        hold_s: seconds for which they stay.
        right, left: the hands.
    """

    move_s: float
    hold_s: float
    right: Shown
    left: Shown


@dataclass(frozen=True)
class Take:
    """One person before one webcam.

    Attributes:
        person: number in the sequence of random people.
        clothes, wall: linear RGB.
        beats: one after another.
    """

    person: int
    clothes: tuple[float, float, float]
    wall: tuple[float, float, float]
    beats: tuple[Beat, ...]


def duration_s(beats: Iterable[Beat]) -> float:
    """Return how long beats take."""
    return sum(beat.move_s + beat.hold_s for beat in beats)


REST = Shown("relaxed", (0.1, 0.35, -0.85), (-0.2, 1.0, -0.2), (0.0, 0.0, -1.0))
OPEN = Shown("open")
NEAR = Shown("open", (-0.06, 0.85, 0.15))
OUT, IN = OPEN.waved(0.06), OPEN.waved(-0.06)
# On the way to a thumb that points up, and to the back of the hand.
TURNING = Shown("relaxed", (0.06, 0.6, 0.2), (-0.4, 0.4, 0.8), (-1.0, 0.2, 0.0))
EDGE = Shown("open", palm=(-1.0, 0.2, 0.0))
BACK = Shown("open", palm=(-0.2, -1.0, 0.0))
THUMB_UP = Shown("thumb up", (0.1, 0.6, 0.2), (-0.9, 0.2, 0.1), (-0.4, -0.9, 0.0))
THUMB_DOWN = Shown("thumb up", (0.15, 0.6, 0.25), (-0.8, 0.4, 0.0), (0.4, 0.8, 0.0))
FIST, VICTORY, THREE, FOUR = (Shown(pose) for pose in ("fist", "victory", "three", "four"))
# Turned to where no finger hides another.
POINTING = Shown("pointing", fingers=(-0.25, 0.1, 1.0), palm=(-1.0, 0.3, 0.0))
OK = Shown("ok", fingers=(-0.25, 0.1, 1.0), palm=(-0.5, 1.0, 0.0))
PINCH = Shown("pinch", fingers=(0.1, 0.5, 1.0), palm=(-1.0, 0.3, 0.0))
ROCK = Shown("rock", palm=(-0.5, 1.0, 0.0))
CALL = Shown("call", (-0.05, 0.55, 0.15), (0.4, 0.1, 1.0))

TAKES = (
    Take(
        person=56,
        clothes=(0.09, 0.26, 0.22),
        wall=(0.5, 0.53, 0.5),
        beats=(
            Beat(0.0, 0.2, REST, REST),
            Beat(1.1, 0.0, OUT, REST),
            Beat(0.35, 0.0, IN, REST),
            Beat(0.35, 0.0, OUT, REST),
            Beat(0.35, 0.0, IN, REST),
            Beat(0.35, 0.4, OPEN, REST),
            Beat(0.45, 0.55, FIST, REST),
            Beat(0.45, 0.55, POINTING, REST),
            Beat(0.45, 0.55, VICTORY, REST),
            Beat(0.45, 0.55, THREE, REST),
            Beat(0.45, 0.55, FOUR, REST),
            Beat(0.8, 0.2, NEAR, REST),
            Beat(1.0, 0.3, OPEN, OPEN),
            Beat(0.5, 0.6, VICTORY, OK),
            Beat(0.45, 0.0, TURNING, TURNING),
            Beat(0.45, 0.65, THUMB_UP, THUMB_UP),
            Beat(1.0, 0.1, REST, REST),
        ),
    ),
    Take(
        person=101,
        clothes=(0.05, 0.12, 0.25),
        wall=(0.62, 0.56, 0.48),
        beats=(
            Beat(0.0, 0.2, REST, REST),
            Beat(1.1, 0.4, REST, OPEN),
            Beat(0.45, 0.55, REST, OK),
            Beat(0.45, 0.55, REST, PINCH),
            Beat(0.45, 0.55, REST, ROCK),
            Beat(0.45, 0.6, REST, CALL),
            Beat(0.7, 0.6, REST, THUMB_DOWN),
            Beat(1.0, 0.3, OPEN, OPEN),
            Beat(0.4, 0.0, OPEN, EDGE),
            Beat(0.4, 0.4, OPEN, BACK),
            Beat(0.4, 0.0, FIST, EDGE),
            Beat(0.4, 0.4, FIST, OPEN),
            Beat(0.5, 0.2, OPEN, OPEN),
            Beat(0.3, 0.0, OUT, OUT),
            Beat(0.35, 0.0, IN, IN),
            Beat(0.35, 0.0, OUT, OUT),
            Beat(0.35, 0.3, OPEN, OPEN),
            Beat(1.0, 0.1, REST, REST),
        ),
    ),
)

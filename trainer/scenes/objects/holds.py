"""Ways of holding: where an object lies in a right hand, and how the fingers close on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..body.gestures import gesture_angles
from ..body.hand_shape import HandShape
from .grip import THUMB, close, grip, pads_of, press_thumb
from .solid import Matrix, Solid, frame_of, nearest
from .thing import Grip

PALM = 0.2  # height of the palm's skin over the knuckles' plane, in lengths of the palm
# Flexion of the knuckle, abduction, PIP and DIP, from the index finger on, of a hand that writes.
TRIPOD_DEG = np.array([40, 0, 40, 26, 50, -3, 52, 34, 60, 0, 62, 41, 62, 0, 62, 41])
THUMB_OUT = np.deg2rad([42.0, 48.0, 72.0, 0.0, 0.0])
THUMB_IN = np.deg2rad([50.0, 4.0, 88.0, 45.0, 60.0])


@dataclass(frozen=True)
class Wrapped:
    """All fingers around a handle or a vessel, whose axis is z, upwards on the thumb's side.

    Attributes:
        radius: where it is held, metres.
        at: place on the axis where it is held.
        tilt: least and greatest angle between the axis and the line across the palm, degrees.
        spin: least and greatest angle about the axis from the direction of the fingers to the object's x, by way of
            out of the palm, degrees.
    """

    radius: float
    at: float = 0.0
    tilt: tuple[float, float] = (0.0, 25.0)
    spin: tuple[float, float] = (0.0, 360.0)

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        tilt = np.deg2rad(rng.uniform(*self.tilt))
        axis = np.array([np.cos(tilt), np.sin(tilt), 0.0])
        middle = np.array([-0.004, 0.9 * hand.bases[2, 1], 0.8 * PALM * hand.bases[2, 1] + self.radius])
        spin = np.deg2rad(rng.uniform(*self.spin))
        frame = frame_of(middle - axis * self.at, z=axis, x=np.array([0.0, np.cos(spin), np.sin(spin)]))
        opened = gesture_angles("open")
        opened[0:16:4], opened[THUMB] = np.deg2rad(-10), THUMB_OUT
        return _closed(hand, solids, frame, opened)


@dataclass(frozen=True)
class Palmed:
    """All fingers around a ball of a radius in metres."""

    radius: float

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        middle = np.array(
            [0.006, 0.9 * hand.bases[2, 1] + 0.35 * self.radius, 0.65 * PALM * hand.bases[2, 1] + self.radius]
        )
        axis = rng.normal(size=3)
        frame = frame_of(middle, z=axis / np.linalg.norm(axis), x=rng.normal(size=3))
        opened = gesture_angles("spread")
        opened[THUMB] = THUMB_OUT
        return _closed(hand, solids, frame, opened)


@dataclass(frozen=True)
class InPalm:
    """A flat thing in the palm, its front (z) away from it: phones, remotes, cards, books.

    Attributes:
        thickness: metres; 0 where the thumb lies beside the palm.
        turn: least and greatest angle of its y from the line across the palm, degrees; 90 is along the fingers.
        at: place on its y that lies in the palm, metres.
    """

    thickness: float
    turn: tuple[float, float] = (20.0, 75.0)
    at: float = 0.0

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        turn = np.deg2rad(rng.uniform(*self.turn))
        up = np.array([np.cos(turn), np.sin(turn), 0.0])
        middle = np.array(
            [0.0, rng.uniform(0.95, 1.1) * hand.bases[2, 1], 0.85 * PALM * hand.bases[2, 1] + self.thickness / 2]
        )
        frame = frame_of(middle - up * self.at, z=np.array([0.0, 0.0, 1.0]), x=np.cross(up, [0.0, 0.0, 1.0]))
        opened = gesture_angles("flat")
        opened[0:16:4] = np.deg2rad(-8)
        opened[THUMB] = np.deg2rad([62.0, 55.0, 66.0, 0.0, 0.0] if self.thickness else [0.0, 50.0, 60.0, 0.0, 0.0])
        grip = _closed(hand, solids, frame, opened)
        if not self.thickness:
            return replace(grip, angles=np.concatenate([grip.angles[:16], opened[THUMB]]))
        thumb = hand.joints(grip.angles)[0, 3]
        on_front = np.array([*thumb[:2], frame[2, 3] + self.thickness / 2 + hand.radii[0, 2]])
        on_front[:2] += rng.normal(0, 0.01, 2)
        return replace(grip, angles=press_thumb(hand, _placed(solids, frame), grip.angles, on_front))


@dataclass(frozen=True)
class Tripod:
    """Thumb, index and middle finger on a thin thing whose tip is at low z, as one writes.

    Attributes:
        at: place on the axis where the fingers are, metres.
        radius: of the thing there.
    """

    at: float
    radius: float

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        angles = gesture_angles("pinch")
        angles[:16] = np.deg2rad(TRIPOD_DEG + rng.normal(0, 4, 16))
        pads, orientations = pads_of(hand, angles)
        web = hand.bases[1] + np.array([0.012 + self.radius, -0.012, 0.008])
        # On the pad of the index finger, and on the middle finger's side towards the thumb.
        point = pads[1] + orientations[1, :, 2] * self.radius
        axis = (web - point) / np.linalg.norm(web - point)
        frame = frame_of(point - axis * self.at, z=axis, x=_around(axis, rng.uniform(0, 2 * np.pi)))
        return _pressed(hand, solids, frame, angles)


@dataclass(frozen=True)
class Pinched:
    """A thin thing between thumb and index: z is across its thickness, y points out of the hand.

    Attributes:
        at: place on its y that is held, metres.
        thickness: metres.
        others: least and greatest flexion of the other fingers, in that of the index finger.
    """

    at: float
    thickness: float = 0.001
    others: tuple[float, float] = (0.2, 0.95)

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        angles = gesture_angles("pinch")
        angles[:4] = np.deg2rad([rng.uniform(40, 60), 0, rng.uniform(15, 45), rng.uniform(5, 20)])
        # The other fingers flex less than the index finger, so that they stay behind the thing.
        angles[4:16] = np.tile(angles[:4], 3) * np.repeat(rng.uniform(*self.others, 3), 4)
        pads, orientations = pads_of(hand, angles)
        across, outward = orientations[1, :, 2], orientations[1, :, 1] + rng.normal(0, 0.2) * orientations[1, :, 0]
        frame = frame_of(pads[1], z=-across, x=np.cross(outward, -across))
        frame[:3, 3] += across * self.thickness / 2 - frame[:3, 1] * self.at
        return _pressed(hand, solids, frame, angles)


@dataclass(frozen=True)
class BetweenFingers:
    """A thin thing along z between index and middle finger, held at a place on its axis."""

    at: float

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        del solids  # held wherever they are thin
        bend = rng.uniform(5, 40)
        straighter, others = [bend, -2, bend, 0.6 * bend], [bend + 15, 0, bend + 20, 30]
        fingers = np.deg2rad([*straighter, *straighter, *others, *others])
        fingers[5] *= -1  # index and middle finger are together
        angles = np.concatenate([fingers, gesture_angles("relaxed")[THUMB]])
        joints = hand.joints(angles)
        middle = (joints[1, 2] + joints[2, 2]) / 2
        axis = pads_of(hand, angles)[1][1, :, 2] + rng.normal(0, 0.15, 3)
        axis /= np.linalg.norm(axis)
        return Grip(frame_of(middle - axis * self.at, z=axis, x=_around(axis, 0.0)), angles)


def _closed(hand: HandShape, solids: Sequence[Solid], frame: Matrix, opened: Matrix) -> Grip:
    """Close all fingers, from an open hand to a fist."""
    closed = gesture_angles("fist")
    closed[1:16:4], closed[THUMB] = opened[1:16:4] * 0.3, THUMB_IN
    return Grip(frame, grip(hand, _placed(solids, frame), opened, closed))


def _pressed(hand: HandShape, solids: Sequence[Solid], frame: Matrix, angles: Matrix) -> Grip:
    """Flex straighter fingers to wanted angles, until they meet it; then the thumb."""
    placed, straighter = _placed(solids, frame), angles.copy()
    straighter[:16] *= np.where(np.arange(16) % 4 == 1, 1, np.repeat([0.8, 0.2, 0.2, 0.2], 4))
    return Grip(frame, _thumb_on(hand, placed, close(hand, placed, straighter, angles, (1, 2, 3, 4))))


def _thumb_on(hand: HandShape, solids: Sequence[Solid], angles: Matrix) -> Matrix:
    """Bring the thumb to the point of the solids' surface that is opposite the pad of the index finger."""
    pads, orientations = pads_of(hand, angles)
    # From outside, against the index finger, to the surface.
    line = pads[1] + orientations[1, :, 2] * np.linspace(0.06, 0, 61)[:, None]
    inside = nearest(solids, line) < hand.radii[0, 2]
    return press_thumb(hand, solids, angles, line[inside.argmax()] if inside.any() else line[-1])


def _placed(solids: Sequence[Solid], frame: Matrix) -> list[Solid]:
    return [replace(solid, frame=frame @ solid.frame) for solid in solids]


def _around(axis: Matrix, angle: float) -> Matrix:
    """Return a direction across an axis."""
    first = np.cross(axis, np.eye(3)[np.abs(axis).argmin()])
    first /= np.linalg.norm(first)
    return np.asarray(np.cos(angle) * first + np.sin(angle) * np.cross(axis, first))

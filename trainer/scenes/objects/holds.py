"""Ways of holding: where an object lies in a right hand, and how the fingers close on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..body.fingers import HIGH, LOW, finger_orientations
from ..body.gestures import gesture_angles
from ..body.hand_shape import HandShape
from .grip import BONES, close, grip
from .solid import Matrix, Solid, frame_of
from .thing import Grip

PALM = 0.2  # height of the palm's skin over the knuckles' plane, in lengths of the palm
THUMB = slice(16, 21)
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
        opened[0:16:4] = np.deg2rad(-10)
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
        return _closed(hand, solids, frame, gesture_angles("spread"))


@dataclass(frozen=True)
class InPalm:
    """A flat thing in the palm, its front (z) away from it: phones, remotes, cards, books.

    Attributes:
        thickness: metres.
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
        opened[THUMB] = np.deg2rad([62.0, 55.0, 66.0, 0.0, 0.0])
        return _closed(hand, solids, frame, opened)


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
        angles[:16] = np.deg2rad(
            np.array([40, 0, 40, 26, 50, -3, 52, 34, 60, 0, 62, 41, 62, 0, 62, 41]) + rng.normal(0, 4, 16)
        )
        pads, _ = pads_of(hand, angles)
        point = (pads[0] + pads[1] + 0.5 * pads[2]) / 2.5
        web = hand.bases[1] + np.array([0.012 + self.radius, -0.012, 0.008])
        axis = (web - point) / np.linalg.norm(web - point)
        frame = frame_of(point - axis * self.at, z=axis, x=_around(axis, rng.uniform(0, 2 * np.pi)))
        return _pressed(hand, solids, frame, angles, (1, 2, 0))


@dataclass(frozen=True)
class Pinched:
    """A thin thing between thumb and index: z is across its thickness, y points out of the hand.

    Attributes:
        at: place on its y that is held, metres.
        gesture: of the hand.
    """

    at: float
    gesture: str = "pinch"

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        angles = gesture_angles(self.gesture)
        angles[8:16] += np.deg2rad(rng.normal(-10, 15)) * np.tile([1.0, 0.0, 1.0, 0.7], 2)
        angles = np.clip(angles, LOW, HIGH)
        pads, orientations = pads_of(hand, angles)
        across = pads[1] - pads[0]
        outward = orientations[0, 2, :, 1] + orientations[1, 2, :, 1]
        outward = outward / np.linalg.norm(outward) + rng.normal(0, 0.15, 3)
        side = np.cross(outward, across)
        up = np.cross(across, side)
        up /= np.linalg.norm(up)
        frame = frame_of((pads[0] + pads[1]) / 2 - up * self.at, z=across / np.linalg.norm(across), x=side)
        return _pressed(hand, solids, frame, angles, (1, 2, 0))


@dataclass(frozen=True)
class BetweenFingers:
    """A thin thing along z between index and middle finger, held at a place on its axis."""

    at: float

    def __call__(self, rng: np.random.Generator, hand: HandShape, solids: Sequence[Solid]) -> Grip:
        """Return how a hand holds solids."""
        bend = rng.uniform(5, 40)
        fingers = [
            bend,
            -2,
            bend,
            bend * 0.6,
            bend,
            2,
            bend,
            bend * 0.6,
            bend + 15,
            0,
            bend + 20,
            30,
            bend + 20,
            0,
            bend + 20,
            30,
        ]
        angles = np.concatenate([np.deg2rad(fingers), gesture_angles("relaxed")[THUMB]])
        joints, (_, orientations) = hand.joints(angles), pads_of(hand, angles)
        middle = (joints[1, 2] + joints[2, 2]) / 2
        axis = orientations[1, 2, :, 2] + rng.normal(0, 0.15, 3)
        axis /= np.linalg.norm(axis)
        return Grip(frame_of(middle - axis * self.at, z=axis, x=_around(axis, 0.0)), angles)


def _closed(hand: HandShape, solids: Sequence[Solid], frame: Matrix, opened: Matrix) -> Grip:
    """Close all fingers, from an open hand to a fist."""
    closed = gesture_angles("fist")
    opened, closed = opened.copy(), closed.copy()
    closed[1:16:4] = opened[1:16:4] * 0.3
    if np.allclose(opened[THUMB], gesture_angles("open")[THUMB]):
        opened[THUMB] = THUMB_OUT
    closed[THUMB] = THUMB_IN
    return Grip(frame, grip(hand, [replace(solid, frame=frame @ solid.frame) for solid in solids], opened, closed))


def _pressed(hand: HandShape, solids: Sequence[Solid], frame: Matrix, angles: Matrix, fingers: Sequence[int]) -> Grip:
    """Close some fingers that nearly touch."""
    flexion = np.where(np.isin(BONES // 3, fingers), np.deg2rad(10), 0)
    flexion[[1, 5, 9, 13, 17, 18]] = 0  # abduction, and the thumb's turn
    placed = [replace(solid, frame=frame @ solid.frame) for solid in solids]
    opened, closed = np.clip(angles - flexion, LOW, HIGH), np.clip(angles + flexion, LOW, HIGH)
    return Grip(frame, close(hand, placed, opened, closed, fingers))


def pads_of(hand: HandShape, angles: Matrix) -> tuple[Matrix, Matrix]:
    """Return ``(5, 3)`` middles of the fingertips' palmar sides, and ``(5, 3, 3, 3)`` orientations of the bones."""
    joints, orientations = hand.joints(angles), finger_orientations(angles, hand.metacarpals)
    middles = 0.35 * joints[:, 2] + 0.65 * joints[:, 3]
    return middles + orientations[:, 2, :, 2] * hand.radii[:, 2:], orientations


def _around(axis: Matrix, angle: float) -> Matrix:
    """Return a direction across an axis."""
    first = np.cross(axis, np.eye(3)[np.abs(axis).argmin()])
    first /= np.linalg.norm(first)
    return np.asarray(np.cos(angle) * first + np.sin(angle) * np.cross(axis, first))

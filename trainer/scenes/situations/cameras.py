"""Cameras that see hands from where cameras really are, at a wanted size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..view import Camera
from .hand_targets import Arms
from .landmarks import SIDES, Landmarks, Vector, across, turned, unit

FORMATS = ((640, 480), (480, 640), (640, 360))
FORMAT_SHARES = (0.6, 0.2, 0.2)
# Focal lengths in longer sides of the image: the widest webcams, and a tele or digital zoom.
WIDEST, LONGEST = 0.45, 4.0
USUAL_FOCAL, FOCAL_SPREAD = 0.85, 0.3
# Longer side of the box of the joints in lengths of the hand, on average over poses and directions.
BOX_SHARE = 0.8
CLEARANCE_M = 0.22
UP = np.array([0.0, 0.0, 1.0])

Placed: TypeAlias = tuple[Landmarks, Arms]


@dataclass(frozen=True)
class View:
    """What is wanted of the image: its size, and the longer side of a hand's box in it, px."""

    width: int
    height: int
    size_px: float


@dataclass(frozen=True)
class Limits:
    """What a kind of camera does.

    Attributes:
        azimuth: range about the person's up axis, radians, 0 in front of the person; either side.
        elevation: range of the angle above the horizon of the hand, radians.
        distance_m: range from the hand.
        roll: standard deviation, radians.
        people: how much the people draw the image's middle to themselves: draws from which the best is kept.
    """

    azimuth: tuple[float, float]
    elevation: tuple[float, float]
    distance_m: tuple[float, float]
    roll: float = 0.06
    people: int = 3


WEBCAM = Limits((0.0, 0.7), (-0.35, 0.6), (0.25, 1.8))
ROOM = Limits((0.0, 1.2), (-0.15, 0.4), (1.6, 10.0))
ROUND_ABOUT = Limits((0.0, np.pi), (-0.2, 0.6), (1.2, 8.0))
ABOVE = Limits((0.0, np.pi), (0.75, 1.5), (0.3, 1.8), roll=np.pi, people=1)
BESIDE = Limits((0.6, 2.0), (0.0, 0.6), (0.3, 2.0), people=1)
CLOSE = Limits((0.0, np.pi), (-0.7, 1.4), (0.25, 1.0), roll=0.7, people=0)


def sample_view(rng: np.random.Generator, size_px: float) -> View:
    """Sample the size of an image."""
    width, height = FORMATS[rng.choice(len(FORMATS), p=FORMAT_SHARES)]
    return View(width, height, size_px)


def at_hand(rng: np.random.Generator, people: Sequence[Placed], view: View, limits: Limits) -> Camera:
    """Look at one of the hands from a direction and distance within limits."""
    person, arms = people[int(rng.integers(len(people)))]
    hand = arms[SIDES[rng.integers(2)]]
    azimuth = rng.choice((-1, 1)) * rng.uniform(*limits.azimuth)
    elevation = rng.uniform(*limits.elevation)
    level = turned(across(person.forward, UP), UP, azimuth)
    direction = np.cos(elevation) * level + np.sin(elevation) * UP
    subject_m = BOX_SHARE * person.hand_m
    distance = _usual_focal(rng, view) * subject_m / view.size_px
    distance = float(np.clip(distance, *limits.distance_m))
    point = hand.palm_centre(person.hand_m)
    distance = _cleared([each for each, _ in people], point, direction, distance)
    focal = _focal(view, view.size_px * distance / subject_m)
    position = point + distance * direction
    cameras = [
        _with_point_at(rng, view, position, point, focal_px=focal, roll=rng.normal(0, limits.roll))
        for _ in range(max(limits.people, 1))
    ]
    middles = [person.chest * 0.5 + person.eyes * 0.5 for person, _ in people]
    return min(cameras, key=lambda camera: _off_middle(camera, middles)) if limits.people else cameras[0]


def before_people(rng: np.random.Generator, people: Sequence[Landmarks], view: View) -> Camera:
    """Look at where the hands of people meet, from in front of them, with all of what hands do in the image."""
    points = [person.point(person.chest, "left", 0.0, 0.5, 0.1) for person in people]
    point, subject_m = np.mean(points, axis=0), BOX_SHARE * people[0].hand_m
    azimuth, elevation = rng.uniform(-0.5, 0.5), rng.uniform(-0.2, 0.4)
    level = turned(across(people[0].forward, UP), UP, azimuth)
    focal = _usual_focal(rng, view)
    distance = max(focal * subject_m / view.size_px, 0.5)
    position = point + distance * (np.cos(elevation) * level + np.sin(elevation) * UP)
    target = point + rng.normal(0, 0.04 * distance, 3)
    return Camera.looking_at(
        position, target, width=view.width, height=view.height, focal_px=focal, roll=rng.normal(0, 0.05)
    )


def own_eyes(rng: np.random.Generator, people: Sequence[Placed], view: View) -> Camera:
    """Look at one's own hands, from the eyes or from the chest; the size follows from the arms."""
    person, arms = people[0]
    start = person.eyes if rng.random() < 0.75 else (person.chest + person.chin) / 2
    ahead = rng.uniform(0.1, 0.16)
    position = start + ahead * person.forward + rng.normal(0, 0.03, 3)
    hands = [arms[side].palm_centre(person.hand_m) for side in SIDES]
    before = [hand for hand in hands if np.dot(hand - position, person.forward) > 0.05] or [hands[0]]
    weight = rng.dirichlet(np.ones(len(before)))
    point = np.sum([w * hand for w, hand in zip(weight, before, strict=True)], axis=0)
    focal = view.width * rng.uniform(0.45, 1.1) if rng.random() < 0.9 else view.width * rng.uniform(1.1, 1.8)
    return _with_point_at(rng, view, position, point, focal_px=focal, roll=rng.normal(0, 0.12))


def without_hands(rng: np.random.Generator, people: Sequence[Placed], view: View) -> Camera:
    """Look at a face, the back of a head, or legs and feet: hands are rarely in view."""
    person, _ = people[int(rng.integers(len(people)))]
    feet = np.array([person.pelvis[0], person.pelvis[1], person.knees["left"][2] - 0.35])
    point, subject_m = ((person.eyes, 0.24), (person.chin, 0.4), (feet, 0.6))[rng.choice(3, p=(0.6, 0.2, 0.2))]
    azimuth = rng.normal(0, 0.8) if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)
    level = turned(across(person.forward, UP), UP, azimuth)
    direction = unit(level + rng.normal(0.05, 0.2) * UP)
    share = float(np.exp(rng.uniform(np.log(0.08), np.log(0.9))))
    focal = _usual_focal(rng, view)
    distance = float(np.clip(focal * subject_m / (share * view.height), 0.45, 8.0))
    position = point + distance * direction
    return _with_point_at(rng, view, position, point, focal_px=focal, roll=rng.normal(0, 0.06))


def _usual_focal(rng: np.random.Generator, view: View) -> float:
    return _focal(view, max(view.width, view.height) * float(np.exp(rng.normal(np.log(USUAL_FOCAL), FOCAL_SPREAD))))


def _focal(view: View, focal_px: float) -> float:
    side = max(view.width, view.height)
    return float(np.clip(focal_px, WIDEST * side, LONGEST * side))


def _cleared(people: Sequence[Landmarks], point: Vector, direction: Vector, distance: float) -> float:
    """Move a camera back until it is in nobody's body."""
    bodies = np.concatenate(
        [
            np.stack([person.crown, person.eyes, person.chin, person.chest, person.pelvis, *person.shoulders.values()])
            for person in people
        ]
    )
    while np.linalg.norm(bodies - (point + distance * direction), axis=1).min() < CLEARANCE_M:
        distance *= 1.25
    return distance


def _with_point_at(
    rng: np.random.Generator, view: View, position: Vector, point: Vector, *, focal_px: float, roll: float
) -> Camera:
    """Turn a camera so that a point lies somewhere in its image."""
    x, y = rng.uniform(0.04, 0.96, 2) - 0.5
    looking = Camera.looking_at(position, point, width=view.width, height=view.height, focal_px=focal_px, roll=roll)
    right, down, forward = looking.world_to_camera[:3, :3]
    away = forward * focal_px - right * x * view.width - down * y * view.height
    return Camera.looking_at(
        *(position, position + away), width=view.width, height=view.height, focal_px=focal_px, roll=roll
    )


def _off_middle(camera: Camera, points: Sequence[Vector]) -> float:
    """Return how far points are from the image's middle on average, px; points behind the camera count as far."""
    projected = camera.to_camera(np.stack(points))
    offsets = projected[:, :2] / np.maximum(projected[:, 2:], 0.05) * camera.focal_px
    return float(np.linalg.norm(offsets, axis=1).mean())

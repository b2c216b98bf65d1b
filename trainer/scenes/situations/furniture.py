"""Tables and what lies on them, and seats."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from ..body.rotations import rigid, rotation_z
from ..mesh import Material, Mesh
from ..objects.loose import sample_loose
from ..photo.blocks import boxes
from .at_a_desk import table_top
from .landmarks import Landmarks, Vector, across

Size: TypeAlias = tuple[float, float, float]
WOODS = ((0.35, 0.2, 0.1), (0.55, 0.4, 0.25), (0.1, 0.06, 0.04), (0.75, 0.72, 0.68), (0.2, 0.2, 0.21), (0.6, 0.6, 0.6))
SEAT_BELOW_HIPS_M = 0.1
TOP_M, KEYS_M = 0.03, 0.018  # thickness of the table top, height of a keyboard
UP = np.array([0.0, 0.0, 1.0])


def sample_table(rng: np.random.Generator, person: Landmarks) -> list[Mesh]:
    """Sample a table before a person, with a keyboard, a row of keys, paper or a screen on it."""
    height, forward = table_top(person), across(person.forward, UP)
    width, depth = rng.uniform(0.9, 1.8), rng.uniform(0.55, 0.9)
    edge = _floor(person.chest) + rng.uniform(0.05, 0.15) * forward
    colour = np.array(WOODS[rng.integers(len(WOODS))]) * rng.uniform(0.6, 1.3)
    material = Material(_colour(colour), roughness=rng.uniform(0.2, 0.8), specular=0.3)
    meshes = [_slab(material, edge + depth / 2 * forward, forward, (width, depth, TOP_M), height - TOP_M)]
    for _ in range(int(rng.integers(1, 4))):
        meshes.append(_thing(rng, edge + rng.uniform(0.1, 0.35) * forward, forward, height))
    for _ in range(int(rng.integers(0, 4))):
        away, beside = rng.uniform(0.45, 0.9) * depth, rng.uniform(-0.45, 0.45) * width
        spot = edge + away * forward + beside * np.cross(forward, UP)
        at = np.array([*spot[:2], height])
        meshes += sample_loose(rng).placed(rigid(rotation_z(rng.uniform(0, 2 * np.pi)), at))
    if rng.random() < 0.4:
        meshes.append(_screen(rng, edge + rng.uniform(0.45, 0.6) * forward, forward, height))
    return meshes


def sample_seat(rng: np.random.Generator, person: Landmarks) -> list[Mesh]:
    """Sample a stool, chair or sofa under a person who sits."""
    thighs = (person.knees["left"] + person.knees["right"]) / 2 - person.pelvis
    forward, top = across(thighs, UP), float(person.pelvis[2]) - SEAT_BELOW_HIPS_M
    width, depth = rng.choice(((0.35, 0.35), (0.45, 0.45), (0.5, 0.5), (1.6, 0.7)))
    colour = np.array(WOODS[rng.integers(len(WOODS))]) * rng.uniform(0.2, 1.2, 3 if rng.random() < 0.4 else 1)
    material = Material(_colour(colour), roughness=rng.uniform(0.5, 1.0), bump=rng.uniform(0.0, 0.4))
    middle = _floor(person.pelvis) + 0.06 * forward
    meshes = [_slab(material, middle, forward, (width, depth, top), 0.0)]
    if rng.random() < 0.7:
        back = middle - (depth / 2 + 0.05) * forward
        meshes.append(_slab(material, back, forward, (width, 0.06, top + rng.uniform(0.25, 0.6)), 0.0))
    return meshes


def _thing(rng: np.random.Generator, place: Vector, forward: Vector, height: float) -> Mesh:
    """A keyboard, a piano's keys or a sheet of paper."""
    side = np.cross(forward, UP)
    match rng.integers(3):
        case 0:
            grey = Material(_colour(np.full(3, rng.choice((0.03, 0.15, 0.7)))), roughness=0.6)
            return _slab(grey, place, forward, (rng.uniform(0.28, 0.45), 0.13, KEYS_M), height)
        case 1:
            steps = np.arange(-18, 19) * 0.0235
            black = [step + 0.0118 for number, step in enumerate(steps) if number % 7 not in {2, 6}]
            places = [place + step * side for step in steps] + [place + 0.02 * forward + step * side for step in black]
            sizes = [(0.0225, 0.14, KEYS_M)] * len(steps) + [(0.011, 0.09, KEYS_M + 0.01)] * len(black)
            colours = [np.array([0.85, 0.84, 0.8])] * len(steps) + [np.full(3, 0.02)] * len(black)
            return _slabs(Material(roughness=0.25, specular=0.5), places, forward, sizes, height, colours)
    paper = Material((0.8, 0.8, 0.78), roughness=0.9)
    turned = forward + rng.normal(0, 0.3) * side
    return _slab(paper, place + rng.normal(0, 0.2) * side, turned, (0.21, 0.297, 0.002), height)


def _screen(rng: np.random.Generator, place: Vector, forward: Vector, height: float) -> Mesh:
    """The back of a computer's screen."""
    dark = Material(_colour(np.full(3, rng.choice((0.02, 0.05, 0.5)))), roughness=0.4)
    return _slab(dark, place, forward, (rng.uniform(0.3, 0.6), 0.02, rng.uniform(0.2, 0.35)), height + 0.02)


def _slab(material: Material, place: Vector, forward: Vector, size: Size, bottom: float) -> Mesh:
    """Return a box that stands at a height: ``size`` across, along ``forward`` and up."""
    return _slabs(material, [place], forward, [size], bottom)


def _slabs(  # noqa: PLR0917
    material: Material,
    places: Sequence[Vector],
    forward: Vector,
    sizes: Sequence[Size],
    bottom: float,
    colours: Sequence[Vector] = (),
) -> Mesh:
    turn = float(np.arctan2(-forward[0], forward[1]))
    centres = [np.array([*place[:2], bottom + size[2] / 2]) for place, size in zip(places, sizes, strict=True)]
    sides = [np.array(size) for size in sizes]
    return boxes(centres, sides, material, turns=[turn] * len(centres), colours=colours)


def _floor(point: Vector) -> Vector:
    return point * (1, 1, 0)


def _colour(values: Vector) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in np.clip(values, 0, 1))
    return red, green, blue

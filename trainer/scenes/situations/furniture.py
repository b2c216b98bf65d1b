"""Tables and what lies on them, and seats."""

import numpy as np

from ..mesh import Material, Mesh
from ..objects.shapes import box, moved
from .at_a_desk import table_top
from .landmarks import Landmarks, Vector, across

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
        meshes += _thing(rng, edge + rng.uniform(0.1, 0.35) * forward, forward, height)
    if rng.random() < 0.4:
        meshes += _screen(rng, edge + rng.uniform(0.45, 0.6) * forward, forward, height)
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


def _thing(rng: np.random.Generator, place: Vector, forward: Vector, height: float) -> list[Mesh]:
    """A keyboard, a piano's keys or sheets of paper."""
    side = np.cross(forward, UP)
    match rng.integers(3):
        case 0:
            dark = Material(_colour(np.full(3, rng.choice((0.03, 0.15, 0.7)))), roughness=0.6)
            return [_slab(dark, place, forward, (rng.uniform(0.28, 0.45), 0.13, KEYS_M), height)]
        case 1:
            white, black = Material((0.85, 0.84, 0.8), roughness=0.25, specular=0.5), Material((0.02, 0.02, 0.02))
            steps = np.arange(-18, 19) * 0.0235
            keys = [_slab(white, place + step * side, forward, (0.0225, 0.14, KEYS_M), height) for step in steps]
            blacks = [step + 0.0118 for number, step in enumerate(steps) if number % 7 not in {2, 6}]
            middle = place + 0.02 * forward
            return keys + [
                _slab(black, middle + step * side, forward, (0.011, 0.09, KEYS_M + 0.01), height) for step in blacks
            ]
    paper = Material((0.8, 0.8, 0.78), roughness=0.9)
    turned = forward + rng.normal(0, 0.3) * side
    return [_slab(paper, place + rng.normal(0, 0.2) * side, turned, (0.21, 0.297, 0.002), height)]


def _screen(rng: np.random.Generator, place: Vector, forward: Vector, height: float) -> list[Mesh]:
    """The back of a computer's screen."""
    dark = Material(_colour(np.full(3, rng.choice((0.02, 0.05, 0.5)))), roughness=0.4)
    return [_slab(dark, place, forward, (rng.uniform(0.3, 0.6), 0.02, rng.uniform(0.2, 0.35)), height + 0.02)]


def _slab(material: Material, place: Vector, forward: Vector, size: tuple[float, float, float], bottom: float) -> Mesh:
    """Return a box: ``size`` across, along ``forward`` and up."""
    forward = across(forward, UP)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([np.cross(forward, UP), forward, UP], axis=1)
    matrix[:3, 3] = place[0], place[1], bottom + size[2] / 2
    return moved(box(size, material), matrix)


def _floor(point: Vector) -> Vector:
    return point * (1, 1, 0)


def _colour(values: Vector) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in np.clip(values, 0, 1))
    return red, green, blue

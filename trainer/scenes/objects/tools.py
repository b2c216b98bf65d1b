"""Tools."""

import numpy as np

from .holds import Tripod, Wrapped
from .looks import metal, painted, plastic, rubber, wood
from .shapes import ball, box, lathe, moved, place, plate, ring, rod, tube
from .solid import rod_solid
from .thing import Held, Thing


def hammer(rng: np.random.Generator) -> Held:
    """Return a hammer."""
    radius, length = rng.uniform(0.012, 0.016), rng.uniform(0.2, 0.28)
    shaft = rod(radius, -0.06, length, wood(rng) if rng.uniform() < 0.6 else rubber(rng))
    head = moved(rod(rng.uniform(0.012, 0.018), -0.05, 0.06, metal(rng)), place((0, 0, length), (0, np.pi / 2, 0)))
    return Thing("hammer", [shaft, head], [rod_solid(radius, -0.07, length)]), Wrapped(radius, 0.0, (5, 35), (-20, 40))


def screwdriver(rng: np.random.Generator) -> Held:
    """Return a screwdriver."""
    radius = rng.uniform(0.011, 0.017)
    profile = [(0, -0.05), (radius, -0.045), (radius, 0.02), (radius * 0.7, 0.035), (radius * 0.9, 0.05), (0, 0.05)]
    handle, shaft = lathe(profile, painted(rng)), rod(0.003, 0.05, rng.uniform(0.1, 0.2), metal(rng), 8)
    return Thing("screwdriver", [handle, shaft], [rod_solid(radius, -0.06, 0.06)]), Wrapped(radius, 0.0, (10, 45))


def drill(rng: np.random.Generator) -> Held:
    """Return a cordless drill."""
    case, dark = painted(rng), rubber(rng)
    handle = rod(0.019, -0.06, 0.06, dark)
    motor = moved(rod(0.03, -0.06, 0.09, case), place((0, 0, 0.08), (0, np.pi / 2, 0)))
    chuck = moved(
        lathe([(0.022, 0.09), (0.01, 0.13), (0.003, 0.13), (0.003, 0.2), (0, 0.2)], metal(rng)),
        place((0, 0, 0.08), (0, np.pi / 2, 0)),
    )
    battery = moved(box((0.11, 0.07, 0.05), dark), place((0.01, 0, -0.085)))
    return Thing("drill", [handle, motor, chuck, battery], [rod_solid(0.019, -0.08, 0.06)]), Wrapped(
        0.019, 0.01, (0, 15), (-10, 10)
    )


def scissors(rng: np.random.Generator) -> Held:
    """Return scissors."""
    grey, case, spread = metal(rng), painted(rng), rng.uniform(0.05, 0.4)
    meshes = []
    for sign in (-1, 1):
        blade = plate([(-0.006, 0), (0.006, 0), (0.004, 0.07), (0.0, 0.08)], 0.002, grey)
        eye = moved(ring(0.017, 0.004, case), place((sign * 0.012, -0.055, 0)))
        shank = tube([(0, 0, 0), (sign * 0.004, -0.04, 0)], 0.004, case)
        meshes += [moved(mesh, place((0, 0, sign * 0.001), (0, 0, sign * spread / 2))) for mesh in (blade, eye, shank)]
    upright = place((0, 0, 0), (np.pi / 2, 0, 0))
    return Thing("scissors", [moved(mesh, upright) for mesh in meshes], [rod_solid(0.01, -0.07, 0.0)]), Wrapped(
        0.012, -0.05, (20, 50)
    )


def brush(rng: np.random.Generator) -> Held:
    """Return a brush: for paint, teeth or make-up."""
    length, width = rng.uniform(0.12, 0.2), rng.uniform(0.004, 0.012)
    handle = lathe(
        [(width * 0.6, 0), (width * 0.4, 0.02), (width * 0.6, 0.06), (0.003, length), (0, length)], painted(rng), 12
    )
    hair = lathe([(0, -0.03), (width * 0.7, -0.02), (width * 0.6, 0)], rubber(rng), 12)
    return Thing("brush", [handle, hair], [rod_solid(width * 0.5, 0, length)]), Tripod(0.03, width * 0.5)


def torch(rng: np.random.Generator) -> Held:
    """Return a torch, a spray can or another thick handle."""
    radius, case = rng.uniform(0.013, 0.026), painted(rng)
    profile = [(0, -0.06), (radius, -0.06), (radius, 0.05), (radius * 1.5, 0.08), (radius * 1.5, 0.1), (0, 0.1)]
    return Thing("torch", [lathe(profile, case)], [rod_solid(radius, -0.07, 0.07)]), Wrapped(radius, -0.01, (0, 30))


def umbrella(rng: np.random.Generator) -> Held:
    """Return a stick, broom or closed umbrella."""
    radius = rng.uniform(0.008, 0.016)
    stick = rod(
        radius, -rng.uniform(0.08, 0.5), rng.uniform(0.3, 0.8), wood(rng) if rng.uniform() < 0.5 else plastic(rng)
    )
    knob = moved(ball((radius * 1.3,) * 3, plastic(rng)), place((0, 0, -0.08)))
    return Thing("stick", [stick, knob], [rod_solid(radius, -0.3, 0.3)]), Wrapped(radius, 0.0, (-5, 40))

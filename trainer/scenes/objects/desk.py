"""Small things: to write with, to read, to pay with, to smoke."""

import numpy as np

from ..mesh import Material
from .holds import BetweenFingers, InPalm, Pinched, Tripod
from .looks import metal, painted, plastic, printed, skin_like
from .shapes import ball, box, lathe, moved, place, ring, rod, sheet
from .solid import box_solid, rod_solid
from .thing import Held, Thing


def pen(rng: np.random.Generator) -> Held:
    """Return a pen, pencil or marker."""
    radius, length = rng.uniform(0.0035, 0.008), rng.uniform(0.12, 0.17)
    shaft = lathe([(radius, 0.015), (radius, length), (radius, length), (0, length)], painted(rng), 12)
    tip = lathe([(0, 0), (0.0012, 0.001), (radius, 0.015)], metal(rng) if rng.uniform() < 0.5 else skin_like(rng), 12)
    hold = Tripod(0.028, radius) if rng.uniform() < 0.8 else BetweenFingers(length / 2)
    return Thing("pen", [shaft, tip], [rod_solid(radius, 0.0, length)]), hold


def cigarette(rng: np.random.Generator) -> Held:
    """Return a cigarette."""
    paper = rod(0.004, -0.055, 0.0, Material(colour=(0.85, 0.84, 0.8)), 10)
    end = rod(0.004, 0.0, 0.025, skin_like(rng), 10)
    ember = rod(0.0038, -0.057, -0.055, Material(colour=(0.9, 0.2, 0.05), emission=float(rng.uniform(0, 1))), 10)
    return Thing("cigarette", [paper, end, ember], [rod_solid(0.004, -0.055, 0.025)]), BetweenFingers(0.005)


def paper(rng: np.random.Generator) -> Held:
    """Return a sheet of paper or a newspaper, a little bent."""
    width = rng.uniform(0.1, 0.3)
    size = (width, width * 1.4)
    mesh = sheet(size, rng.uniform(-0.8, 0.8), printed(rng, (192, 256)))
    return Thing("paper", [mesh], [box_solid((*size, 0.002))]), Pinched(-size[1] / 2 + 0.01)


def card(rng: np.random.Generator) -> Held:
    """Return a card, photo or banknote."""
    name = str(rng.choice(["card", "banknote", "photo"]))
    size = {"card": (0.054, 0.086), "banknote": (0.065, 0.14), "photo": (0.1, 0.15)}[name]
    mesh = sheet(size, rng.uniform(-0.5, 0.5) if name == "banknote" else 0.0, printed(rng, (96, 160)))
    hold = Pinched(-size[1] / 2 + 0.01) if rng.uniform() < 0.75 else InPalm(0.002, (30, 90), -0.02)
    return Thing(name, [mesh], [box_solid((*size, 0.0015))]), hold


def book(rng: np.random.Generator) -> Held:
    """Return a closed book or notebook."""
    size = (rng.uniform(0.09, 0.16), rng.uniform(0.15, 0.22), rng.uniform(0.008, 0.035))
    pages = box((size[0] - 0.006, size[1] - 0.008, size[2] - 0.003), Material(colour=(0.8, 0.78, 0.7)))
    cover = printed(rng, (128, 176)) if rng.uniform() < 0.6 else painted(rng)
    covers = [moved(box((size[0], size[1], 0.0015), cover), place((0, 0, side * size[2] / 2))) for side in (-1, 1)]
    spine = moved(box((0.0015, size[1], size[2]), painted(rng)), place((-size[0] / 2, 0, 0)))
    return Thing("book", [pages, *covers, spine], [box_solid(size)]), InPalm(size[2], (60, 110), -size[1] * 0.25)


def key(rng: np.random.Generator) -> Held:
    """Return a key."""
    grey = metal(rng)
    bow = moved(ring(0.009, 0.003, grey), place((0, -0.012, 0)))
    shank = moved(box((0.006, 0.035, 0.002), grey), place((0, 0.015, 0)))
    bit = moved(box((0.004, 0.018, 0.002), grey), place((0.004, 0.022, 0)))
    return Thing("key", [bow, shank, bit], [box_solid((0.02, 0.03, 0.003))]), Pinched(-0.012, 0.003)


def small_thing(rng: np.random.Generator) -> Held:
    """Return a small ball, ring, nut or sweet between the fingertips."""
    radius = rng.uniform(0.004, 0.012)
    mesh = ball((radius,) * 3, painted(rng)) if rng.uniform() < 0.6 else box((radius * 2,) * 3, plastic(rng))
    return Thing("small thing", [mesh], [box_solid((radius * 1.6,) * 3)]), Pinched(0.0, radius * 1.6)

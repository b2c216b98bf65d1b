"""Things for sports, music and games, and bags."""

import numpy as np

from .holds import Palmed, Pinched, Tripod, Wrapped
from .looks import metal, painted, plastic, printed, rubber, skin_like, wood
from .shapes import ball, box, moved, place, rod, tube
from .solid import Solid, rod_solid
from .thing import Held, Thing


def sports_ball(rng: np.random.Generator) -> Held:
    """Return a ball."""
    radius = rng.choice([rng.uniform(0.02, 0.04), rng.uniform(0.06, 0.12)])
    material = (
        printed(rng, (128, 64)) if rng.uniform() < 0.3 else skin_like(rng) if rng.uniform() < 0.15 else painted(rng)
    )
    return Thing("ball", [ball((radius,) * 3, material, 32)], [Solid(np.eye(4), np.zeros(3), radius)]), Palmed(radius)


def racket(rng: np.random.Generator) -> Held:
    """Return a racket or a bat."""
    radius = rng.uniform(0.013, 0.017)
    grip = rod(radius, -0.08, 0.1, rubber(rng) if rng.uniform() < 0.6 else painted(rng))
    if rng.uniform() < 0.4:
        return Thing(
            "bat",
            [grip, moved(ball((0.075, 0.006, 0.08), painted(rng), 24), place((0, 0, 0.17)))],
            [rod_solid(radius, -0.09, 0.1)],
        ), Wrapped(radius, 0.0, (5, 35))
    shaft, frame = rod(radius * 0.6, 0.1, 0.25, painted(rng)), painted(rng)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    head = tube(np.stack([0.11 * np.cos(angle), 0 * angle, 0.39 + 0.14 * np.sin(angle)], 1), 0.008, frame, closed=True)
    strings = [
        moved(rod(0.0012, -0.1, 0.1, plastic(rng), 4), place((0, 0, 0.39 + offset), (0, np.pi / 2, 0)))
        for offset in np.linspace(-0.1, 0.1, 7)
    ]
    return Thing("racket", [grip, shaft, head, *strings], [rod_solid(radius, -0.09, 0.1)]), Wrapped(
        radius, 0.0, (5, 35)
    )


def dumbbell(rng: np.random.Generator) -> Held:
    """Return a dumbbell."""
    bar, weight = rod(0.014, -0.07, 0.07, metal(rng)), painted(rng)
    ends = [moved(rod(rng.uniform(0.03, 0.055), -0.03, 0.03, weight), place((0, 0, side * 0.09))) for side in (-1, 1)]
    return Thing("dumbbell", [bar, *ends], [rod_solid(0.014, -0.09, 0.09)]), Wrapped(0.014, 0.0, (-5, 5))


def bag(rng: np.random.Generator) -> Held:
    """Return a bag or bucket on its handle."""
    material, height = painted(rng), rng.uniform(0.15, 0.35)
    width = height * rng.uniform(0.6, 1)
    handle = tube(
        [
            (0, -0.12, -width * 0.3),
            (0, -0.05, -0.06),
            (0, 0, -0.05),
            (0, 0, 0.05),
            (0, -0.05, 0.06),
            (0, -0.12, width * 0.3),
        ],
        0.007,
        material,
    )
    body = moved(
        box((width * 0.4, height, width), printed(rng, (96, 96)) if rng.uniform() < 0.4 else material),
        place((0, -0.12 - height / 2, 0)),
    )
    return Thing("bag", [handle, body], [rod_solid(0.008, -0.06, 0.06)]), Wrapped(0.008, 0.0, (-5, 10), (75, 105))


def bow(rng: np.random.Generator) -> Held:
    """Return a violin's bow or a drumstick."""
    length = rng.uniform(0.35, 0.65)
    stick = rod(0.0055, -0.05, length, wood(rng), 10)
    return Thing("bow", [stick], [rod_solid(0.0055, -0.05, length)]), Wrapped(0.006, 0.02, (15, 60))


def neck(rng: np.random.Generator) -> Held:
    """Return the neck of a guitar, violin or cello with its head."""
    radius, length = rng.uniform(0.013, 0.022), rng.uniform(0.2, 0.6)
    wooden = wood(rng)
    board = moved(box((0.004, radius * 2.2, length + 0.15), rubber(rng)), place((radius * 0.9, 0, -length / 2 + 0.05)))
    head = moved(box((0.02, 0.07, 0.16), wooden), place((0, 0, 0.2)))
    body = moved(ball((0.05, 0.19, 0.25), wooden, 24), place((0, 0, -length - 0.2)))
    return Thing(
        "guitar", [rod(radius, -length, 0.12, wooden), board, head, body], [rod_solid(radius, -length, 0.12)]
    ), Wrapped(radius, 0.0, (-5, 25), (70, 110))


def plectrum(rng: np.random.Generator) -> Held:
    """Return a plectrum or a coin."""
    mesh = ball((0.012, 0.012, 0.001), painted(rng))
    return Thing("plectrum", [mesh], [Solid(np.eye(4), np.array([0.008, 0.008, 0.0]), 0.001)]), Pinched(-0.006)


def baton(rng: np.random.Generator) -> Held:
    """Return a conductor's baton, chopstick or needle."""
    return Thing(
        "baton", [rod(0.0025, -rng.uniform(0.1, 0.3), 0.06, wood(rng), 8)], [rod_solid(0.003, -0.1, 0.06)]
    ), Tripod(0.0, 0.003)

"""Devices."""

from dataclasses import replace

import numpy as np

from .holds import InPalm, Pinched, Wrapped
from .looks import metal, plastic, rubber, screen
from .shapes import ball, box, lathe, moved, place, plate, rod
from .solid import box_solid, rod_solid
from .thing import Held, Thing


def phone(rng: np.random.Generator) -> Held:
    """Return a phone; its screen may shine."""
    size = (rng.uniform(0.066, 0.078), rng.uniform(0.138, 0.163), rng.uniform(0.007, 0.011))
    corner = 0.009
    case = plate(rounded(size[0], size[1], corner), size[2], plastic(rng))
    glass = rounded(size[0] - 0.004, size[1] - 0.005, corner - 0.002)
    front = moved(plate(glass, 4e-4, screen(rng, (96, 200))), place((0, 0, size[2] / 2 + 2e-4)))
    lens = moved(
        box((0.022, 0.03, 0.002), rubber(rng)), place((size[0] / 2 - 0.018, size[1] / 2 - 0.022, -size[2] / 2))
    )
    return Thing("phone", [case, front, lens], [box_solid(size)]), InPalm(size[2], (15, 80), -rng.uniform(0, 0.03))


def remote(rng: np.random.Generator) -> Held:
    """Return a remote control."""
    size = (rng.uniform(0.036, 0.052), rng.uniform(0.14, 0.2), rng.uniform(0.014, 0.022))
    case, button = plastic(rng), plastic(rng)
    meshes = [box(size, case)]
    for row in range(6):
        for column in (-1, 0, 1):
            at = (column * size[0] * 0.28, (row - 1.5) * 0.018, size[2] / 2)
            meshes.append(moved(box((size[0] * 0.17, 0.009, 0.003), button), place(at)))
    return Thing("remote", meshes, [box_solid(size)]), InPalm(size[2], (20, 70), -0.02)


def microphone(rng: np.random.Generator) -> Held:
    """Return a hand microphone."""
    radius = rng.uniform(0.013, 0.018)
    handle = lathe([(0, -0.12), (radius * 0.8, -0.12), (radius * 0.8, -0.12), (radius * 1.2, 0.06)], plastic(rng))
    head = moved(ball((0.026, 0.026, 0.028), metal(rng)), place((0, 0, 0.08)))
    solids = [rod_solid(radius, -0.13, 0.07), rod_solid(0.026, 0.055, 0.107)]
    return Thing("microphone", [handle, head], solids), Wrapped(radius, -0.02, (5, 40))


def camera(rng: np.random.Generator) -> Held:
    """Return a photo camera, held by the grip on its right side."""
    case = plastic(rng)
    body = moved(box((0.12, 0.035, 0.08), case), place((0.045, 0, 0)))
    grip = rod(0.018, -0.035, 0.035, rubber(rng))
    lens = moved(rod(0.03, 0.0, rng.uniform(0.03, 0.09), rubber(rng)), place((0.055, -0.015, 0), (np.pi / 2, 0, 0)))
    finder = moved(box((0.04, 0.035, 0.025), case), place((0.055, 0, 0.045)))
    solids = [rod_solid(0.018, -0.05, 0.05), replace(box_solid((0.12, 0.03, 0.08)), frame=place((0.045, 0, 0)))]
    return Thing("camera", [body, grip, lens, finder], solids), Wrapped(0.019, 0.0, (-5, 10), (80, 100))


def tablet(rng: np.random.Generator) -> Held:
    """Return a tablet computer, held by an edge."""
    size = (rng.uniform(0.12, 0.18), rng.uniform(0.19, 0.25), rng.uniform(0.006, 0.01))
    case = plate(rounded(size[0], size[1], 0.01), size[2], plastic(rng))
    front = moved(
        plate(rounded(size[0] - 0.016, size[1] - 0.016, 0.004), 4e-4, screen(rng, (160, 224))),
        place((0, 0, size[2] / 2 + 2e-4)),
    )
    return Thing("tablet", [case, front], [box_solid(size)]), Pinched(-size[1] / 2 + 0.012, size[2], (0.9, 1.0))


def mouse(rng: np.random.Generator) -> Held:
    """Return a computer mouse under the palm."""
    case = plastic(rng)
    mesh = ball((0.031, 0.055, 0.022), case, 24)
    solid = box_solid((0.058, 0.1, 0.034))
    return Thing("mouse", [mesh], [solid]), InPalm(0.044, (85, 95), -0.03)


def rounded(width: float, height: float, corner: float) -> np.ndarray:
    """Return the outline of a rectangle with round corners."""
    angle = np.linspace(0, np.pi / 2, 5)
    arc = corner * np.stack([np.cos(angle), np.sin(angle)], 1)
    inner = np.array([width / 2 - corner, height / 2 - corner])
    parts = []
    for sign in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        parts.append(arc + inner * sign)
        arc = np.stack([-arc[:, 1], arc[:, 0]], 1)
    return np.concatenate(parts)

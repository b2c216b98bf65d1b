"""Things that people eat and drink with."""

from dataclasses import replace

import numpy as np

from .holds import Palmed, Pinched, Tripod, Wrapped
from .looks import glass, metal, painted, plastic, printed, skin_like, wood
from .shapes import ball, box, lathe, moved, place, plate, ring
from .solid import Solid, box_solid, rod_solid
from .thing import Held, Thing


def cup(rng: np.random.Generator) -> Held:
    """Return a cup or mug, with or without an ear."""
    radius, height = rng.uniform(0.033, 0.044), rng.uniform(0.08, 0.11)
    base = radius * rng.uniform(0.7, 1)
    wall = 0.003
    profile = [(0, 0), (base, 0), (base, 0), (radius, height), (radius, height), (radius - wall, height)]
    inside = [(radius - wall, height), (base - wall, 0.005), (base - wall, 0.005), (0, 0.005)]
    material = painted(rng) if rng.uniform() < 0.6 else printed(rng, (192, 64))
    meshes = [lathe(profile + inside, material, 32)]
    thing = Thing("cup", meshes, [rod_solid(radius, -0.03, height + 0.03)])
    hold = Wrapped(radius, height * 0.5, (-5, 20), (60, 150))
    if rng.uniform() < 0.4:
        return thing, hold
    middle = (radius + 0.012, 0, height / 2)
    meshes.append(moved(ring(rng.uniform(0.018, 0.026), 0.005, material), place(middle, (np.pi / 2, 0, 0))))
    if rng.uniform() < 0.6:
        return thing, hold
    ear = replace(rod_solid(0.006, -0.015, 0.015), frame=place((radius + 0.034, 0, height / 2)))
    held = Thing("cup", meshes, [*thing.solids, ear]).moved(place((-radius - 0.034, 0, -height / 2)))
    return held, Wrapped(0.007, 0.0, (-5, 20), (255, 290))


def drinking_glass(rng: np.random.Generator) -> Held:
    """Return a drinking glass."""
    radius, height = rng.uniform(0.028, 0.04), rng.uniform(0.09, 0.15)
    profile = [(0, 0), (radius * 0.8, 0), (radius * 0.8, 0), (radius, height), (radius - 0.002, height), (0, 0.02)]
    return Thing("glass", [lathe(profile, glass(rng), 32)], [rod_solid(radius, -0.03, height + 0.03)]), Wrapped(
        radius, height * rng.uniform(0.4, 0.6), (-5, 15)
    )


def bottle(rng: np.random.Generator) -> Held:
    """Return a bottle with a label."""
    radius, height = rng.uniform(0.028, 0.04), rng.uniform(0.2, 0.28)
    shoulder = height * rng.uniform(0.55, 0.7)
    profile = [(0, 0), (radius, 0.003), (radius, shoulder), (0.014, height * 0.85), (0.014, height), (0, height)]
    body = lathe(profile, glass(rng) if rng.uniform() < 0.5 else painted(rng), 24)
    label = lathe([(radius + 5e-4, shoulder * 0.25), (radius + 5e-4, shoulder * 0.75)], printed(rng, (256, 96)), 24)
    solids = [rod_solid(radius, -0.03, shoulder + radius), rod_solid(0.014, shoulder, height)]
    return Thing("bottle", [body, label], solids), Wrapped(radius, shoulder * rng.uniform(0.4, 0.8))


def can(rng: np.random.Generator) -> Held:
    """Return a drinks can."""
    radius, height = rng.choice([0.0265, 0.033]), rng.uniform(0.115, 0.16)
    body = lathe([(radius, 0.004), (radius, height - 0.008)], printed(rng, (256, 128)), 24)
    ends = (
        [(0, 0), (radius * 0.85, 0), (radius, 0.004)],
        [(radius, height - 0.008), (radius * 0.85, height), (0, height)],
    )
    meshes = [body, *(lathe(end, metal(rng), 24) for end in ends)]
    return Thing("can", meshes, [rod_solid(radius, -0.03, height + 0.03)]), Wrapped(radius, height * 0.5)


def cutlery(rng: np.random.Generator) -> Held:
    """Return a knife, fork or spoon."""
    name = str(rng.choice(["knife", "fork", "spoon"]))
    material = metal(rng) if rng.uniform() < 0.8 else plastic(rng)
    handle = moved(box((0.012, 0.003, 0.11), material), place((0, 0, 0.055)))
    if name == "spoon":
        end = moved(ball((0.02, 0.005, 0.03), material), place((0, 0, -0.065)))
    else:
        end = moved(box((0.02 if name == "knife" else 0.022, 0.0015, 0.07), material), place((0, 0, -0.07)))
    neck = moved(box((0.006, 0.0025, 0.06), material), place((0, 0, -0.02)))
    solids = [rod_solid(0.004, -0.06, 0.11)]
    held = Tripod(0.02, 0.004) if rng.uniform() < 0.7 else Wrapped(0.006, 0.05, (10, 40))
    return Thing(name, [handle, neck, end], solids), held


def kitchen_knife(rng: np.random.Generator) -> Held:
    """Return a large knife."""
    length = rng.uniform(0.12, 0.22)
    handle = moved(box((0.026, 0.016, 0.11), rng.choice(np.array([wood, plastic]))(rng)), place((0, 0, 0)))
    outline = [(-0.012, 0), (0.014, 0), (0.012, length * 0.7), (-0.008, length), (-0.012, length)]
    blade = moved(plate(outline, 0.002, metal(rng)), place((0, 0, 0.055), (np.pi / 2, 0, 0)))
    return Thing("kitchen knife", [handle, blade], [rod_solid(0.011, -0.06, 0.06)]), Wrapped(
        0.011, 0.0, (5, 35), (0, 60)
    )


def fruit(rng: np.random.Generator) -> Held:
    """Return an apple, an orange, an egg or the like; some have the colour of skin."""
    radius = rng.uniform(0.022, 0.042)
    material = skin_like(rng) if rng.uniform() < 0.3 else painted(rng)
    mesh = ball((radius, radius * rng.uniform(0.9, 1), radius * rng.uniform(0.9, 1.15)), material, 24)
    solid = Solid(np.eye(4), np.zeros(3), radius)
    return Thing("fruit", [mesh], [solid]), Palmed(radius)


def biscuit(rng: np.random.Generator) -> Held:
    """Return a biscuit, a piece of bread or a slice."""
    radius, thickness = rng.uniform(0.02, 0.05), rng.uniform(0.006, 0.015)
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    outline = np.stack([np.cos(angle), np.sin(angle)], 1) * radius * rng.uniform(0.9, 1, (16, 1))
    size = (radius * 2, radius * 2, thickness)
    return Thing("biscuit", [plate(outline, thickness, skin_like(rng))], [box_solid(size)]), Pinched(
        -radius * 0.7, thickness
    )

"""Things that lie or stand about, on tables and in rooms."""

from collections.abc import Callable

import numpy as np

from .looks import painted, plastic, printed, rubber, screen, skin_like
from .sample import KINDS
from .shapes import ball, box, lathe, moved, place, tube
from .thing import Thing


def keyboard(rng: np.random.Generator) -> Thing:
    """Return a computer keyboard."""
    case, cap = plastic(rng), plastic(rng)
    meshes = [moved(box((0.44, 0.14, 0.012), case), place((0, 0, 0.006)))]
    for row in range(5):
        meshes += [
            moved(box((0.017, 0.017, 0.008), cap), place((x, 0.05 - row * 0.022, 0.015)))
            for x in np.linspace(-0.2, 0.2, 19)
        ]
    return Thing("keyboard", meshes, [])


def laptop(rng: np.random.Generator) -> Thing:
    """Return an open laptop; its screen faces -y."""
    width, depth, lean = rng.uniform(0.29, 0.38), rng.uniform(0.2, 0.25), rng.uniform(0.1, 0.6)
    case = plastic(rng)
    base = moved(box((width, depth, 0.014), case), place((0, 0, 0.007)))
    keys = moved(box((width * 0.85, depth * 0.45, 0.002), rubber(rng)), place((0, depth * 0.15, 0.015)))
    hinge = place((0, depth / 2, 0.014), (-lean, 0, 0))
    lid = moved(box((width, 0.008, depth), case), hinge @ place((0, 0, depth / 2)))
    front = moved(
        box((width - 0.016, 0.001, depth - 0.02), screen(rng, (224, 144))), hinge @ place((0, -0.0045, depth / 2))
    )
    return Thing("laptop", [base, keys, lid, front], [])


def dish(rng: np.random.Generator) -> Thing:
    """Return a plate or bowl, with something on it or not."""
    radius, height = rng.uniform(0.07, 0.14), rng.uniform(0.015, 0.07)
    profile = [(0, 0), (radius * 0.5, 0), (radius, height), (radius * 0.98, height), (radius * 0.5, 0.006), (0, 0.006)]
    meshes = [lathe(profile, painted(rng), 32)]
    for _ in range(rng.integers(0, 5)):
        at = rng.uniform(-0.4, 0.4, 2) * radius
        size = rng.uniform(0.008, 0.035, 3).tolist()
        meshes.append(moved(ball(size, skin_like(rng) if rng.uniform() < 0.5 else painted(rng)), place((*at, 0.02))))
    return Thing("dish", meshes, [])


def plant(rng: np.random.Generator) -> Thing:
    """Return a plant in a pot; its leaves spread like fingers."""
    pot = lathe([(0, 0), (0.05, 0), (0.07, 0.11), (0.065, 0.11), (0, 0.1)], painted(rng), 20)
    green = painted(rng)
    meshes = [pot]
    for _ in range(rng.integers(5, 14)):
        turn, lean, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 1.2), rng.uniform(0.06, 0.2)
        leaf = moved(ball((0.02, 0.003, length / 2), green, 10), place((0, 0, length / 2)))
        meshes.append(moved(leaf, place((0, 0, 0.1), (0, 0, turn)) @ place((0, 0, 0), (0, lean, 0))))
    return Thing("plant", meshes, [])


def blob(rng: np.random.Generator) -> Thing:
    """Return a lump or a few sticks of the colour of skin: bread, sausages, carrots, dough."""
    material = skin_like(rng)
    if rng.uniform() < 0.4:
        return Thing("blob", [moved(ball(rng.uniform(0.02, 0.09, 3).tolist(), material), place((0, 0, 0.03)))], [])
    sticks = []
    for index in range(rng.integers(2, 6)):
        bend, length = rng.uniform(-0.02, 0.02), rng.uniform(0.05, 0.12)
        path = [(0, -length / 2, 0), (bend, 0, 0), (0, length / 2, 0)]
        stick = tube(path, rng.uniform(0.006, 0.012), material)
        sticks.append(moved(stick, place((index * 0.022, 0, 0.01), (0, 0, rng.normal(0, 0.15)))))
    return Thing("blob", sticks, [])


def pile(rng: np.random.Generator) -> Thing:
    """Return a pile of books and papers."""
    meshes, height = [], 0.0
    for _ in range(rng.integers(1, 6)):
        size = (rng.uniform(0.1, 0.22), rng.uniform(0.15, 0.3), rng.uniform(0.003, 0.04))
        meshes.append(
            moved(box(size, printed(rng, (96, 128))), place((0, 0, height + size[2] / 2), (0, 0, rng.normal(0, 0.3))))
        )
        height += size[2]
    return Thing("pile", meshes, [])


LOOSE: tuple[Callable[[np.random.Generator], Thing], ...] = (keyboard, laptop, dish, plant, blob, pile)


def sample_loose(rng: np.random.Generator) -> Thing:
    """Return a thing that rests on the plane z = 0: one for tables, or one that is else held, laid down."""
    if rng.uniform() < 0.5:
        return LOOSE[rng.integers(len(LOOSE))](rng).joined()
    thing, _ = KINDS[str(rng.choice(list(KINDS)))][0](rng)
    if rng.uniform() < 0.7:
        thing = thing.moved(place((0, 0, 0), (0, np.pi / 2, 0)) @ place((0, 0, 0), (0, 0, rng.uniform(0, 2 * np.pi))))
    lowest = min(float(mesh.vertices[:, 2].min()) for mesh in thing.meshes)
    return thing.moved(place((0, 0, -lowest))).joined()

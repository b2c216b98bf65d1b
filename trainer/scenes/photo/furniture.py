"""Things that stand, hang and lie about in rooms; each stands on the floor at its origin, its back towards +y."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Image

from ..mesh import Material, Mesh
from .blocks import ball, boxes, panel
from .textures import sample_texture

Vector = NDArray[np.float64]
WALLPAPERS = (*("plaster",) * 8, *("stripes", "dots", "bricks", "tiles", "clouds", "wood"))
FABRICS = ("carpet", "stripes", "checks", "plaster", "dots")
SURFACES = ("wood", "wood", "plaster", "marble")
WINDOW_LIGHT = 3.0  # brighter than what is in the room


def sample_colours(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Sample the colours ``(n, 3)`` of things in a household: mostly dull, from black to white."""
    levels, strengths = rng.uniform(0.03, 0.95, (count, 1)) ** 1.3, rng.beta(1, 3.5, (count, 1))
    return np.clip(levels * ((1 - strengths) + strengths * 3 * rng.dirichlet([0.8, 0.8, 0.8], count)), 0, 1)


def sample_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    """Sample the colour of one such thing."""
    red, green, blue = sample_colours(rng, 1)[0].tolist()
    return red, green, blue


def pale_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    """Sample the colour of most walls and ceilings."""
    red, green, blue = (rng.uniform(0.4, 0.9) * rng.uniform(0.82, 1, 3)).tolist()
    return red, green, blue


def sample_material(rng: np.random.Generator, *kinds: str) -> Material:
    """Sample a material with a texture of one of some kinds."""
    return Material(
        colour=sample_colour(rng),
        texture=sample_texture(rng, *kinds),
        roughness=float(rng.uniform(0.25, 0.95)),
        specular=float(rng.uniform(0, 0.5)),
    )


def picture(rng: np.random.Generator, images: list[Image]) -> Image:
    """Return one of some images, or a made one if there are none."""
    return (
        images[rng.integers(len(images))] if images and rng.random() < 0.7 else sample_texture(rng, "picture", "clouds")
    )


def _cupboard(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    size = rng.uniform([0.5, 0.3, 0.5], [1.8, 0.6, 2.1])
    doors = int(rng.integers(1, 4))
    width = size[0] / doors
    x = (np.arange(doors) + 0.5) * width - size[0] / 2
    fronts = [np.array([at, -size[1] - 0.008, size[2] / 2]) for at in x]
    material = sample_material(rng, *SURFACES)
    knobs = [np.array([at + 0.35 * width, -size[1] - 0.03, size[2] * 0.5]) for at in x]
    return [
        boxes([np.array([0, -size[1] / 2, size[2] / 2])], [size], material),
        boxes(fronts, [np.array([width - 0.02, 0.016, size[2] - 0.06])] * doors, material),
        boxes(knobs, [np.array([0.02, 0.03, 0.1])] * doors, Material(colour=(0.5, 0.5, 0.5), roughness=0.3)),
    ]


def _shelf(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    width, depth, levels = rng.uniform(0.6, 1.8), rng.uniform(0.2, 0.35), int(rng.integers(2, 7))
    gap = rng.uniform(0.25, 0.4)
    boards = [np.array([0, -depth / 2, gap * level + 0.1]) for level in range(levels + 1)]
    posts = [np.array([side * width / 2, -depth / 2, gap * levels / 2 + 0.1]) for side in (-1, 1)]
    sizes = [np.array([width, depth, 0.02])] * len(boards) + [np.array([0.02, depth, gap * levels])] * 2
    shelf = boxes(boards + posts, sizes, sample_material(rng, *SURFACES))
    thickness = rng.uniform(0.012, 0.06, (levels, int(width / 0.036)))
    x = np.cumsum(thickness + 0.15 * (rng.random(thickness.shape) < 0.08), axis=1) - width / 2 - thickness / 2
    level, book = np.nonzero((x < width / 2 - 0.05) & (rng.random(x.shape) < 0.9))
    size = rng.uniform([0, 0.1, 0.12], [0, depth * 0.9, gap * 0.9], (len(level), 3))
    size[:, 0] = thickness[level, book] - 0.002
    places = np.stack([x[level, book], np.full(len(level), -depth * 0.55), gap * level + 0.11 + size[:, 2] / 2], axis=1)
    return [shelf, boxes(places, size, Material(roughness=0.7), colours=sample_colours(rng, len(level)))]


def _table(rng: np.random.Generator, images: list[Image]) -> list[Mesh]:
    return table(rng, rng.uniform([0.7, 0.5], [1.8, 0.9]), float(rng.uniform(0.45, 0.78)), images)


def table(rng: np.random.Generator, size: Vector, height: float, images: list[Image]) -> list[Mesh]:
    """Return a table with clutter near its back edge; its middle is at x = 0, its back edge at y = 0."""
    material = sample_material(rng, *SURFACES)
    top = np.array([0, -size[1] / 2, height - 0.015])
    corners = [
        np.array([x * (size[0] / 2 - 0.05), y, height / 2 - 0.02]) for x in (-1, 1) for y in (-0.05, 0.05 - size[1])
    ]
    legs = boxes([*corners], [np.array([0.05, 0.05, height - 0.03])] * 4, material)
    meshes = [boxes([top], [np.array([*size, 0.03])], material), legs]
    count = int(rng.integers(0, 9))
    sizes = list(rng.uniform([0.03, 0.03, 0.005], [0.3, 0.2, 0.25], (count, 3)))
    places = [
        np.array([rng.uniform(-0.45, 0.45) * size[0], -size[1] * rng.uniform(0.05, 0.3), height + s[2] / 2])
        for s in sizes
    ]
    if count:
        colours = sample_colours(rng, count)
        meshes.append(boxes(places, sizes, Material(roughness=0.5), turns=rng.uniform(-1, 1, count), colours=colours))
    if rng.random() < 0.3:
        screen = Material(texture=picture(rng, images), emission=float(rng.uniform(0.2, 1.0)), roughness=0.2)
        at = np.array([rng.uniform(-0.3, 0.3) * size[0], -0.12, height + 0.28])
        meshes.append(panel(at, np.array([0.26, 0, 0]), np.array([0, 0.02, 0.16]), screen))
    return meshes


def _sofa(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    width, depth = rng.uniform(0.7, 2.2), rng.uniform(0.75, 1.0)
    centres = [[0, -depth / 2, 0.22], [0, -0.1, 0.45], [-width / 2, -depth / 2, 0.32], [width / 2, -depth / 2, 0.32]]
    sizes = [[width, depth, 0.44], [width, 0.2, 0.8], [0.18, depth, 0.6], [0.18, depth, 0.6]]
    meshes = [boxes([np.array(c) for c in centres], [np.array(s) for s in sizes], sample_material(rng, *FABRICS))]
    for _ in range(int(rng.integers(0, 4))):
        at = np.array([rng.uniform(-0.4, 0.4) * width, -0.3, 0.6])
        meshes.append(ball(at, np.array([0.22, 0.1, 0.2]), sample_material(rng, *FABRICS)))
    return meshes


def _window(rng: np.random.Generator, images: list[Image]) -> list[Mesh]:
    """Return a window or a glass door, as bright as the day, with curtains."""
    width, low, high = rng.uniform(0.4, 1.2), rng.choice([0.1, 0.9]), rng.uniform(1.8, 2.3)
    bright = tuple((WINDOW_LIGHT * rng.uniform(0.1, 1) * rng.uniform(0.8, 1.1, 3)).tolist())
    view = picture(rng, images) if rng.random() < 0.6 else sample_texture(rng, "foliage", "clouds", "plaster")
    up, middle = np.array([0, 0, (high - low) / 2]), (high + low) / 2
    glass = Material(colour=(bright[0], bright[1], bright[2]), texture=view, emission=1.0, roughness=0.2)
    x = [-width, 0, width]
    bars = [np.array([at, -0.04, middle]) for at in x] + [np.array([0, -0.04, z]) for z in (low, high)]
    sizes = [np.array([0.05, 0.05, high - low])] * 3 + [np.array([2 * width, 0.05, 0.05])] * 2
    meshes = [
        panel(np.array([0, -0.03, middle]), np.array([width, 0, 0]), up, glass),
        boxes(bars, sizes, Material(colour=sample_colour(rng))),
    ]
    if rng.random() < 0.6:
        cloth = sample_material(rng, *FABRICS)
        folds = [
            np.array([side * (width + 0.05 * fold), -0.09 - 0.03 * (fold % 2), 1.2])
            for side in (-1, 1)
            for fold in range(5)
        ]
        meshes.append(boxes(folds, [np.array([0.06, 0.04, 2.3])] * len(folds), cloth))
    return meshes


def _pictures(rng: np.random.Generator, images: list[Image]) -> list[Mesh]:
    meshes = []
    for _ in range(int(rng.integers(1, 5))):
        half = rng.uniform(0.1, 0.6, 2)
        at = np.array([rng.uniform(-1, 1), -0.02, rng.uniform(1.2, 1.9)])
        material = Material(texture=picture(rng, images), roughness=float(rng.uniform(0.15, 0.9)))
        meshes.append(panel(at, np.array([half[0], 0, 0]), np.array([0, 0, half[1]]), material))
        frame = np.array([2 * half[0] + 0.05, 0.015, 2 * half[1] + 0.05])
        meshes.append(boxes([at + np.array([0, 0.011, 0])], [frame], Material(colour=sample_colour(rng))))
    return meshes


def _door(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    material = sample_material(rng, *SURFACES)
    parts = [[0, -0.02, 1.0], [0, -0.03, 2.03], [-0.45, -0.03, 1.0], [0.45, -0.03, 1.0]]
    sizes = [[0.84, 0.03, 2.0], [1.0, 0.06, 0.08], [0.08, 0.06, 2.06], [0.08, 0.06, 2.06]]
    knob = boxes(
        [np.array([0.34, -0.07, 1.02])], [np.array([0.12, 0.06, 0.03])], Material(colour=(0.6, 0.6, 0.6), roughness=0.3)
    )
    return [boxes([np.array(p) for p in parts], [np.array(s) for s in sizes], material), knob]


def _plant(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    height = rng.uniform(0.4, 1.5)
    leaves = Material(texture=sample_texture(rng, "foliage"), roughness=0.5, specular=0.3)
    meshes = [ball(np.array([0, -0.3, 0.15]), np.array([0.14, 0.14, 0.16]), Material(colour=sample_colour(rng)))]
    for _ in range(int(rng.integers(3, 9))):
        at = np.array([0, -0.3, height]) + rng.normal(0, [0.14, 0.1, 0.2 * height])
        meshes.append(ball(at, rng.uniform(0.04, 0.22, 3), leaves, rings=6))
    return meshes


def _lamp(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    height, glow = rng.uniform(0.8, 1.8), rng.uniform(0, 4)
    shade = Material(colour=(glow + 0.5, 0.85 * glow + 0.5, 0.6 * glow + 0.45), emission=1.0)
    pole = boxes(
        [np.array([0, -0.25, height / 2])], [np.array([0.03, 0.03, height])], Material(colour=sample_colour(rng))
    )
    return [ball(np.array([0, -0.25, height]), rng.uniform(0.08, 0.22, 3), shade), pole]


def _clutter(rng: np.random.Generator, _images: list[Image]) -> list[Mesh]:
    """Return a heap of boxes."""
    count = int(rng.integers(2, 14))
    sizes = list(rng.uniform(0.08, 0.5, (count, 3)))
    places = [np.array([rng.uniform(-0.8, 0.8), -rng.uniform(0.1, 0.6), rng.uniform(0, 0.7) + s[2] / 2]) for s in sizes]
    colours = sample_colours(rng, count)
    return [boxes(places, sizes, Material(roughness=0.8), turns=rng.uniform(-1, 1, count), colours=colours)]


FURNITURE: tuple[Callable[[np.random.Generator, list[Image]], list[Mesh]], ...] = (
    *(_cupboard, _shelf, _table, _sofa, _window, _pictures, _door, _plant, _lamp, _clutter, _pictures),
)

"""The tidy room behind the people of the demo clip, and its light."""

import numpy as np

from ..scenes.mesh import Material, Mesh
from ..scenes.objects.shapes import ball, lathe, moved, place, rod
from ..scenes.photo.blocks import boxes, inside_out
from ..scenes.photo.lights import white
from ..scenes.photo.textures import texture
from ..scenes.raster.lighting import Light, Lighting, hemisphere

WALL_Y = 1.7  # of the back wall, metres
BOARDS_Z, BOOKS = (1.36, 1.72), 13  # heights of the shelves, books on each
# Linear RGB.
BOOK_COLOURS = np.array(
    [(0.45, 0.12, 0.08), (0.06, 0.14, 0.22), (0.6, 0.52, 0.4), (0.12, 0.2, 0.13), (0.5, 0.3, 0.08), (0.7, 0.67, 0.62)]
)
WOOD, GREEN, WHITE, OCHRE = (0.5, 0.42, 0.36), (0.06, 0.16, 0.05), (0.75, 0.74, 0.7), (0.6, 0.22, 0.06)
# Lamps: from the person's eyes, metres; light of a white thing there; colour temperature; size.
LAMPS = (((-0.9, -1.3, 0.7), 0.8, 5500, 0.6), ((1.2, -1.1, 0.2), 0.3, 4300, 0.8))


def furnished_room(wall: tuple[float, float, float]) -> list[Mesh]:
    """Return a room around a person at the origin who looks to -y, with walls of a linear RGB colour."""
    wood = Material(WOOD, texture("wood", 1), roughness=0.6)
    shell = inside_out(boxes([(0, -0.3, 1.25)], [(5, 4, 2.5)], Material(wall, roughness=0.95, specular=0.05)))
    floor = boxes([(0, -0.3, 0)], [(5, 4, 0.02)], wood)
    sideboard = boxes(
        [(0, WALL_Y - 0.22, 0.4), *((x, WALL_Y - 0.45, 0.4) for x in (-1.2, -0.4, 0.4, 1.2))],
        [(3.2, 0.44, 0.8), *((0.78, 0.02, 0.74),) * 4],
        wood,
    )
    boards = boxes([(0.95, WALL_Y - 0.12, z) for z in BOARDS_Z], [(1.1, 0.24, 0.025)] * 2, wood)
    return [shell, floor, sideboard, boards, _books(), *_picture(), *_plant(), *_lamp()]


def daylight(eyes: np.ndarray) -> Lighting:
    """Return the light of a window and a bright room, before a person with eyes at a ``(3,)`` place."""
    lights = []
    for offset, power, kelvin, size in LAMPS:
        red, green, blue = (power * np.dot(offset, offset) * white(kelvin)).tolist()
        lights.append(Light(eyes + offset, (red, green, blue), size, distant=False))
    return Lighting(tuple(lights), hemisphere((0.42, 0.42, 0.43), (0.26, 0.25, 0.24)), "window")


def _books() -> Mesh:
    rng = np.random.default_rng(5)
    sizes = rng.uniform((0.022, 0.13, 0.17), (0.05, 0.17, 0.25), (len(BOARDS_Z), BOOKS, 3))
    left = 0.5 + np.cumsum(sizes[..., 0] + 0.003, axis=1) - sizes[..., 0] / 2
    height = np.array(BOARDS_Z)[:, None] + 0.0125 + sizes[..., 2] / 2
    centres = np.stack([left, np.full_like(left, WALL_Y - 0.12), height], axis=-1)
    colours = BOOK_COLOURS[rng.integers(len(BOOK_COLOURS), size=sizes[..., 0].size)]
    return boxes(centres.reshape(-1, 3), sizes.reshape(-1, 3), Material(roughness=0.8), colours=colours)


def _picture() -> list[Mesh]:
    """Return a sun over hills in a frame."""
    x, z = -0.85, 1.62
    sizes = [(0.5, 0.03, 0.66), (0.46, 0.032, 0.62), (0.34, 0.034, 0.48), (0.34, 0.036, 0.14)]
    colours = [(0.12, 0.07, 0.04), WHITE, (0.62, 0.6, 0.5), (0.1, 0.2, 0.2)]
    centres = [(x, WALL_Y, z)] * 3 + [(x, WALL_Y, z - 0.17)]
    sun = moved(ball((0.085, 0.02, 0.085), Material(OCHRE, roughness=0.9), 32), place((x, WALL_Y, z + 0.03)))
    return [boxes(centres, sizes, Material(roughness=0.8), colours=colours), sun]


def _plant() -> list[Mesh]:
    rng, at = np.random.default_rng(2), np.array([-1.15, WALL_Y - 0.2, 0.8])
    pot = lathe([(0, 0), (0.07, 0), (0.1, 0.16), (0.1, 0.16), (0, 0.15)], Material(WHITE, roughness=0.5))
    leaf = ball((0.035, 0.006, 0.17), Material(GREEN, roughness=0.5, specular=0.3, subsurface=0.3), 12)
    leaves = []
    for turn in np.linspace(0, 2 * np.pi, 14, endpoint=False):
        lean = rng.uniform(0.2, 0.9)
        axis = np.array([np.cos(turn), np.sin(turn), 0.0])
        along = np.cos(lean) * np.array([0, 0, 1]) + np.sin(lean) * np.array([-axis[1], axis[0], 0]) * -1
        leaves.append(moved(leaf, place(at + (0, 0, 0.14) + 0.16 * along, axis * lean)))
    return [moved(pot, place(at)), *leaves]


def _lamp() -> list[Mesh]:
    at = np.array([1.35, WALL_Y - 0.2, 0.8])
    shade = lathe([(0.13, 0.26), (0.09, 0.44)], Material((1.0, 0.82, 0.55), emission=0.7))
    return [moved(mesh, place(at)) for mesh in (rod(0.012, 0, 0.3, Material((0.3, 0.3, 0.3))), shade)]

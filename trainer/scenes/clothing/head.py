"""What is worn on the head: glasses, masks, hats, headphones."""

from dataclasses import replace

import numpy as np

from ..mesh import Material, Mesh
from ..objects.looks import metal, plastic
from ..objects.shapes import joined, lathe, moved, place, plate, rod, tube
from .drape import drape
from .fabric import sample_fabric
from .hair import FaceCoordinates, sample_hair
from .piece import Piece, attached, cloth
from .rest import RestBody


def sample_head(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return hair, and glasses, a mask, a hat and headphones, each or none of them."""
    with_glasses, with_mask, with_hat, with_headphones = rng.uniform(size=4) < (0.3, 0.07, 0.12, 0.08)
    hat_height = _brow(rest) if with_hat else np.inf
    pieces = sample_hair(rng, rest, masked=bool(with_mask), hat_height=hat_height)
    if with_glasses:
        pieces += glasses(rng, rest)
    if with_mask:
        pieces += mask(rng, rest)
    if with_hat:
        pieces += hat(rng, rest)
    if with_headphones:
        pieces += headphones(rng, rest)
    return pieces


def glasses(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return glasses or sunglasses."""
    x, y, z = (float(value) for value in rest.body.head("eye.L"))
    scale, frame = abs(x) / 0.03, plastic(rng) if rng.uniform() < 0.6 else metal(rng)
    thickness, front, height = rng.uniform(0.0008, 0.003) * scale, y - 0.03 * scale, z + 0.004
    rim, ear = _rim(rng) * scale, _ear(rest)
    meshes = [tube([(-0.0065 * scale, front, height), (0.0065 * scale, front, height)], thickness, frame, segments=6)]
    lens = plate(rim, 0.001, Material(colour=(0.01, 0.01, 0.012), roughness=0.1, specular=0.8))
    dark = rng.uniform() < 0.25
    for side in (-1, 1):
        middle = np.array([side * abs(x) * 1.05, front, z - 0.003])
        meshes.append(tube(np.insert(rim, 1, 0, axis=1) + middle, thickness, frame, closed=True, segments=6))
        hinge, behind = (
            middle + np.array([side * 0.027 * scale, 0, 0.006]),
            np.array([side * (ear[0] - 0.006), ear[1], height]),
        )
        temple = [hinge, (hinge + behind) / 2 + [side * 0.004, 0, 0], behind, behind + np.array([0, 0.015, -0.015])]
        meshes.append(tube(temple, thickness, frame, segments=6))
        if dark:
            meshes.append(moved(lens, place(middle, (np.pi / 2, 0, 0))))
    return [attached(rest, "head", mesh) for mesh in joined(meshes)]


def _rim(rng: np.random.Generator) -> np.ndarray:
    """Return the outline ``(20, 2)`` of a glass, from an ellipse to nearly a box."""
    angle, corner = np.linspace(0, 2 * np.pi, 20, endpoint=False), rng.uniform(0.5, 1.0)
    width, height = 0.026, rng.uniform(0.015, 0.024)
    return np.stack([_power(np.cos(angle), corner) * width, _power(np.sin(angle), corner) * height], 1)


def mask(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return a mask over nose and mouth."""
    field = FaceCoordinates(rest).mask()
    shape = drape(rest, np.full(len(field), 0.003, np.float32), smoothing=40, below=field > -0.02)
    pale = rng.choice(np.array([[0.85, 0.87, 0.88], [0.5, 0.68, 0.78], [0.03, 0.03, 0.03]]))
    material = Material(colour=tuple(pale.tolist()), roughness=0.9) if rng.uniform() < 0.7 else sample_fabric(rng)
    return [replace(cloth(rest, field, shape, material, thickness=0.001, repeats=20), hands=None)]


def hat(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return a cap, a hat with a brim, or a helmet."""
    height = _brow(rest)
    crown = rest.vertices[(rest.weight("head") > 0.5) & (rest.vertices[:, 2] > height)]
    low, high = crown.min(0), crown.max(0)
    middle, radii = (low + high) / 2, (high - low) / 2 + rng.uniform(0.008, 0.02)
    material = sample_fabric(rng)
    rise = (high[2] - height) + rng.uniform(0.012, 0.05)
    angle = np.linspace(0, np.pi / 2, 8)
    power = rng.uniform(0.5, 1.0)
    dome = lathe(np.stack([_power(np.cos(angle), power), np.sin(angle)], 1), material, 24)
    brim = _brim(rng, material)
    to_head = np.diag([radii[0], radii[1], rise, 1.0])
    to_head[:3, 3] = middle[0], middle[1], height
    return [attached(rest, "head", replace(moved(mesh, to_head), two_sided=True)) for mesh in (dome, *brim)]


def _brow(rest: RestBody) -> float:
    """Return the height of a hat's edge."""
    x, _, z = rest.body.head("eye.L")
    return float(z + 0.045 * abs(x) / 0.03)


def _brim(rng: np.random.Generator, material: Material) -> list[Mesh]:
    kind = rng.uniform()
    if kind < 0.4:  # a peak in front
        angle = np.linspace(-np.pi * 0.85, -np.pi * 0.15, 12)
        outer = np.stack([np.cos(angle) * 0.95, np.sin(angle) * 1.75], 1)
        outline = np.concatenate([outer, [[0.9, -0.2], [-0.9, -0.2]]])
        return [moved(plate(outline, 0.02, material), place((0, 0, 0.04)))]
    if kind < 0.65:
        return [lathe([(1.0, 0.02), (rng.uniform(1.3, 2.0), rng.uniform(-0.2, 0.1))], material, 32)]
    return []


def headphones(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return headphones over the head."""
    ear, case = _ear(rest), plastic(rng)
    top = rest.vertices[rest.weight("head") > 0.5][:, 2].max() + 0.01
    angle = np.linspace(0, np.pi, 16)
    wide = ear[0] + 0.006
    path = np.stack([np.cos(angle) * wide, np.full(16, ear[1] - 0.01), ear[2] + np.sin(angle) * (top - ear[2])], 1)
    meshes = [tube(path, rng.uniform(0.004, 0.009), case)]
    radius = rng.uniform(0.02, 0.042)
    for side in (-1, 1):
        turned = place((side * wide, ear[1] - 0.01, ear[2]), (0, np.pi / 2, 0))
        meshes.append(moved(rod(radius, -0.015, 0.015, case, 20), turned))
    return [attached(rest, "head", mesh) for mesh in meshes]


def _ear(rest: RestBody) -> np.ndarray:
    """Return the middle of the left ear."""
    head = rest.vertices[rest.weight("head") > 0.5]
    left = rest.body.head("eye.L")
    level = head[np.abs(head[:, 2] - left[2] + 0.01) < 0.03]
    outermost = level[level[:, 0] > np.quantile(level[:, 0], 0.985)]
    return np.asarray(outermost.mean(0))


def _power(values: np.ndarray, exponent: float) -> np.ndarray:
    return np.asarray(np.sign(values) * np.abs(values) ** exponent)

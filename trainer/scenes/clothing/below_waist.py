"""Skirts and shoes, which do not follow the skin."""

from dataclasses import replace

import numpy as np

from ..body.pose import SIDES, bone_of
from ..mesh import Material
from ..objects.looks import plastic, rubber
from ..objects.shapes import ball, grid_faces
from .fabric import sample_fabric
from .piece import Piece, attached
from .rest import RestBody

ROWS, COLUMNS = 12, 33


def skirt(rng: np.random.Generator, rest: RestBody, material: Material) -> Piece:
    """Return a skirt around hips and legs; its sides follow the legs."""
    hip, neck = rest.body.head("upperleg01.L")[2], rest.body.head("neck01")[2]
    waist = hip + 0.14 * (neck - hip)
    low = hip - rng.uniform(0.5, 1.8) * (hip - rest.body.head("lowerleg01.L")[2])
    own = rest.vertices[rest.arm < -0.5]
    centre = rest.body.head("spine05")[:2]
    angle, heights = np.linspace(0, 2 * np.pi, COLUMNS), np.linspace(waist, low, ROWS)
    directions = np.stack([np.cos(angle), np.sin(angle)])
    slab = (waist - low) / ROWS
    reach = np.array(
        [((own[np.abs(own[:, 2] - height) < slab][:, :2] - centre) @ directions).max(0) for height in heights]
    )
    flare, pleats = rng.uniform(0, 0.35), rng.uniform(0, 0.02) * np.sin(rng.integers(6, 14) * angle)
    down = np.linspace(0, 1, ROWS)[:, None]
    # From the lines that touch the body in each direction to the outline of what they enclose.
    between = np.cos(angle[:, None] - angle)
    enclosed = np.where(between > 0.1, reach[:, :, None] / np.maximum(between, 0.1), np.inf).min(1)
    radius = np.maximum.accumulate(enclosed, 0) * (1 + flare * down**1.5) + 0.01 + (0.01 + pleats) * down
    vertices = np.concatenate(
        [centre + radius[..., None] * directions.T, np.broadcast_to(heights[:, None, None], (ROWS, COLUMNS, 1))], 2
    ).reshape(-1, 3)
    normals = np.tile(np.concatenate([directions.T, np.zeros((COLUMNS, 1))], 1), (ROWS, 1))
    weights = np.zeros((len(vertices), len(rest.body.model.bones)), np.float32)
    leg = 0.85 * np.clip((hip - vertices[:, 2]) / 0.25, 0, 1)
    left = np.clip(0.5 + (vertices[:, 0] - centre[0]) / 0.16, 0, 1)
    for side, share in zip(SIDES, (left, 1 - left), strict=True):
        weights[:, rest.body.model.bones.index(bone_of(side, "upperleg02"))] = leg * share
    weights[:, rest.body.model.bones.index("root")] = 1 - leg
    uvs = np.stack(np.broadcast_arrays(angle * 2, heights[:, None] * 10), 2).reshape(-1, 2)
    return Piece(
        vertices.astype(np.float32),
        normals.astype(np.float32),
        weights,
        np.ascontiguousarray(grid_faces(ROWS, COLUMNS)[:, ::-1]),
        material,
        uvs.astype(np.float32),
        two_sided=True,
    )


def shoes(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return a pair of shoes or socks."""
    material = sample_fabric(rng) if rng.uniform() < 0.5 else plastic(rng)
    sole, pieces = rubber(rng), []
    for side in SIDES:
        bone = bone_of(side, "foot")
        foot = rest.vertices[rest.weight(bone) > 0.6]
        low, high = foot.min(0), foot.max(0)
        width, length, height = (high - low) / 2 + np.array([0.006, 0.01, 0.004])
        for part, middle, half in ((material, (low[2] + high[2]) / 2, height), (sole, low[2] + 0.006, 0.014)):
            mesh = ball((1, 1, 1), part, 20)
            rounded = np.sign(mesh.vertices) * np.abs(mesh.vertices) ** 0.7
            place = np.array([*(low + high)[:2] / 2, middle])
            vertices = (rounded * np.array([width, length, half]) + place).astype(np.float32)
            pieces.append(attached(rest, bone, replace(mesh, vertices=vertices)))
    return pieces

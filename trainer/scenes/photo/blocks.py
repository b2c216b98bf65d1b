"""Simple solids, of which rooms and furniture are made."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Material, Mesh

Vector = NDArray[np.float64]
# Corners of the six sides of a cube, counter-clockwise seen from outside, and the two axes along each side.
SIDES = (
    ((0, -1), (1, 2)),
    ((0, 1), (1, 2)),
    ((1, -1), (0, 2)),
    ((1, 1), (0, 2)),
    ((2, -1), (0, 1)),
    ((2, 1), (0, 1)),
)
SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _cube() -> tuple[Floats, Floats, NDArray[np.int32], NDArray[np.int64]]:
    """Return corners ``(24, 3)`` of ±1, normals ``(24, 3)``, faces ``(12, 3)`` and the axes ``(24, 2)`` along each."""
    corners, normals, faces, axes = np.zeros((24, 3)), np.zeros((24, 3)), [], np.zeros((24, 2), np.int64)
    for side, ((axis, sign), (first, second)) in enumerate(SIDES):
        rows = slice(4 * side, 4 * side + 4)
        corners[rows, axis] = normals[rows, axis] = sign
        corners[rows, first], corners[rows, second] = np.array(SQUARE).T
        axes[rows] = first, second
        outward = np.cross(np.eye(3)[first], np.eye(3)[second])[axis] * sign > 0
        order = (0, 1, 2, 0, 2, 3) if outward else (0, 2, 1, 0, 3, 2)
        faces += [[4 * side + corner for corner in order[:3]], [4 * side + corner for corner in order[3:]]]
    return corners.astype(np.float32), normals.astype(np.float32), np.array(faces, np.int32), axes


CORNERS, NORMALS, FACES, AXES = _cube()


def boxes(
    centres: Sequence[Vector],
    sizes: Sequence[Vector],
    material: Material,
    *,
    turns: Sequence[float] = (),
    colours: Sequence[Vector] = (),
    texture_size: float = 1.0,
) -> Mesh:
    """Return some boxes as one mesh.

    Args:
        centres, sizes: ``(3,)`` each, metres.
        material: of all.
        turns: about the vertical, radians; none by default.
        colours: linear RGB of each, which multiplies the material's.
        texture_size: of one tile of the texture, metres.
    """
    vertices, normals, uvs, faces, tints = [], [], [], [], []
    for index, (centre, size) in enumerate(zip(centres, sizes, strict=True)):
        turn = _turn(turns[index] if len(turns) else 0.0)
        corners = CORNERS * (np.asarray(size) / 2)
        uvs.append(np.take_along_axis(corners, AXES, axis=1) / texture_size)
        vertices.append(corners @ turn.T + centre)
        normals.append(NORMALS @ turn.T)
        faces.append(FACES + 24 * index)
        tints.append(np.tile(colours[index] if len(colours) else np.ones(3), (24, 1)))
    points, places, directions, tint = (_joined(parts) for parts in (vertices, uvs, normals, tints))
    return Mesh(points, np.concatenate(faces), material, uvs=places, normals=directions, colours=tint)


def _joined(parts: Sequence[NDArray[np.floating]]) -> Floats:
    return np.asarray(np.concatenate(parts), np.float32)


def inside_out(mesh: Mesh) -> Mesh:
    """Return a box as a room: its sides are seen from inside."""
    assert mesh.normals is not None
    return replace(mesh, faces=np.ascontiguousarray(mesh.faces[:, ::-1]), normals=-mesh.normals)


def moved(mesh: Mesh, angle: float, offset: Vector) -> Mesh:
    """Return a mesh turned about the vertical, then moved."""
    turn = _turn(angle).astype(np.float32)
    normals = None if mesh.normals is None else mesh.normals @ turn.T
    return replace(mesh, vertices=(mesh.vertices @ turn.T + offset).astype(np.float32), normals=normals)


def panel(centre: Vector, across: Vector, up: Vector, material: Material) -> Mesh:
    """Return a rectangle whose texture fills it, seen from both sides; ``across`` and ``up`` are half its sides."""
    vertices = np.array([centre + x * across + y * up for x, y in SQUARE], np.float32)
    uvs = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Mesh(vertices, faces, material, uvs=uvs, two_sided=True)


def ball(centre: Vector, radius: Vector, material: Material, *, rings: int = 8) -> Mesh:
    """Return an ellipsoid with the radii ``(3,)``."""
    elevation, azimuth = np.linspace(-np.pi / 2, np.pi / 2, rings), np.linspace(0, 2 * np.pi, 2 * rings + 1)
    e, a = (grid.ravel() for grid in np.meshgrid(elevation, azimuth, indexing="ij"))
    unit = np.stack([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)], axis=1)
    normals = unit / radius
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    row = np.arange(2 * rings)
    corner = (np.arange(rings - 1)[:, None] * (2 * rings + 1) + row).ravel()
    above = corner + 2 * rings + 1
    faces = np.concatenate([np.stack([corner, corner + 1, above + 1], 1), np.stack([corner, above + 1, above], 1)])
    uvs = np.stack([a / np.pi, e / np.pi], axis=1).astype(np.float32)
    vertices = (unit * radius + centre).astype(np.float32)
    return Mesh(vertices, faces.astype(np.int32), material, uvs=uvs, normals=normals.astype(np.float32))


def _turn(angle: float) -> NDArray[np.float64]:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])

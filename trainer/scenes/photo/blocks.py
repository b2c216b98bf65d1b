"""Simple solids, of which rooms and furniture are made."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    centres: ArrayLike,
    sizes: ArrayLike,
    material: Material,
    *,
    turns: ArrayLike = 0.0,
    colours: ArrayLike | None = None,
    texture_size: float = 1.0,
) -> Mesh:
    """Return some boxes as one mesh.

    Args:
        centres, sizes: ``(n, 3)`` metres.
        material: of all.
        turns: ``(n,)`` about the vertical, radians.
        colours: ``(n, 3)`` linear RGB, which multiplies the material's.
        texture_size: of one tile of the texture, metres.
    """
    middles, half = np.asarray(centres, np.float32)[:, None], np.asarray(sizes, np.float32)[:, None] / 2
    count = len(middles)
    turn = _turns(np.broadcast_to(turns, count)).astype(np.float32)
    corners = CORNERS * half
    uvs = np.take_along_axis(corners, np.broadcast_to(AXES, (count, *AXES.shape)), axis=2) / texture_size
    faces = FACES + 24 * np.arange(count, dtype=np.int32)[:, None, None]
    return Mesh(
        np.asarray(corners @ turn + middles, np.float32).reshape(-1, 3),
        faces.reshape(-1, 3),
        material,
        uvs=np.asarray(uvs, np.float32).reshape(-1, 2),
        normals=np.asarray(NORMALS @ turn, np.float32).reshape(-1, 3),
        colours=None if colours is None else np.repeat(np.asarray(colours, np.float32), 24, axis=0),
    )


def inside_out(mesh: Mesh) -> Mesh:
    """Return a box as a room: its sides are seen from inside."""
    assert mesh.normals is not None
    return replace(mesh, faces=np.ascontiguousarray(mesh.faces[:, ::-1]), normals=-mesh.normals)


def moved(mesh: Mesh, angle: float, offset: Vector) -> Mesh:
    """Return a mesh turned about the vertical, then moved."""
    turn = _turns(np.array([angle]))[0].astype(np.float32)
    normals = None if mesh.normals is None else mesh.normals @ turn
    return replace(mesh, vertices=(mesh.vertices @ turn + offset).astype(np.float32), normals=normals)


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


def _turns(angles: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return ``(n, 3, 3)`` that turn rows of coordinates about the vertical."""
    turns = np.tile(np.eye(3), (len(angles), 1, 1))
    turns[:, 0, 0] = turns[:, 1, 1] = np.cos(angles)
    turns[:, 0, 1], turns[:, 1, 0] = np.sin(angles), -np.sin(angles)
    return turns

"""Meshes of simple shapes, in metres: turned on a lathe, boxes, tubes along a path, flat plates of an outline."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Material, Mesh

Matrix = NDArray[np.float64]


def lathe(profile: ArrayLike, material: Material, segments: int = 24) -> Mesh:
    """Return a surface of revolution about z.

    Args:
        profile: ``(n, 2)`` radius and height of points from bottom to top on the outside; where two points are equal,
            the surface has an edge.
        material: of the surface; its texture goes once around, from the bottom to the top.
        segments: around the axis.
    """
    radius, height = np.asarray(profile, np.float64).T
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    rings = np.concatenate(
        [radius[:, None, None] * circle, np.broadcast_to(height[:, None, None], (len(radius), len(angle), 1))], 2
    )
    faces = grid_faces(len(radius), len(angle))
    along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(radius), np.diff(height)))])
    uvs = np.stack(np.broadcast_arrays(angle / (2 * np.pi), along[:, None] / max(along[-1], 1e-9)), 2)
    normals = _profile_normals(radius, height)
    rounded = np.concatenate(
        [normals[:, :1, None] * circle, np.broadcast_to(normals[:, 1:, None], (len(radius), len(angle), 1))], 2
    )
    return Mesh(_flat(rings), faces, material, _flat(uvs), normals=_flat(rounded))


def _profile_normals(radius: Matrix, height: Matrix) -> Matrix:
    """Return ``(n, 2)`` unit normals of a profile: the mean of its two pieces at each point, except at edges."""
    pieces = np.stack([np.diff(height), -np.diff(radius)], 1)
    lengths = np.linalg.norm(pieces, axis=1, keepdims=True)
    pieces = np.divide(pieces, lengths, out=np.zeros_like(pieces), where=lengths > 1e-9)
    none = np.zeros((1, 2))
    sums = np.concatenate([none, pieces]) + np.concatenate([pieces, none])
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))


def rod(radius: float, low: float, high: float, material: Material, segments: int = 16) -> Mesh:
    """Return a cylinder along z with closed ends."""
    profile = [(0, low), (radius, low), (radius, low), (radius, high), (radius, high), (0, high)]
    return lathe(profile, material, segments)


def ball(radii: Sequence[float], material: Material, segments: int = 16) -> Mesh:
    """Return an ellipsoid."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, segments // 2 + 1)
    mesh = lathe(np.stack([np.cos(angle), np.sin(angle)], 1), material, segments)
    scale = np.asarray(radii, np.float32)
    normals = mesh.vertices / scale
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(mesh, vertices=mesh.vertices * scale, normals=normals.astype(np.float32))


def box(size: Sequence[float], material: Material) -> Mesh:
    """Return a box around the origin; its texture appears upright on each side, seen with x to the right."""
    corners, normals = [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            normal = np.eye(3)[axis] * sign
            up = np.eye(3)[1 if axis != 1 else 2]
            right = np.cross(up, normal)
            corners.append(
                np.array([normal - right - up, normal + right - up, normal + right + up, normal - right + up])
            )
            normals.append(np.repeat(normal[None], 4, 0))
    faces = (np.array([[0, 1, 2], [0, 2, 3]]) + 4 * np.arange(6)[:, None, None]).reshape(-1, 3)
    uvs = np.tile([[0, 0], [1, 0], [1, 1], [0, 1]], (6, 1))
    vertices = np.concatenate(corners) * np.asarray(size) / 2
    return Mesh(_flat(vertices), faces.astype(np.int32), material, _flat(uvs), normals=_flat(np.concatenate(normals)))


def tube(path: ArrayLike, radius: ArrayLike, material: Material, *, closed: bool = False, segments: int = 8) -> Mesh:
    """Return a round tube along a path.

    Args:
        path: ``(n, 3)`` points.
        radius: one, or one for each point.
        material: of the surface.
        closed: whether the path returns to its beginning.
        segments: around the path.
    """
    points = np.asarray(path, np.float64)
    if closed:
        points = np.concatenate([points, points[:1]])
    directions = np.gradient(points, axis=0)
    if closed:
        directions[0] = directions[-1] = points[1] - points[-2]
    first = np.cross(directions, _across(directions))
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-9)
    second = np.cross(directions / np.linalg.norm(directions, axis=1, keepdims=True), first)
    angle = np.linspace(0, 2 * np.pi, segments + 1)[None, :, None]
    normals = np.cos(angle) * first[:, None] + np.sin(angle) * second[:, None]
    width = (
        np.broadcast_to(np.asarray(radius, np.float64), (len(points),)) if not closed else np.full(len(points), radius)
    )
    vertices = points[:, None] + normals * width[:, None, None]
    faces = grid_faces(len(points), segments + 1)
    return Mesh(_flat(vertices), faces, material, normals=_flat(normals), two_sided=True)


def _across(directions: Matrix) -> Matrix:
    """Return one direction that none of the path's directions is near, as far as there is one."""
    axis = np.abs(directions / np.linalg.norm(directions, axis=1, keepdims=True)).max(0).argmin()
    return np.asarray(np.eye(3)[axis])


def ring(radius: float, thickness: float, material: Material, segments: int = 24) -> Mesh:
    """Return a torus around z."""
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    path = np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1) * radius
    return tube(path, thickness, material, closed=True)


def plate(outline: ArrayLike, thickness: float, material: Material) -> Mesh:
    """Return a flat plate in the xy plane, ``outline`` ``(n, 2)`` counter-clockwise and star-shaped about its mean."""
    points = np.asarray(outline, np.float64)
    count, half = len(points), thickness / 2
    low, high = np.min(points, 0), np.max(points, 0)
    parts_v, parts_n, parts_f = [], [], []
    index = np.arange(count)
    for sign in (-1.0, 1.0):
        rim = np.concatenate([points, points.mean(0, keepdims=True)])
        fan = np.stack([index, (index + 1) % count, np.full(count, count)], 1)
        parts_v.append(np.concatenate([rim, np.full((count + 1, 1), sign * half)], 1))
        parts_n.append(np.tile([0, 0, sign], (count + 1, 1)))
        parts_f.append(fan if sign > 0 else fan[:, ::-1])
    edge = np.roll(points, -1, 0) - points
    normal = np.concatenate([edge[:, 1:], -edge[:, :1], np.zeros((count, 1))], 1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    for at, height in (
        (points, -half),
        (np.roll(points, -1, 0), -half),
        (np.roll(points, -1, 0), half),
        (points, half),
    ):
        parts_v.append(np.concatenate([at, np.full((count, 1), height)], 1))
        parts_n.append(normal)
    base = 2 * (count + 1)
    corner = [base + k * count + index for k in range(4)]
    sides = np.concatenate(
        [np.stack([corner[0], corner[1], corner[2]], 1), np.stack([corner[0], corner[2], corner[3]], 1)]
    )
    faces = np.concatenate([parts_f[0], parts_f[1] + count + 1, sides])
    vertices = np.concatenate(parts_v)
    uvs = (vertices[:, :2] - low) / np.maximum(high - low, 1e-9)
    return Mesh(_flat(vertices), faces.astype(np.int32), material, _flat(uvs), normals=_flat(np.concatenate(parts_n)))


def sheet(size: tuple[float, float], bend: float, material: Material, rows: int = 8) -> Mesh:
    """Return a bent sheet of paper around the origin: width along x, height along y, bent by radians along y."""
    u, v = np.meshgrid(np.linspace(0, 1, 3), np.linspace(0, 1, rows))
    angle = (v - 0.5) * bend
    reach = size[1] / bend if abs(bend) > 1e-3 else 0.0
    y = np.sin(angle) * reach if reach else (v - 0.5) * size[1]
    vertices = np.stack([(u - 0.5) * size[0], y, (1 - np.cos(angle)) * reach], 2)
    normals = np.stack([0 * u, -np.sin(angle), np.cos(angle)], 2)
    faces = grid_faces(rows, 3)[:, ::-1]
    return Mesh(
        _flat(vertices),
        np.ascontiguousarray(faces[:, ::-1]),
        material,
        _flat(np.stack([u, v], 2)),
        normals=_flat(normals),
        two_sided=True,
    )


def grid_faces(rows: int, columns: int) -> NDArray[np.int32]:
    """Return the triangles of a grid of vertices, counter-clockwise seen with columns to the right and rows up."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    right, up = corner + 1, corner + columns
    return np.concatenate([np.stack([corner, right, up + 1], 1), np.stack([corner, up + 1, up], 1)]).astype(np.int32)


def moved(mesh: Mesh, frame: Matrix) -> Mesh:
    """Return a mesh moved by a ``(4, 4)`` rigid transform or reflection."""
    vertices = mesh.vertices @ frame[:3, :3].T + frame[:3, 3]
    normals = None if mesh.normals is None else (mesh.normals @ frame[:3, :3].T).astype(np.float32)
    faces = mesh.faces if np.linalg.det(frame[:3, :3]) > 0 else np.ascontiguousarray(mesh.faces[:, ::-1])
    return replace(mesh, vertices=vertices.astype(np.float32), normals=normals, faces=faces)


def joined(meshes: Sequence[Mesh]) -> list[Mesh]:
    """Return meshes with those of one material, which is drawn at once, made one."""
    groups: dict[int, list[Mesh]] = {}
    for mesh in meshes:
        groups.setdefault(id(mesh.material), []).append(mesh)
    return [_join(group) for group in groups.values()]


def _join(meshes: Sequence[Mesh]) -> Mesh:
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    uvs = [np.zeros((len(mesh.vertices), 2), np.float32) if mesh.uvs is None else mesh.uvs for mesh in meshes]
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)]).astype(np.int32),
        meshes[0].material,
        np.concatenate(uvs),
        normals=np.concatenate([mesh.normals for mesh in meshes if mesh.normals is not None]),
        two_sided=any(mesh.two_sided for mesh in meshes),
    )


def place(position: ArrayLike, rotation: ArrayLike = (0, 0, 0)) -> Matrix:
    """Return a ``(4, 4)`` transform: a rotation vector in radians, then a move in metres."""
    frame = np.eye(4)
    frame[:3, :3], _ = cv2.Rodrigues(np.asarray(rotation, np.float64))
    frame[:3, 3] = position
    return frame


def _flat(values: NDArray[np.floating]) -> Floats:
    return np.ascontiguousarray(values.reshape(-1, values.shape[-1]), np.float32)

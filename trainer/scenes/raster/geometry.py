"""Meshes on the GPU: what never changes is uploaded once for each array, the vertices in every image."""

import weakref
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import NO_HAND, Material, Mesh
from .context import open_context

if TYPE_CHECKING:
    import moderngl

PLACE_M = 1e-5
CREASE = 0.5  # cosine: faces that meet at a smaller angle than 60° share a smooth normal across a seam of the texture


class Topology:
    """Faces and texture coordinates on the GPU, and the faces around each vertex."""

    def __init__(self, context: "moderngl.Context", mesh: Mesh) -> None:
        """Upload them."""
        self.faces = context.buffer(np.ascontiguousarray(mesh.faces, np.int32))
        # Without texture coordinates, bumps still need some.
        uvs = mesh.vertices[:, :2] + mesh.vertices[:, 2:] if mesh.uvs is None else mesh.uvs
        self.uvs = context.buffer(np.ascontiguousarray(uvs, np.float32))
        self._around: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
        self.instances: list[Instance] = []

    def normals(self, mesh: Mesh) -> Floats:
        """Return the normals ``(v, 3)`` of a mesh of this topology."""
        if mesh.normals is not None:
            return mesh.normals
        if self._around is None:
            self._around = faces_around(mesh)
        return smooth_normals(mesh, *self._around)


class Instance:
    """A mesh on the GPU: a topology with the vertices of one image."""

    def __init__(self, context: "moderngl.Context", topology: Topology, vertices: int) -> None:
        """Reserve memory."""
        self._topology = topology
        self.positions = context.buffer(reserve=vertices * 12, dynamic=True)
        self.normals = context.buffer(reserve=vertices * 12, dynamic=True)
        self.hands = context.buffer(np.full(vertices, NO_HAND, np.int32))
        self.colours = context.buffer(np.ones((vertices, 3), np.float32))
        self._context = context
        self._arrays: dict[int, moderngl.VertexArray] = {}
        self.material, self._two_sided = Material(), False
        self._mesh: Mesh | None = None
        self._hands: object = None
        self._colours: object = None

    def upload(self, mesh: Mesh) -> None:
        """Upload what may have changed; the same mesh as before has not."""
        if mesh is self._mesh:
            return
        self._mesh = mesh
        self.material, self._two_sided = mesh.material, mesh.two_sided
        self.positions.write(np.ascontiguousarray(mesh.vertices, np.float32))
        self.normals.write(np.ascontiguousarray(self._topology.normals(mesh), np.float32))
        if mesh.hands is not self._hands:
            hands = np.full(len(mesh.vertices), NO_HAND) if mesh.hands is None else mesh.hands
            self.hands.write(np.ascontiguousarray(hands, np.int32))
        if mesh.colours is not self._colours:
            colours = np.ones((len(mesh.vertices), 3)) if mesh.colours is None else mesh.colours
            self.colours.write(np.ascontiguousarray(colours, np.float32))
        self._hands, self._colours = mesh.hands, mesh.colours

    def draw(self, program: "moderngl.Program") -> None:
        """Draw it with a program, which may ignore some of the attributes."""
        if program.glo not in self._arrays:
            attributes = {
                "position": (self.positions, "3f"),
                "normal": (self.normals, "3f"),
                "uv": (self._topology.uvs, "2f"),
                "hand": (self.hands, "1i"),
                "tint": (self.colours, "3f"),
            }
            content = [(buffer, form, name) for name, (buffer, form) in attributes.items() if name in program]
            self._arrays[program.glo] = self._context.vertex_array(program, content, self._topology.faces)
        (self._context.disable if self._two_sided else self._context.enable)(self._context.CULL_FACE)
        self._arrays[program.glo].render()


class GeometryCache:
    """Meshes on the GPU by identity of their faces and texture coordinates."""

    def __init__(self) -> None:
        """Start empty."""
        self._context = open_context()
        self._topologies: dict[tuple[int, int], Topology] = {}

    def upload(self, meshes: Sequence[Mesh]) -> list[Instance]:
        """Upload the meshes of an image; they stay until the next call."""
        used: dict[Topology, int] = defaultdict(int)
        instances = []
        for mesh in meshes:
            topology = self._topology(mesh)
            if used[topology] == len(topology.instances):
                topology.instances.append(Instance(self._context, topology, len(mesh.vertices)))
            instance = topology.instances[used[topology]]
            used[topology] += 1
            instance.upload(mesh)
            instances.append(instance)
        return instances

    def _topology(self, mesh: Mesh) -> Topology:
        key = (id(mesh.faces), id(mesh.uvs))
        if key not in self._topologies:
            self._topologies[key] = Topology(self._context, mesh)
            weakref.finalize(mesh.faces, self._topologies.pop, key, None)
            if mesh.uvs is not None:
                weakref.finalize(mesh.uvs, self._topologies.pop, key, None)
        return self._topologies[key]


def smooth_normals(mesh: Mesh, starts: NDArray[np.int32], faces: NDArray[np.int32]) -> Floats:
    """Return ``(v, 3)`` the sum of the normals of the faces around each vertex, weighted by their areas.

    Args:
        mesh: whose normals they are.
        starts, faces: from :func:`faces_around`.
    """
    # Columns, as NumPy is several times quicker with them than with rows of three.
    columns = (np.append(axis[faces], np.float32(0)) for axis in _face_crosses(mesh))
    return _unit(np.stack([np.add.reduceat(axis, starts[:-1]) for axis in columns], axis=1))


def faces_around(mesh: Mesh) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List the faces that make each vertex's smooth normal.

    Vertices in the same place, as along seams of a texture, share their faces, unless they meet at a sharp edge.

    Returns:
        ``(v + 1,)`` and ``(n,)``: the faces of vertex i are ``faces[starts[i] : starts[i + 1]]``.
    """
    count, corners = len(mesh.vertices), mesh.faces.ravel()
    places = _places(mesh.vertices)
    order = np.argsort(places[corners], kind="stable")
    starts = np.searchsorted(places[corners[order]], np.arange(count + 1))
    sizes = np.diff(starts)[places]  # of the list of each vertex: the faces at its place
    vertices = np.repeat(np.arange(count), sizes)
    within = np.arange(len(vertices)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    faces = order[np.repeat(starts[places], sizes) + within] // 3
    crosses = np.stack(_face_crosses(mesh), axis=1)
    own = np.stack([np.bincount(corners, np.repeat(axis, 3), count) for axis in crosses.T], axis=1, dtype=np.float32)
    cosines = (_unit(crosses)[faces] * _unit(own)[vertices]).sum(axis=1)
    shared = (cosines > CREASE) | (mesh.faces[faces] == vertices[:, None]).any(axis=1)
    faces, vertices = faces[shared], vertices[shared]
    return np.searchsorted(vertices, np.arange(count + 1)).astype(np.int32), faces.astype(np.int32)


def _places(vertices: Floats) -> NDArray[np.int64]:
    """Number the places of ``(v, 3)`` vertices: the same for those in the same place, to ``PLACE_M``."""
    x, y, z = np.round(vertices.T / PLACE_M).astype(np.int64)
    return np.unique(x + (y << 21) + (z << 42), return_inverse=True)[1]


def _face_crosses(mesh: Mesh) -> tuple[Floats, Floats, Floats]:
    """Return the three components of the normals of all faces, as long as twice their areas."""
    x, y, z = np.ascontiguousarray(mesh.vertices.T, np.float32)
    a, b, c = np.ascontiguousarray(mesh.faces.T)
    ux, uy, uz, vx, vy, vz = (axis[end] - axis[a] for end in (b, c) for axis in (x, y, z))
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)

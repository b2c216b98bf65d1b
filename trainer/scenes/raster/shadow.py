"""The shadow map of a light: the depth of the scene as seen from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Mesh
from ..view import Camera
from .context import open_context, read_shader, set_uniform
from .geometry import Instance
from .lighting import Light, Lighting
from .projection import perspective

if TYPE_CHECKING:
    import moderngl

SIZE = 768  # px of the map: over a whole body, 3 mm each
SPARSE, MANY = 5, 1000  # one vertex in so many shows where meshes of many vertices are
MARGIN = 1.15  # around what is seen
NEAREST_M = 0.03
WIDEST_TANGENT = 2.5  # of the half field of view of a near light: 136° in all
FRAME_MARGIN = 0.1  # of the image's size: what is just outside casts shadows into it


@dataclass(frozen=True, eq=False)
class ShadowView:
    """A view from a light.

    Attributes:
        world_to_clip: ``(4, 4)``.
        near_m, far_m: the range of depths.
        texels: of the map in a metre; for a near light, in a metre at 1 m from it.
    """

    world_to_clip: NDArray[np.float64]
    near_m: float
    far_m: float
    texels: float


class ShadowMap:
    """The shadow map of one light."""

    def __init__(self) -> None:
        """Reserve memory."""
        self._context = context = open_context()
        self._texture = context.depth_texture((SIZE, SIZE))
        self._texture.repeat_x = self._texture.repeat_y = False
        self._framebuffer = context.framebuffer(depth_attachment=self._texture)
        self._light, self._view = Light(np.array([0.0, 0.0, 1.0]), (0.0, 0.0, 0.0)), ShadowView(np.eye(4), 0, 1, SIZE)
        self._program = context.program(read_shader("shadow.vert"), read_shader("shadow.frag"))
        self._raw = context.sampler(filter=(context.NEAREST, context.NEAREST), compare_func="")
        self._compared = context.sampler(filter=(context.LINEAR, context.LINEAR), compare_func="<=")

    def draw(self, instances: Sequence[Instance], meshes: Sequence[Mesh], camera: Camera, lighting: Lighting) -> None:
        """Draw meshes as seen from the first light; without lights, nothing."""
        if not (meshes and lighting.lights):
            return
        self._light = lighting.lights[0]
        self._view = fit_shadow(self._light, meshes, camera)
        self._framebuffer.use()
        self._framebuffer.clear()
        self._context.enable_only(self._context.DEPTH_TEST)
        self._context.front_face = "ccw"
        set_uniform(self._program, "world_to_shadow", self._view.world_to_clip.T)
        for instance in instances:  # without back faces, so that walls seen from behind let light into a room
            instance.draw(self._program)

    def use(self, program: "moderngl.Program", depth_unit: int, map_unit: int) -> None:
        """Bind the map to two texture units of a program, and set its uniforms."""
        for unit, name, sampler in (depth_unit, "shadow_depth", self._raw), (map_unit, "shadow_map", self._compared):
            self._texture.use(unit)
            sampler.use(unit)
            program[name] = unit
        view = self._view
        set_uniform(program, "world_to_shadow", view.world_to_clip.T)
        set_uniform(program, "shadow_range", np.array([view.near_m, view.far_m, view.texels, not self._light.distant]))
        program["light_size"] = self._light.size

    def release(self, depth_unit: int, map_unit: int) -> None:
        """Give the texture units back."""
        self._raw.clear(depth_unit)
        self._compared.clear(map_unit)


def fit_shadow(light: Light, meshes: Sequence[Mesh], camera: Camera) -> ShadowView:
    """Return the view from a light of what the camera sees of the people, or of all if there are none."""
    focus = _focus(meshes, camera)
    corners = np.concatenate([_corners(mesh.vertices) for mesh in meshes])
    return _distant_view(light, focus, corners) if light.distant else _near_view(light, focus, corners)


def _focus(meshes: Sequence[Mesh], camera: Camera) -> NDArray[np.float64]:
    people = [mesh for mesh in meshes if mesh.hands is not None] or meshes
    points = np.concatenate([mesh.vertices[::SPARSE] for mesh in people])
    size = np.array([camera.width, camera.height])
    seen = np.abs(camera.project(points) / size - 0.5).max(axis=1) < 0.5 + FRAME_MARGIN
    seen &= camera.to_camera(points)[:, 2] > 0
    return points[seen] if seen.any() else points


def _corners(vertices: Floats) -> NDArray[np.float64]:
    """Return the ``(8, 3)`` corners of the box around vertices, of some of them if they are many."""
    columns = vertices[:: SPARSE if len(vertices) > MANY else 1].T.copy()  # NumPy is quicker with long rows
    box = np.stack([columns.min(axis=1), columns.max(axis=1)])
    return np.stack(np.meshgrid(*box.T), axis=-1).reshape(-1, 3)


def _axes(forward: NDArray[np.float64]) -> NDArray[np.float64]:
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, [0, 0, 1] if abs(forward[2]) < 0.99 else [0, 1, 0])
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(right, forward), forward])


def _distant_view(light: Light, focus: NDArray[np.float64], corners: NDArray[np.float64]) -> ShadowView:
    axes = _axes(-light.position)
    low, high = (focus @ axes.T).min(axis=0), (focus @ axes.T).max(axis=0)
    middle, half = (low + high) / 2, (high - low)[:2].max() / 2 * MARGIN + 0.02
    depths = corners @ axes[2]
    near, far = float(depths.min()) - 0.1, float(depths.max()) + 0.1
    matrix = np.eye(4)
    matrix[:3, :3] = axes / np.array([[half], [half], [(far - near) / 2]])
    matrix[:3, 3] = [-middle[0] / half, -middle[1] / half, -(far + near) / (far - near)]
    return ShadowView(matrix, near, far, SIZE / (2 * half))


def _near_view(light: Light, focus: NDArray[np.float64], corners: NDArray[np.float64]) -> ShadowView:
    axes = _axes(focus.mean(axis=0) - light.position)
    seen = (focus - light.position) @ axes.T
    seen = seen[seen[:, 2] > NEAREST_M]
    tangents = np.abs(seen[:, :2] / seen[:, 2:])
    tangent = float(np.clip(tangents.max(initial=0.1) * MARGIN, 0.05, WIDEST_TANGENT))
    far = float(np.linalg.norm(corners - light.position, axis=1).max()) + 0.1
    moved = np.eye(4)
    moved[:3, :3], moved[:3, 3] = axes, -axes @ light.position
    return ShadowView(
        perspective(1 / tangent, 1 / tangent, NEAREST_M, far) @ moved, NEAREST_M, far, SIZE / (2 * tangent)
    )

"""Exact labels from rendered depths: which joints and how much of a hand can be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from .labels import HandLabel
from .mesh import Mesh
from .raster.rasteriser import Raster
from .view import Camera

IN_FRONT_M = 0.02
NEAREST_M = 0.03


@dataclass(frozen=True, eq=False)
class SceneHand:
    """One hand of a scene, before it is known whether it is in view.

    Attributes:
        side: which hand of its owner it is.
        joints: ``(21, 3)`` metres in the world.
        pose: name of the hand's pose, "" if it has none.
        holds: name of the held object, "" for none.
    """

    side: Side
    joints: NDArray[np.floating]
    pose: str = ""
    holds: str = ""


# Meshes to the hands seen in each px when nothing else is there.
RenderAlone = Callable[[Sequence[Mesh]], NDArray[np.int32]]


def label_hands(
    hands: Sequence[SceneHand], meshes: Sequence[Mesh], camera: Camera, raster: Raster, render_alone: RenderAlone
) -> list[HandLabel]:
    """Return the labels of the hands that are in view: with a joint inside the image, and a px that is seen.

    Args:
        hands: of the scene, in the order of the meshes' indices of hands.
        meshes: of the scene.
        camera: that the raster was made with.
        raster: of all meshes.
        render_alone: renders with the same camera.
    """
    seen = np.bincount(raster.hands.ravel() + 1, minlength=len(hands) + 1)[1:]
    labels = []
    for index, hand in enumerate(hands):
        joints_m = camera.to_camera(hand.joints)
        is_near = joints_m[:, 2].min() < NEAREST_M
        if seen[index] == 0 or is_near or not _inside(camera, camera.project(hand.joints)).any():
            continue
        joints_px = camera.project(hand.joints)
        labels.append(
            HandLabel(
                side=hand.side,
                joints_px=joints_px,
                joints_m=joints_m,
                visible=_visible(camera, joints_m, joints_px, raster.depth),
                visible_share=_share(index, int(seen[index]), meshes, camera, render_alone),
                number=index,
                pose=hand.pose,
                holds=hand.holds,
            )
        )
    return labels


def _inside(camera: Camera, points_px: Floats) -> NDArray[np.bool_]:
    return np.asarray(((points_px >= 0) & (points_px < (camera.width, camera.height))).all(1))


def _visible(camera: Camera, joints_m: Floats, joints_px: Floats, depth: Floats) -> NDArray[np.bool_]:
    """Whether joints are inside the image, and at most 2 cm behind the surface that is seen there."""
    inside = _inside(camera, joints_px)
    columns, rows = np.where(inside[:, None], joints_px, 0).astype(int).T
    return np.asarray(inside & (depth[rows, columns] > joints_m[:, 2] - IN_FRONT_M))


def _share(index: int, seen_px: int, meshes: Sequence[Mesh], camera: Camera, render_alone: RenderAlone) -> float:
    """Return the share of a hand's surface that is seen; what lies beyond the image's edge counts as hidden."""
    parts = [part for mesh in meshes if (part := _part(mesh, index)) is not None]
    alone_px = int((render_alone(parts) == index).sum())
    inside = sum((_front_areas(part, camera) for part in parts), np.zeros(2))
    return min(seen_px / max(alone_px, 1), 1.0) * float(inside[0] / max(inside[1], 1e-9))


def _part(mesh: Mesh, index: int) -> Mesh | None:
    """Return the faces of a mesh that belong to a hand."""
    if mesh.hands is None or not (mesh.hands == index).any():
        return None
    faces = mesh.faces[(mesh.hands == index)[mesh.faces].all(1)]
    used, numbers = np.unique(faces, return_inverse=True)
    if not len(used):
        return None
    faces = numbers.reshape(-1, 3).astype(np.int32)
    return Mesh(mesh.vertices[used], faces, hands=mesh.hands[used], two_sided=mesh.two_sided)


def _front_areas(mesh: Mesh, camera: Camera) -> NDArray[np.float64]:
    """Return the projected area of the faces that look at the camera: inside the image, and in all."""
    corners = camera.project(mesh.vertices)[mesh.faces]
    edges = corners[:, 1:] - corners[:, :1]
    areas = np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]) / 2
    normals = np.cross(*np.moveaxis(np.diff(mesh.vertices[mesh.faces], axis=1), 1, 0))
    eye = -camera.world_to_camera[:3, :3].T @ camera.world_to_camera[:3, 3]
    faces_camera = np.einsum("ij,ij->i", normals, eye - mesh.vertices[mesh.faces[:, 0]]) > 0
    areas = np.where(faces_camera, areas, 0.0)
    return np.array([areas[_inside(camera, corners.mean(1))].sum(), areas.sum()])

"""Exact labels from rendered depths: which joints and how much of a hand can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS, JOINT_COUNT, KNUCKLES, WRIST

from .labels import HandLabel
from .mesh import Mesh
from .raster.rasteriser import Raster
from .view import Camera

# How far in front of a joint its own flesh may be: more at the wrist and in the palm than in a finger.
FLESH_M = np.full(JOINT_COUNT, 0.02)
FLESH_M[list(KNUCKLES)], FLESH_M[FINGERS[0].joints[0]], FLESH_M[WRIST] = 0.03, 0.035, 0.04
NEAREST_M = 0.03
CANVAS_PX = 120  # longer side on which outlines are measured


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


def label_hands(hands: Sequence[SceneHand], meshes: Sequence[Mesh], camera: Camera, raster: Raster) -> list[HandLabel]:
    """Return the labels of the hands that are in view: with a joint inside the image, and a px that is seen.

    Args:
        hands: of the scene, in the order of the meshes' indices of hands.
        meshes: of the scene.
        camera: that the raster was made with.
        raster: of all meshes.
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
                visible_share=_share(int(seen[index]), index, meshes, camera),
                number=index,
                pose=hand.pose,
                holds=hand.holds,
            )
        )
    return labels


def _inside(camera: Camera, points_px: Floats) -> NDArray[np.bool_]:
    return np.asarray(((points_px >= 0) & (points_px < (camera.width, camera.height))).all(1))


def _visible(camera: Camera, joints_m: Floats, joints_px: Floats, depth: Floats) -> NDArray[np.bool_]:
    """Whether joints are inside the image, and only their own flesh is in front of them."""
    inside = _inside(camera, joints_px)
    columns, rows = np.where(inside[:, None], joints_px, 0).astype(int).T
    return np.asarray(inside & (depth[rows, columns] > joints_m[:, 2] - FLESH_M))


def _share(seen_px: int, index: int, meshes: Sequence[Mesh], camera: Camera) -> float:
    """Return the share of a hand that is seen; what lies beyond the image's edge counts as hidden."""
    parts = [part for mesh in meshes if (part := _triangles(mesh, index)) is not None]
    return min(seen_px / max(_silhouette_px(np.concatenate(parts), camera), 1.0), 1.0)


def _triangles(mesh: Mesh, index: int) -> Floats | None:
    """Return the ``(t, 3, 3)`` corners of the faces of a mesh that belong to a hand."""
    if mesh.hands is None or not (own := mesh.hands == index).any():
        return None
    first, second, third = mesh.faces.T
    return np.asarray(mesh.vertices[mesh.faces[own[first] & own[second] & own[third]]], np.float32)


def _silhouette_px(triangles: Floats, camera: Camera) -> float:
    """Return the area of the outline of triangles, px, also beyond the image's edge.

    Each row of a canvas counts how many triangles begin minus how many end before each px.
    """
    corners = camera.project(triangles)
    low, high = corners.min((0, 1)), corners.max((0, 1))
    scale = CANVAS_PX / float((high - low).max())
    points = np.asarray((corners - low) * scale, np.float32)
    points = np.take_along_axis(points, np.argsort(points[..., 1:], axis=1), axis=1)
    rows = np.ceil(points[..., 1] - 0.5).astype(np.int64)  # the first whose middle is below each corner
    counts = rows[:, 2] - rows[:, 0]
    own = np.repeat(np.arange(len(points)), counts)
    row = rows[own, 0] + np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
    top, middle, bottom = points[own].transpose(1, 0, 2)
    upper = (row < rows[own, 1])[:, None]
    ends = np.sort([_crossing(row, top, bottom), _crossing(row, *np.where(upper, (top, middle), (middle, bottom)))], 0)
    starts, stops = row * (CANVAS_PX + 1) + np.ceil(ends - 0.5).astype(np.int64)
    size = CANVAS_PX * (CANVAS_PX + 1) + 1
    covering = np.cumsum(np.bincount(starts, minlength=size) - np.bincount(stops, minlength=size))
    return float((covering > 0).sum()) / scale**2


def _crossing(row: NDArray[np.int64], start: Floats, end: Floats) -> Floats:
    """Return the ``(n,)`` columns in which lines cross the middles of rows, ends ``(n, 2)``."""
    share = (row + 0.5 - start[:, 1]) / np.maximum(end[:, 1] - start[:, 1], 1e-9)
    return np.asarray(start[:, 0] + np.clip(share, 0, 1) * (end[:, 0] - start[:, 0]), np.float32)

"""Smooth normals."""

from dataclasses import replace

import numpy as np
import pytest

from trainer.scenes.mesh import Material, Mesh
from trainer.scenes.photo.blocks import ball, boxes
from trainer.scenes.raster.geometry import faces_around, smooth_normals

ORIGIN = np.zeros(3)


def _normals(mesh: Mesh) -> np.ndarray:
    return smooth_normals(mesh, *faces_around(mesh))


def test_normals_of_a_ball_point_outwards_also_along_the_seam_of_its_texture() -> None:
    mesh = ball(ORIGIN, np.ones(3), Material(), rings=24)
    cosines = (_normals(mesh) * mesh.vertices).sum(axis=1)
    poles = np.abs(mesh.vertices[:, 2]) > 0.99
    assert cosines[~poles].min() > 0.997
    seam = np.isclose(mesh.vertices[:, 1], 0, atol=1e-5) & (mesh.vertices[:, 0] > 0) & ~poles
    assert np.abs(_normals(mesh)[seam, 1]).max() < 0.01


def test_the_edges_of_a_box_stay_sharp() -> None:
    mesh = boxes([ORIGIN], [np.ones(3)], Material())
    assert _normals(mesh) == pytest.approx(mesh.normals, abs=1e-5)


def test_a_vertex_without_faces_has_no_normal() -> None:
    mesh = ball(ORIGIN, np.ones(3), Material())
    more = replace(mesh, vertices=np.concatenate([mesh.vertices, np.full((1, 3), 9, np.float32)]))
    assert _normals(more)[-1].tolist() == [0, 0, 0]

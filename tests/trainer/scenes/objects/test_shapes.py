"""Shapes are closed, face outwards and have unit normals."""

import numpy as np
import pytest

from trainer.scenes.mesh import Material, Mesh
from trainer.scenes.objects.shapes import ball, box, lathe, moved, place, plate, ring, rod, tube

PLAIN = Material()
SHAPES = {
    "ball": ball((1.0, 2.0, 3.0), PLAIN, 32),
    "box": box((1.0, 2.0, 3.0), PLAIN),
    "rod": rod(0.5, -1.0, 2.0, PLAIN, 48),
    "plate": plate([(1, 0), (0, 1), (-1, 0), (0, -1)], 0.1, PLAIN),
    "ring": ring(1.0, 0.2, PLAIN, 48),
    "mirrored box": moved(box((1.0, 2.0, 3.0), PLAIN), np.diag([-1.0, 1, 1, 1])),
}
VOLUMES = {
    "ball": 4 / 3 * np.pi * 6,
    "box": 6.0,
    "rod": np.pi * 0.75,
    "plate": 0.2,
    "ring": 2 * np.pi**2 * 0.04,
    "mirrored box": 6.0,
}


def _face_normals(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.vertices[mesh.faces[:, corner]].astype(np.float64) for corner in range(3))
    return np.cross(b - a, c - a)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_have_their_volume_so_that_faces_look_outwards(name: str) -> None:
    mesh = SHAPES[name]
    volume = (mesh.vertices[mesh.faces[:, 0]] * _face_normals(mesh)).sum() / 6
    assert abs(volume / VOLUMES[name] - 1) < 0.12


@pytest.mark.parametrize("name", SHAPES)
def test_normals_are_unit_vectors_on_the_side_that_faces_look_to(name: str) -> None:
    mesh = SHAPES[name]
    assert mesh.normals is not None
    used = np.unique(mesh.faces)
    assert np.allclose(np.linalg.norm(mesh.normals[used], axis=1), 1, atol=1e-4)
    faces = _face_normals(mesh)
    large = np.linalg.norm(faces, axis=1) > 1e-6
    agreement = (mesh.normals[mesh.faces].mean(1) * faces).sum(1)
    assert (agreement[large] > 0).all()


def test_a_lathe_turns_around_z() -> None:
    mesh = lathe([(1, 0), (1, 2)], PLAIN, 12)
    assert np.allclose(np.hypot(*mesh.vertices[:, :2].T), 1, atol=1e-6)


def test_a_tube_follows_its_path() -> None:
    path = np.array([(0, 0, 0), (0, 1, 0), (1, 2, 0)], np.float64)
    mesh = tube(path, 0.1, PLAIN)
    nearest = np.linalg.norm(mesh.vertices[:, None] - path, axis=2).min(1)
    assert np.allclose(nearest, 0.1, atol=1e-4)


def test_places_turn_before_they_move() -> None:
    point = place((1, 0, 0), (0, 0, np.pi / 2)) @ np.array([1, 0, 0, 1.0])
    assert np.allclose(point, [1, 1, 0, 1], atol=1e-9)

"""Meshes are cut along the zero line of a field."""

import numpy as np

from trainer.scenes.clothing.cut import cut
from trainer.scenes.objects.shapes import grid_faces

SIDE = 9
POINTS = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), 2).reshape(-1, 2).astype(np.float32)
FACES = grid_faces(SIDE, SIDE)


def _area(points: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    return float((ux * vy - uy * vx).sum() / 2)


def test_a_slanted_cut_leaves_exactly_the_positive_part() -> None:
    field = 9.3 - POINTS @ np.array([1.0, 0.7], np.float32)
    part = cut(FACES, field.astype(np.float32))
    # The corner beyond the line through (8, 1.857) and (3.7, 8) is missing.
    assert np.isclose(_area(part(POINTS), part.faces), 64 - (8 - 3.7) * (8 - 1.3 / 0.7) / 2, atol=1e-3)
    assert part(field).min() > -1e-5


def test_the_rim_lies_on_the_zero_line_and_runs_along_the_faces() -> None:
    field = (3.2 - np.hypot(*(POINTS - 4.0).T)).astype(np.float32)
    part = cut(FACES, field)
    assert np.abs(part(field)[part.rim]).max() < 1e-5
    edges = np.concatenate([part.faces[:, [0, 1]], part.faces[:, [1, 2]], part.faces[:, [2, 0]]])
    assert {tuple(edge) for edge in part.rim} <= {tuple(edge) for edge in edges}
    starts, ends = np.sort(part.rim, 0).T
    assert (starts == ends).all()  # a closed loop: each of its vertices begins one edge and ends one


def test_nothing_is_left_where_the_field_is_negative() -> None:
    part = cut(FACES, np.full(len(POINTS), -1, np.float32))
    assert len(part.faces) == len(part.first) == len(part.rim) == 0

"""Where cloth lies over a body at rest: outside the skin, smoother than it, with wrinkles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..body.surface import load_surface
from .rest import RestBody, smoothed


@dataclass(frozen=True, eq=False)
class Drape:
    """Cloth over all of the body.

    Attributes:
        positions, normals: ``(v, 3)``.
        clearance: ``(v,)`` distance from the skin, metres.
    """

    positions: Floats
    normals: Floats
    clearance: Floats


def drape(rest: RestBody, ease: Floats, *, smoothing: int, below: NDArray[np.bool_]) -> Drape:
    """Lay cloth over a body.

    Args:
        rest: the body.
        ease: ``(v,)`` least distance from the skin, metres.
        smoothing: rounds of averaging over neighbours, by which the cloth spans hollows.
        below: ``(v,)`` the vertices that matter, those below the cloth.
    """
    skin, normals = rest.plain
    smooth = smoothed(skin, smoothing, below)
    clearance = np.einsum("ij,ij->i", smooth - skin, normals)
    positions = smooth + normals * np.maximum(ease - clearance, 0)[:, None]
    positions = np.asarray(positions, np.float32)
    if smoothing:
        normals = load_surface().normals(positions, rest.body.model.faces)
    return Drape(positions, normals, np.maximum(ease, clearance))


def folds(rng: np.random.Generator, points: Floats, wavelength: float) -> Floats:
    """Return ``(n,)`` heights of about -1 to 1 of folds in cloth at ``(n, 3)`` points: bent ridges."""
    bend = waves(rng, points, wavelength * 2, 4)
    direction = rng.normal(size=3) * [0.7, 0.7, 1.0]
    phase = points @ (direction / np.linalg.norm(direction)) * 2 * np.pi / wavelength
    ridges = 1 - 2 * np.abs(np.sin(phase / 2 + 1.5 * bend))
    return np.asarray(0.5 * ridges * (0.6 + 0.4 * waves(rng, points, wavelength * 3, 3)) + 0.5 * bend, np.float32)


def waves(rng: np.random.Generator, points: Floats, wavelength: float, count: int = 6) -> Floats:
    """Return ``(n,)`` smooth noise of about -1 to 1 at ``(n, 3)`` points: plane waves of random directions."""
    vectors = rng.normal(size=(count, 3))
    vectors *= 2 * np.pi / wavelength * rng.uniform(0.6, 1.4, (count, 1)) / np.linalg.norm(vectors, axis=1)[:, None]
    phases = rng.uniform(0, 2 * np.pi, count)
    return np.asarray(np.sin(points @ vectors.T + phases).sum(1) / np.sqrt(count), np.float32)

"""Hair, beards and what covers the head: cloth of another material over scalp, neck and shoulders."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..mesh import Material
from ..objects.shapes import grid_faces
from .drape import Drape, drape, waves
from .fabric import jitter, linear, sample_fabric
from .piece import Piece, cloth
from .rest import RestBody

# sRGB: black, dark brown, brown, fair, grey, white, red, dyed.
HAIR_COLOURS = (
    *((18, 15, 14), (45, 30, 22), (88, 58, 38), (176, 140, 90)),
    *((120, 118, 116), (215, 212, 208), (120, 52, 28), (60, 60, 150)),
)
HAIR_SHARES = (0.43, 0.27, 0.14, 0.08, 0.02, 0.01, 0.03, 0.02)
OLD_SHARES = (0.12, 0.1, 0.06, 0.04, 0.38, 0.28, 0.01, 0.01)


def sample_hair(rng: np.random.Generator, rest: RestBody, *, masked: bool, hat_height: float) -> list[Piece]:
    """Return hair, eyebrows and beard, or a headscarf or hood.

    Args:
        rng: source of the choices.
        rest: the body.
        masked: whether the mouth is covered.
        hat_height: above which a hat covers the hair, metres.
    """
    face, female = FaceCoordinates(rest), rest.body.shape.sex == "female"
    shares = OLD_SHARES if rest.body.shape.age_group == "old" else HAIR_SHARES
    colour = linear(jitter(rng, HAIR_COLOURS[rng.choice(len(HAIR_COLOURS), p=shares)], 0.02))
    material = Material(colour=colour, roughness=0.6, specular=0.3, bump=0.8)
    pieces = []
    if rng.uniform() < 0.6:
        pieces.append(_grown(rng, rest, face.eyebrows(rng.uniform(0.0015, 0.0035)), material, 0.001))
    if rng.uniform() < (0.0 if female or masked else 0.35):
        pieces.append(_grown(rng, rest, face.beard(), material, rng.uniform(0.001, 0.015)))
    style = rng.uniform()
    if style < 0.08:
        return [*pieces, _scarf(rng, rest, face)]
    if style > 0.92:
        return pieces
    field = face.scalp(fringe=rng.uniform(-0.02, 0.02), nape=rng.uniform(0, 0.05))
    field = np.minimum(field, np.float32(hat_height + 0.01) - rest.vertices[:, 2])
    volume = rng.uniform(0.004, 0.05 if hat_height > 10 else 0.008)
    pieces.append(_grown(rng, rest, field, material, volume))
    if rng.uniform() < (0.6 if female else 0.1):
        pieces.append(_long(rng, rest, face, material, volume))
    return pieces


def _grown(rng: np.random.Generator, rest: RestBody, field: Floats, material: Material, volume: float) -> Piece:
    below, ease = field > -0.02, np.clip(field * 0.8, 0.001, volume)
    ease[below] *= 1 + 0.3 * waves(rng, rest.vertices[below], rng.uniform(0.04, 0.1))
    shape = drape(rest, ease, smoothing=int(volume * 250), below=below)
    return replace(cloth(rest, field, shape, material, thickness=0.001), hands=None)


def _long(
    rng: np.random.Generator, rest: RestBody, face: "FaceCoordinates", material: Material, volume: float
) -> Piece:
    """Return a curtain of hair around the back of the head, or a pony tail, that hangs from it and from the neck."""
    rows, columns, length = 10, 40, rng.uniform(0.08, 0.35) * face.scale
    reach = rng.choice([rng.uniform(0.15, 0.4), rng.uniform(1.5, 2.3)], p=[0.25, 0.75])  # radians to each side
    down, angle = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-reach, reach, columns), indexing="ij")
    strands = np.sin(angle * rng.uniform(8, 25) + rng.uniform(0, 6)) * 0.03 * np.sqrt(down)
    ends = 1 + 0.15 * waves(rng, np.stack([angle, angle, angle], 2).reshape(-1, 3), 0.6).reshape(angle.shape) * down
    radii = (np.array([0.078, 0.1]) + volume * 0.7) * face.scale
    width = (1 + strands) * (0.97 + rng.uniform(-0.3, 0.25) * down**2)
    offset = [
        np.sin(angle) * radii[0] * width,
        np.cos(angle) * radii[1] * width,
        0.02 * face.scale - length * down * ends,
    ]
    middle = face.middle + np.array([0.0, 0.085, 0.0]) * face.scale
    vertices = (middle + np.stack(offset, 2).reshape(-1, 3)).astype(np.float32)
    normals = np.stack([np.sin(angle), np.cos(angle), 0 * angle], 2).reshape(-1, 3).astype(np.float32)
    weights = np.zeros((len(vertices), len(rest.body.model.bones)), np.float32)
    loose = (np.clip(down * length / 0.2, 0, 1) * 0.7).reshape(-1)
    weights[:, rest.body.model.bones.index("head")] = 1 - loose
    weights[:, rest.body.model.bones.index("spine01")] = loose
    return Piece(vertices, normals, weights, grid_faces(rows, columns), material, two_sided=True)


def _scarf(rng: np.random.Generator, rest: RestBody, face: "FaceCoordinates") -> Piece:
    field, ease = face.scarf(rng), np.full(len(rest.vertices), rng.uniform(0.006, 0.015), np.float32)
    shape = drape(rest, ease, smoothing=6, below=field > -0.05)
    return replace(
        cloth(rest, field, face.over_ears(shape), sample_fabric(rng), thickness=0.002, repeats=12), hands=None
    )


class FaceCoordinates:
    """Fields of the parts of a head, metres: see :class:`.garments.Garment`.

    Attributes:
        middle: between the eyes, at rest.
        scale: of the head; 1 is an adult's.
    """

    def __init__(self, rest: RestBody) -> None:
        self.middle = (rest.body.head("eye.L") + rest.body.head("eye.R")) / 2
        self.scale = abs(float(rest.body.head("eye.L")[0])) / 0.03
        offset = (rest.vertices - self.middle) / self.scale
        self._x, self._y, self._z = np.abs(offset[:, 0]), offset[:, 1], offset[:, 2]
        self._on_head = 0.3 * (rest.weight("head") - 0.5)
        self._shoulder = 0.3 * (0.2 - rest.arm)

    def scalp(self, *, fringe: float, nape: float) -> Floats:
        """Return where hair grows: above the forehead, round the ears, down to the nape.

        Args:
            fringe: height of the hairline, metres above the usual one.
            nape: how far down it goes behind, metres.
        """
        line = np.interp(self._y, [0.0, 0.05, 0.09, 0.12, 0.17], [0.06, 0.03, 0.0, -0.03, -0.06 - nape])
        return self._field(self._z - line - fringe * (self._y < 0.05), self._on_head)

    def eyebrows(self, half: float) -> Floats:
        """Return the eyebrows, of half a width in metres."""
        across = (self._x - 0.03) / 0.022
        line = 0.021 - 0.006 * across**2 + 0.002 * across
        return self._field(half - np.abs(self._z - line), 0.02 * (1 - np.abs(across)), -0.01 - self._y, self._on_head)

    def beard(self) -> Floats:
        """Return chin, cheeks and upper lip, without the mouth."""
        mouth = np.hypot(self._x / 0.028, (self._z + 0.073) / 0.012) - 1
        line = np.interp(self._y, [-0.03, 0.0, 0.06], [-0.052, -0.06, -0.01])
        return self._field(line - self._z, 0.01 * mouth, self._z + 0.13, 0.075 - self._y, self._on_head)

    def over_ears(self, shape: Drape) -> Drape:
        """Return cloth that lies flat over the ears."""
        limit = 0.08 * self.scale
        sides = np.where(self._z > -0.1, np.clip(shape.positions[:, 0], -limit, limit), shape.positions[:, 0])
        return replace(shape, positions=np.column_stack([sides, shape.positions[:, 1:]]).astype(np.float32))

    def scarf(self, rng: np.random.Generator) -> Floats:
        """Return what a headscarf or hood covers: all but the face, down to the shoulders."""
        face = np.hypot(self._x / 0.062, (self._z + 0.02) / 0.095) - 1
        open_face = np.where(self._y < 0.04, 0.06 * face, 1)
        return self._field(open_face, self._z + rng.uniform(0.16, 0.26), self._shoulder)

    def mask(self) -> Floats:
        """Return nose, mouth and chin."""
        top = -0.018 - 0.35 * self._x
        return self._field(top - self._z, self._z + 0.115, 0.06 - self._x, 0.03 - self._y, self._on_head)

    def _field(self, *edges: NDArray[np.floating]) -> Floats:
        return np.asarray(np.minimum.reduce(edges) * self.scale, np.float32)

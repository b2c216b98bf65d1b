"""Hair, beards and what covers the head: cloth of another material over scalp, neck and shoulders."""

from dataclasses import replace

import numpy as np

from handpose_live.types.arrays import Floats

from ..mesh import Material
from .drape import drape, waves
from .fabric import jitter, linear, sample_fabric
from .piece import Piece, cloth
from .rest import RestBody

# sRGB: black, dark brown, brown, fair, grey, white, red, dyed.
HAIR_COLOURS = (
    *((18, 15, 14), (45, 30, 22), (88, 58, 38), (176, 140, 90)),
    *((120, 118, 116), (215, 212, 208), (120, 52, 28), (60, 60, 150)),
)
HAIR_SHARES = (0.35, 0.25, 0.14, 0.09, 0.08, 0.04, 0.03, 0.02)


def sample_hair(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return hair, eyebrows and beard, or a headscarf or hood."""
    face = FaceCoordinates(rest)
    colour = linear(jitter(rng, HAIR_COLOURS[rng.choice(len(HAIR_COLOURS), p=HAIR_SHARES)], 0.02))
    material = Material(colour=colour, roughness=0.6, specular=0.3, bump=0.8)
    pieces = [_grown(rng, rest, face.eyebrows(), material, 0.001)]
    if rest.body.shape.sex == "male" and rng.uniform() < 0.35:
        pieces.append(_grown(rng, rest, face.beard(), material, rng.uniform(0.001, 0.015)))
    style = rng.uniform()
    if style < 0.1:
        ease = np.full(len(rest.vertices), rng.uniform(0.006, 0.015), np.float32)
        field = face.scarf(rng)
        scarf = drape(rest, ease, smoothing=12, below=field > -0.05)
        return [
            *pieces,
            replace(cloth(rest, field, scarf, sample_fabric(rng), thickness=0.002, repeats=12), hands=None),
        ]
    if style > 0.92:
        return pieces
    field, volume = face.scalp(fringe=rng.uniform(-0.02, 0.02), nape=rng.uniform(0, 0.05)), rng.uniform(0.004, 0.05)
    if rng.uniform() < (0.7 if rest.body.shape.sex == "female" else 0.1):
        field, volume = np.maximum(field, face.long_hair(rng)), rng.uniform(0.012, 0.035)
    return [*pieces, _grown(rng, rest, field, material, volume)]


def _grown(rng: np.random.Generator, rest: RestBody, field: Floats, material: Material, volume: float) -> Piece:
    ease = np.clip(field * 0.8, 0.001, volume) * (1 + 0.3 * waves(rng, rest.vertices, rng.uniform(0.015, 0.05)))
    shape = drape(rest, ease.astype(np.float32), smoothing=int(volume * 500), below=field > -0.02)
    return replace(cloth(rest, field, shape, material, thickness=0.001), hands=None)


class FaceCoordinates:
    """Fields of the parts of a head, metres: see :class:`.garments.Garment`.

    Args:
        rest: the body.
    """

    def __init__(self, rest: RestBody) -> None:
        middle = (rest.body.head("eye.L") + rest.body.head("eye.R")) / 2
        self._eye = abs(float(rest.body.head("eye.L")[0]))
        self._scale = self._eye / 0.03  # of the head
        offset = (rest.vertices - middle) / self._scale
        self._x, self._y, self._z = np.abs(offset[:, 0]), offset[:, 1], offset[:, 2]
        self._on_head = 0.3 * (rest.weight("head") - 0.5)
        self._shoulder = 0.3 * (0.2 - rest.arm)
        self._below = rest.torso

    def scalp(self, *, fringe: float, nape: float) -> Floats:
        """Return where hair grows: above the forehead, round the ears, down to the nape.

        Args:
            fringe: height of the hairline, metres above the usual one.
            nape: how far down it goes behind, metres.
        """
        line = np.interp(self._y, [0.0, 0.05, 0.09, 0.12, 0.17], [0.06, 0.03, 0.0, -0.03, -0.06 - nape])
        return self._field(self._z - line - fringe * (self._y < 0.05), self._on_head)

    def eyebrows(self) -> Floats:
        """Return the eyebrows."""
        across = (self._x - 0.03) / 0.022
        line = 0.021 - 0.006 * across**2 + 0.002 * across
        return self._field(0.0035 - np.abs(self._z - line), 0.02 * (1 - np.abs(across)), -0.01 - self._y, self._on_head)

    def beard(self) -> Floats:
        """Return chin, cheeks and upper lip, without the mouth."""
        mouth = np.hypot(self._x / 0.028, (self._z + 0.073) / 0.012) - 1
        line = np.interp(self._y, [-0.03, 0.0, 0.06], [-0.052, -0.06, -0.01])
        return self._field(line - self._z, 0.01 * mouth, self._z + 0.13, 0.075 - self._y, self._on_head)

    def long_hair(self, rng: np.random.Generator) -> Floats:
        """Return what long hair covers behind the head: the neck and a part of the back."""
        length, width = rng.uniform(0.12, 0.4), rng.uniform(0.07, 0.1)
        back = self._y - np.interp(self._z, [-0.3, -0.15, 0.0], [0.05, 0.05, 0.075])
        return self._field(back, self._z + length, width - self._x, 0.02 - self._z)

    def scarf(self, rng: np.random.Generator) -> Floats:
        """Return what a headscarf or hood covers: all but the face, down to the shoulders."""
        face = np.hypot(self._x / 0.062, (self._z + 0.02) / 0.095) - 1
        open_face = np.where(self._y < 0.04, 0.06 * face, 1)
        return self._field(open_face, self._z + rng.uniform(0.16, 0.26), self._shoulder)

    def mask(self) -> Floats:
        """Return nose, mouth and chin."""
        top = -0.018 - 0.35 * self._x
        return self._field(top - self._z, self._z + 0.115, 0.06 - self._x, 0.03 - self._y, self._on_head)

    def _field(self, *edges: Floats) -> Floats:
        return np.asarray(np.minimum.reduce(edges) * self._scale, np.float32)

"""Skins: textures of people of different ages and sexes, in tones from very dark to very light."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError

from .palms import palm_ratio
from .surface import load_surface

TONES = ("very dark", "dark", "medium", "light", "very light")
# Linear RGB of the backs of the darkest and the lightest hand; between them, logarithms are mixed, as absorptions
# multiply.
DARKEST, LIGHTEST = np.array([0.105, 0.050, 0.031]), np.array([0.70, 0.465, 0.35])
BLOOD = np.array([0.10, 0.50, 0.42])  # absorption of one unit, in the logarithm of linear RGB
DARK_TEXTURES = 0.45  # skins with less lightness, 0 to 1, take textures of dark-skinned people


@dataclass(frozen=True, eq=False)
class Skin:
    """The skin of one person.

    Attributes:
        name: of the texture.
        texture: ``(h, w, 3)`` uint8 sRGB.
        tint: linear RGB that multiplies it.
        palm_tint: ``(3,)`` linear RGB that multiplies palms too.
        tone: one of ``TONES``, by the mean colour of the backs of the hands.
    """

    name: str
    texture: Image
    tint: tuple[float, float, float]
    palm_tint: Floats
    tone: str


class SkinLibrary:
    """The skins of a folder, of MakeHuman's layout and names (``young_darkskinned_female_diffuse.jpg``)."""

    def __init__(self, folder: Path) -> None:
        """Args:
        folder: with at least one skin for each age, sex and darkness.

        Raises:
            HandPoseError: there are none.
        """
        self._paths = sorted(folder.glob("*_diffuse*.jpg"))
        if not self._paths:
            raise HandPoseError(f"{folder} holds no skin textures (*_diffuse.jpg of MakeHuman).")

    def sample(self, rng: np.random.Generator, *, age: str, sex: str, tone: str | None = None) -> Skin:
        """Sample a skin.

        Args:
            rng: source of randomness.
            age: "young", "middleage" or "old".
            sex: "female" or "male".
            tone: one of ``TONES``; None for any, all equally frequent.
        """
        lightness = rng.uniform()
        if tone is not None:
            lightness = (TONES.index(tone) + lightness) / len(TONES)
        darkness = "dark" if lightness < DARK_TEXTURES else "light"
        fitting = [path for path in self._paths if path.name.startswith(f"{age}_{darkness}skinned_{sex}_")]
        path = fitting[rng.integers(len(fitting))]
        mixed = (1 - lightness) * np.log(DARKEST) + lightness * np.log(LIGHTEST)
        colour = np.exp(mixed - BLOOD * rng.normal(0, 0.12))
        texture, back, palm = _read(path)
        red, green, blue = colour / back
        palm_tint = palm_ratio(lightness) * back / palm
        return Skin(path.stem, texture, (red, green, blue), palm_tint, TONES[int(lightness * len(TONES))])


@lru_cache(maxsize=32)
def _read(path: Path) -> tuple[Image, Floats, Floats]:
    """Return a texture and the ``(3,)`` mean linear RGB of the backs and the palms of its hands."""
    image = cv2.imread(str(path))
    if image is None:
        raise HandPoseError(f"{path} cannot be read as an image.")
    texture = np.ascontiguousarray(image[..., ::-1], np.uint8)
    skin, palms = load_surface().skin, load_surface().palms
    columns, rows = (skin.uvs * (1, -1) + (0, 1)).T * len(texture)
    colours = (texture[rows.astype(int), columns.astype(int)] / np.float32(255)) ** 2.2
    hands = skin.hand_of >= 0
    return texture, colours[hands & (palms < 0.1)].mean(axis=0), colours[hands & (palms > 0.9)].mean(axis=0)

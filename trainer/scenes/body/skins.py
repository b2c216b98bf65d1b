"""Skins: textures of people of different ages and sexes, in tones from very dark to very light."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

from .surface import load_surface

TONES = ("very dark", "dark", "medium", "light", "very light")
# Linear RGB of the darkest and the lightest hand; between them, logarithms are mixed, as absorptions multiply.
DARKEST, LIGHTEST = np.array([0.105, 0.050, 0.031]), np.array([0.70, 0.465, 0.35])
BLOOD = np.array([0.10, 0.50, 0.42])  # absorption of one unit, in the logarithm of linear RGB
DARK_TEXTURES = 0.45  # tones below it take textures of dark-skinned people


@dataclass(frozen=True, eq=False)
class Skin:
    """The skin of one person.

    Attributes:
        name: of the texture.
        texture: ``(h, w, 3)`` uint8 sRGB.
        tint: linear RGB that multiplies it.
        tone: one of ``TONES``, by the mean colour of the hands.
    """

    name: str
    texture: Image
    tint: tuple[float, float, float]
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

    def sample(self, rng: np.random.Generator, *, age: str, sex: str) -> Skin:
        """Sample a skin: all tones are equally frequent.

        Args:
            rng: source of randomness.
            age: "young", "middleage" or "old".
            sex: "female" or "male".
        """
        tone = rng.uniform()
        darkness = "dark" if tone < DARK_TEXTURES else "light"
        fitting = [path for path in self._paths if path.name.startswith(f"{age}_{darkness}skinned_{sex}_")]
        path = fitting[rng.integers(len(fitting))]
        colour = np.exp((1 - tone) * np.log(DARKEST) + tone * np.log(LIGHTEST) - BLOOD * rng.normal(0, 0.12))
        texture, hands = _read(path)
        red, green, blue = colour / hands
        return Skin(path.stem, texture, (red, green, blue), TONES[int(tone * len(TONES))])


@lru_cache(maxsize=32)
def _read(path: Path) -> tuple[Image, NDArray[np.float64]]:
    """Return a texture and the ``(3,)`` mean linear RGB of its hands."""
    image = cv2.imread(str(path))
    if image is None:
        raise HandPoseError(f"{path} cannot be read as an image.")
    texture = np.ascontiguousarray(image[..., ::-1], np.uint8)
    skin = load_surface().skin
    uvs = skin.uvs[skin.hand_of >= 0]
    rows, columns = (((1 - uvs[:, 1]) * len(texture)).astype(int), (uvs[:, 0] * len(texture)).astype(int))
    return texture, ((texture[rows, columns] / 255.0) ** 2.2).mean(axis=0)

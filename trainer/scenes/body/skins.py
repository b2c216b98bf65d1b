"""Skins: textures of people of different ages, sexes and tones."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from handpose_live.types.arrays import Image


@dataclass(frozen=True, eq=False)
class Skin:
    """The skin of one person.

    Attributes:
        name: of the texture.
        texture: ``(h, w, 3)`` uint8 sRGB.
        tone: "very dark", "dark", "medium", "light" or "very light".
    """

    name: str
    texture: Image
    tone: str


class SkinLibrary:
    """The skins of a folder, of MakeHuman's layout and names (``young_darkskinned_female_diffuse.jpg``)."""

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(folder.glob("*_diffuse*.jpg"))

    def sample(self, rng: np.random.Generator, *, age: str, sex: str) -> Skin:
        """Sample a skin of an age ("young", "middleage", "old") and a sex ("female", "male")."""
        fitting = [path for path in self._paths if path.name.startswith(age) and f"_{sex}_" in path.name]
        dark = [path for path in fitting if "dark" in path.name]
        light = [path for path in fitting if "light" in path.name]
        group = dark if rng.random() < 0.5 else light
        path = group[rng.integers(len(group))]
        return Skin(path.stem, _read(path), "dark" if path in dark else "light")


@lru_cache
def _read(path: Path) -> Image:
    """Read a texture once, so that it is uploaded to the GPU once."""
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)

"""Skins come in all tones, named by what is seen of the hands."""

from pathlib import Path

import numpy as np

from trainer.scenes.body.skins import TONES, Skin, SkinLibrary
from trainer.scenes.body.surface import load_surface

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def _brightness(skin: Skin) -> float:
    """Return the mean luminance of the backs of the hands."""
    part, palms = load_surface().skin, load_surface().palms
    columns, rows = (part.uvs[(part.hand_of >= 0) & (palms < 0.1)] * (1, -1) + (0, 1)).T * len(skin.texture)
    colours = (skin.texture[rows.astype(int), columns.astype(int)] / 255) ** 2.2
    return float((colours.mean(axis=0) * skin.tint) @ LUMINANCE)


def test_lighter_tones_are_brighter_and_all_are_equally_frequent(shared: Path) -> None:
    library, rng = SkinLibrary(shared / "data" / "skins"), np.random.default_rng(0)
    skins = [library.sample(rng, age="young", sex="female") for _ in range(200)]
    brightness = {tone: [_brightness(skin) for skin in skins if skin.tone == tone] for tone in TONES}
    means = [np.mean(brightness[tone]) for tone in TONES]
    assert means == sorted(means)
    assert means[0] < 0.08
    assert means[-1] > 0.35
    assert all(len(values) > 20 for values in brightness.values())


def test_skins_fit_age_and_sex(shared: Path) -> None:
    skin = SkinLibrary(shared / "data" / "skins").sample(np.random.default_rng(1), age="old", sex="male")
    assert skin.name.startswith("old_")
    assert "_male_" in skin.name


def test_a_skin_can_have_a_wanted_tone(shared: Path) -> None:
    library = SkinLibrary(shared / "data" / "skins")
    for tone in TONES:
        rng = np.random.default_rng(2)
        tones = {library.sample(rng, age="middleage", sex="female", tone=tone).tone for _ in range(20)}
        assert tones == {tone}

"""Shapes of bodies: age, sex, build and hands."""

from dataclasses import dataclass

import numpy as np

from .model import ANCESTRIES, LOCAL_CHANGES


@dataclass(frozen=True)
class Shape:
    """What a body is built from.

    Attributes:
        phenotypes: by name, 0..1, as :meth:`.model.BodyModel.rest` takes them.
        local_changes: by name, -1..1.
    """

    phenotypes: dict[str, float]
    local_changes: dict[str, float]

    @property
    def sex(self) -> str:
        """The sex of fitting skins, "female" or "male"."""
        return "female" if self.phenotypes["gender"] > 0.5 else "male"

    @property
    def age_group(self) -> str:
        """The age of fitting skins: "young", "middleage" or "old"."""
        age = self.phenotypes["age"]
        return "young" if age < 0.72 else "middleage" if age < 0.86 else "old"


def sample_shape(rng: np.random.Generator) -> Shape:
    """Sample a shape: one in six people is a child of 3 years or more."""
    age = rng.uniform(0.1, 0.6) if rng.random() < 1 / 6 else rng.uniform(0.62, 1.0)
    phenotypes = {
        "gender": float(np.clip(rng.choice([0.05, 0.95]) + rng.normal(0, 0.08), 0, 1)),
        "age": age,
        "muscle": _bell(rng, 0.5, 0.2),
        "weight": _bell(rng, 0.55, 0.22),
        "height": _bell(rng, 0.44, 0.12),
        "proportions": _bell(rng, 0.5, 0.25),
        **dict(zip(ANCESTRIES, rng.dirichlet([0.6] * len(ANCESTRIES)).tolist(), strict=True)),
    }
    return Shape(phenotypes, _sample_hands(rng) | _sample_face(rng))


def _sample_hands(rng: np.random.Generator) -> dict[str, float]:
    """Sample both hands alike."""
    spreads = {"scale": 0.35, "fingers-length": 0.4, "fingers-diameter": 0.4, "fingers-distance": 0.3}
    values = {name: float(np.clip(rng.normal(0, spread), -1, 1)) for name, spread in spreads.items()}
    return {f"{side}-hand-{name}": value for name, value in values.items() for side in "lr"}


def _sample_face(rng: np.random.Generator) -> dict[str, float]:
    names = [name for folder, names in LOCAL_CHANGES.items() if folder != "hands" for name in names]
    return {name: float(np.clip(rng.normal(0, 0.35), -1, 1)) for name in names}


def _bell(rng: np.random.Generator, mean: float, std: float) -> float:
    return float(np.clip(rng.normal(mean, std), 0, 1))

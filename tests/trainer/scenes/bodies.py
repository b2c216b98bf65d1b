"""Bodies for tests, with skins of one colour."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from trainer.scenes.body.body import Body, BodyFactory


@lru_cache(maxsize=64)
def sample_body(seed: int) -> Body:
    """Sample a body."""
    with TemporaryDirectory() as folder:
        for age in ("young", "middleage", "old"):
            for tone in ("darkskinned", "lightskinned"):
                for sex in ("female", "male"):
                    path = Path(folder) / f"{age}_{tone}_{sex}_diffuse.jpg"
                    cv2.imwrite(str(path), np.full((16, 16, 3), 150, np.uint8))
        return BodyFactory(Path(folder)).sample(np.random.default_rng(seed))

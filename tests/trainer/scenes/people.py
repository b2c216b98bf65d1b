"""A person made of points, for tests of geometry."""

import numpy as np

from trainer.scenes.situations.landmarks import Landmarks


def standing_person() -> Landmarks:
    """Return a person of 1.75 m who stands at the origin and looks to -y."""
    left, forward, up = np.array([1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, 1.0])

    def point(x: float, y: float, z: float) -> np.ndarray:
        return np.array([x, y, z])

    return Landmarks(
        *(left, forward, up, forward),
        shoulders={"left": point(0.17, 0, 1.42), "right": point(-0.17, 0, 1.42)},
        ears={"left": point(0.08, 0, 1.62), "right": point(-0.08, 0, 1.62)},
        knees={"left": point(0.1, 0, 0.5), "right": point(-0.1, 0, 0.5)},
        eyes=point(0, -0.1, 1.63),
        mouth=point(0, -0.11, 1.56),
        chin=point(0, -0.1, 1.51),
        crown=point(0, 0, 1.75),
        chest=point(0, -0.1, 1.25),
        pelvis=point(0, 0, 0.95),
        arm_m=0.52,
        hand_m=0.18,
    )

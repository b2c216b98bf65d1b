"""The direction from which a hand is looked at in three dimensions, and its perspective."""

import math
from dataclasses import dataclass

import numpy as np

from handpose_live.types.arrays import Floats

DISTANCE = 5.0  # of the eye from the centre, in palm sizes, as between a webcam and a hand
MAX_PITCH_DEG = 90.0


@dataclass(frozen=True)
class Orbit:
    """A camera that turns about the centre of the hand, as on a turntable; at 0, 0 it is where the real camera is.

    Attributes:
        yaw_deg: how far the near side of the hand is turned to the right, -180 to 180.
        pitch_deg: how far it is turned down, -90 to 90; at 90 the hand is seen from above.
    """

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0

    @property
    def description(self) -> str:
        """The direction in words, for screen readers."""
        yaw, pitch = round(self.yaw_deg), round(self.pitch_deg)
        turns = [f"{abs(yaw)}° {'right' if yaw > 0 else 'left'}"] if yaw else []
        turns += [f"{abs(pitch)}° {'down' if pitch > 0 else 'up'}"] if pitch else []
        return f"Turned {' and '.join(turns)}" if turns else "The camera's view"

    def turned(self, right_deg: float, down_deg: float) -> "Orbit":
        """Return the orbit with the near side of the hand turned further to the right and down."""
        pitch_deg = min(max(self.pitch_deg + down_deg, -MAX_PITCH_DEG), MAX_PITCH_DEG)
        return Orbit(math.remainder(self.yaw_deg + right_deg, 360), pitch_deg)

    def project(self, points: Floats) -> Floats:
        """Project points in perspective.

        Args:
            points: ``(..., 3)`` in palm sizes from the centre, x right, y down, z away from the real camera.

        Returns:
            ``(..., 3)``: x right and y down on the plane through the centre, in palm sizes, and the magnification,
            which is 1 on that plane and greater for what is nearer.
        """
        yaw, pitch = math.radians(self.yaw_deg), math.radians(self.pitch_deg)
        turn = np.array([(math.cos(yaw), 0, -math.sin(yaw)), (0, 1, 0), (math.sin(yaw), 0, math.cos(yaw))])
        tilt = np.array([(1, 0, 0), (0, math.cos(pitch), -math.sin(pitch)), (0, math.sin(pitch), math.cos(pitch))])
        seen = points @ (tilt @ turn).T
        magnification = DISTANCE / (DISTANCE + seen[..., 2:]).clip(min=DISTANCE / 4)
        return np.asarray(np.concatenate([seen[..., :2] * magnification, magnification], axis=-1), np.float32)

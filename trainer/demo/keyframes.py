"""The animation of the demo clip, as data: gestures and keyframes of each hand."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Keyframe:
    """Position and orientation of a hand at a time.

    Attributes:
        time_s: since the clip's start.
        x, y: of the palm's centre, in fractions of the image's width and height.
        distance_mm: from the camera.
        yaw_deg: about the hand's long axis, 0 for the palm towards the camera, 180 for the back.
        pitch_deg: fingertips towards the camera.
        roll_deg: clockwise.
    """

    time_s: float
    x: float
    y: float
    distance_mm: float = 560.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0


@dataclass(frozen=True)
class HandAnimation:
    """The animation of one hand, from entering to leaving the image; as for a right hand.

    Attributes:
        side: a "left" hand is rendered as a right one, and mirrored: with it x, yaw and roll.
        gestures: start time in seconds and name of each, in order.
        keyframes: in order of time; the hand is in the clip from the first to the last.
    """

    side: Literal["left", "right"]
    gestures: tuple[tuple[float, str], ...]
    keyframes: tuple[Keyframe, ...]


DURATION_S = 26.0
# The camera faces the person: the right hand is on the left of the image.
ANIMATIONS = (
    HandAnimation(
        "right",
        gestures=(
            *((0.0, "relaxed"), (0.6, "open"), (2.3, "fist"), (3.2, "pointing"), (3.9, "victory"), (4.6, "three")),
            *((5.3, "four"), (6.0, "spread"), (7.9, "open"), (9.1, "relaxed")),
        ),
        keyframes=(
            Keyframe(0.0, 0.36, 1.40, roll_deg=14, pitch_deg=10),
            Keyframe(0.7, 0.40, 0.58, roll_deg=4),
            Keyframe(1.0, 0.40, 0.55, roll_deg=-17),
            Keyframe(1.35, 0.41, 0.55, roll_deg=17),
            Keyframe(1.7, 0.40, 0.55, roll_deg=-15),
            Keyframe(2.1, 0.41, 0.56, roll_deg=6),
            Keyframe(3.1, 0.45, 0.60, 540, yaw_deg=6, roll_deg=3),
            Keyframe(6.0, 0.52, 0.58, 530, yaw_deg=-6, roll_deg=-2),
            Keyframe(6.5, 0.52, 0.56, 540, roll_deg=-4),
            Keyframe(7.3, 0.46, 0.56, 560, yaw_deg=172, roll_deg=-2, pitch_deg=-4),
            Keyframe(7.8, 0.44, 0.56, 560, yaw_deg=180, roll_deg=6, pitch_deg=-4),
            Keyframe(8.6, 0.36, 0.58, 570, yaw_deg=14, roll_deg=4),
            Keyframe(8.9, 0.35, 0.60, 570, roll_deg=6),
            Keyframe(9.7, 0.26, 1.40, 580, roll_deg=12),
        ),
    ),
    HandAnimation(
        "left",
        gestures=(
            *((9.0, "relaxed"), (9.7, "open"), (10.4, "ok"), (11.5, "open"), (12.1, "rock"), (13.0, "call")),
            *((13.9, "thumb up"), (14.9, "open"), (16.6, "fist"), (17.2, "open"), (17.9, "victory"), (18.9, "open")),
            *((20.0, "pinch"), (20.8, "open"), (21.5, "pinch"), (22.2, "spread"), (23.2, "open"), (25.0, "relaxed")),
        ),
        keyframes=(
            Keyframe(9.0, 0.34, 1.40, 570, roll_deg=12, pitch_deg=8),
            Keyframe(9.8, 0.40, 0.58, 560, roll_deg=2),
            Keyframe(10.5, 0.43, 0.57, 540, yaw_deg=4, roll_deg=-3),
            Keyframe(11.3, 0.46, 0.58, 520, yaw_deg=-8),
            Keyframe(12.1, 0.46, 0.62, 420, roll_deg=4),
            Keyframe(13.0, 0.40, 0.60, 470, roll_deg=-22),
            Keyframe(13.4, 0.40, 0.60, 480, roll_deg=-32),
            Keyframe(14.0, 0.36, 0.58, 540, roll_deg=-52),
            Keyframe(14.6, 0.36, 0.56, 545, roll_deg=-50),
            Keyframe(15.1, 0.32, 0.58, 580, roll_deg=0),
            Keyframe(15.6, 0.25, 0.58, 600, roll_deg=-6),
            Keyframe(16.5, 0.24, 0.57, 590, roll_deg=4),
            Keyframe(17.8, 0.26, 0.55, 560, roll_deg=-3),
            Keyframe(18.8, 0.24, 0.58, 570, yaw_deg=6),
            Keyframe(19.6, 0.26, 0.52, 610, roll_deg=8),
            Keyframe(20.6, 0.27, 0.58, 560, yaw_deg=-20, roll_deg=0),
            Keyframe(22.1, 0.26, 0.62, 540, yaw_deg=-14),
            Keyframe(22.9, 0.24, 0.56, 590, roll_deg=-6),
            Keyframe(23.4, 0.23, 0.55, 590, roll_deg=-15),
            Keyframe(23.8, 0.24, 0.55, 590, roll_deg=14),
            Keyframe(24.2, 0.23, 0.55, 590, roll_deg=-14),
            Keyframe(24.6, 0.24, 0.56, 590, roll_deg=10),
            Keyframe(25.5, 0.20, 1.40, 590, roll_deg=12),
        ),
    ),
    HandAnimation(
        "right",
        gestures=(
            *((14.7, "relaxed"), (15.5, "spread"), (16.6, "open"), (17.2, "fist"), (17.9, "open"), (18.4, "victory")),
            *((19.4, "pointing"), (20.4, "gun"), (21.2, "thumb up"), (22.2, "spread"), (23.2, "open")),
            (25.0, "relaxed"),
        ),
        keyframes=(
            Keyframe(14.7, 0.14, 1.40, 590, roll_deg=10, pitch_deg=8),
            Keyframe(15.5, 0.22, 0.58, 600, roll_deg=-4),
            Keyframe(16.5, 0.24, 0.57, 590, roll_deg=5),
            Keyframe(17.8, 0.25, 0.60, 560, roll_deg=-4),
            Keyframe(18.8, 0.23, 0.58, 560, yaw_deg=-6),
            Keyframe(19.7, 0.25, 0.64, 540, roll_deg=10),
            Keyframe(20.6, 0.22, 0.57, 580, yaw_deg=6, roll_deg=-6),
            Keyframe(21.3, 0.20, 0.58, 570, roll_deg=-50),
            Keyframe(21.9, 0.20, 0.57, 570, roll_deg=-50),
            Keyframe(22.4, 0.23, 0.58, 570),
            Keyframe(22.9, 0.23, 0.56, 590, roll_deg=-6),
            Keyframe(23.4, 0.22, 0.55, 590, roll_deg=-15),
            Keyframe(23.8, 0.23, 0.55, 590, roll_deg=14),
            Keyframe(24.2, 0.22, 0.55, 590, roll_deg=-14),
            Keyframe(24.6, 0.23, 0.56, 590, roll_deg=10),
            Keyframe(25.5, 0.18, 1.40, 590, roll_deg=12),
        ),
    ),
)

"""One hand in one frame: what tracking returns and everything after it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.certainty import probability_within
from handpose_live.types.crop import Crop
from handpose_live.types.gesture import Gesture
from handpose_live.types.json_number import json_number

Side = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand in one frame.

    Attributes:
        track_id: identity of the hand, from 1; stays the same while the hand is tracked.
        side: which hand of its owner it is, "left" or "right", seen on an unflipped image.
        score: confidence that this is a hand, 0..1.
        joints: ``(21, 2)`` float32, x right and y down, in px of the unflipped frame, pixel centres at +0.5; in the
            order of :data:`handpose_live.JOINT_NAMES`.
        joint_scores: ``(21,)`` float32, 0..1: probability that the joint is within 5 % of the hand's size of the truth.
        crop: the square in which the network saw the hand.
        gesture: the recognised gesture; None when there is none or it is uncertain.
        joints_3d: ``(21, 3)`` float32, relative to the wrist, x right, y down, z away from the camera, in mm if the
            tracker knows the length of the hand, else in palm sizes (the distance from wrist to middle knuckle); None
            from a network that cannot tell.
        visible_scores: ``(21,)`` float32, 0..1: probability that nothing covers the joint; a covered one is guessed.
            None from a network that cannot tell.
        angles_deg: the clinical joint angles by name, such as ``index_pip``; flexion is positive. None without
            ``joints_3d``.

    Example:
        >>> import handpose_live as hp
        >>> hand = next(hand for _, hands in hp.track_video("demo") for hand in hands)
        >>> hand.side, hand.joints.shape
        ('right', (21, 2))
        >>> x, y = hand.joints[hp.JOINT_NAMES.index("index_tip")]
    """

    track_id: int
    side: Side
    score: float
    joints: Floats
    joint_scores: Floats
    crop: Crop
    gesture: Gesture | None = None
    joints_3d: Floats | None = None
    visible_scores: Floats | None = None
    angles_deg: Mapping[str, float] | None = None

    def probability_within(self, distance: float) -> Floats:
        """Return how likely each joint is nearer to the truth than a distance.

        Args:
            distance: in sizes of the hand, the longer side of its upright joint box; 0.05 gives ``joint_scores``.

        Returns:
            ``(21,)``, 0..1.
        """
        return probability_within(distance, self.joint_scores)

    def flipped(self, width: int) -> "Hand":
        """Return the hand as it lies in the frame flipped left to right; ``side`` stays its owner's.

        Args:
            width: of the frame, in px.
        """
        joints = np.asarray(self.joints * (-1, 1) + (width, 0), np.float32)
        joints_3d = None if self.joints_3d is None else np.asarray(self.joints_3d * (-1, 1, 1), np.float32)
        angles = self.angles_deg and {
            name: 180 - angle if name.endswith("_x") else angle for name, angle in self.angles_deg.items()
        }
        return replace(self, joints=joints, joints_3d=joints_3d, angles_deg=angles, crop=self.crop.flipped(width))

    def to_dict(self) -> dict[str, Any]:
        """Return the hand as a JSON object: the one schema of landmark files and the clipboard.

        Returns:
            ``track``, ``side``, ``score``, ``joints`` (21 of ``[x, y, score]``, x and y in px of the frame),
            ``joints_3d`` (21 of ``[x, y, z]``), ``visible`` (21 scores) and ``angles_deg`` (by name), each None where
            the hand has none, ``gesture`` and ``gesture_score`` (both None without a gesture). Positions are rounded
            to 0.01 px and 0.001 palm sizes or mm, scores to 0.001, angles to 0.1 degrees; a number that is not finite
            is None.

        Example:
            >>> import json
            >>> import handpose_live as hp
            >>> hand = next(hand for _, hands in hp.track_video("demo") for hand in hands)
            >>> list(json.loads(json.dumps(hand.to_dict())))
            ['track', 'side', 'score', 'joints', 'joints_3d', 'visible', 'angles_deg', 'gesture', 'gesture_score']
        """
        joints = np.asarray(self.joints, np.float64).tolist()
        scores = np.asarray(self.joint_scores, np.float64).tolist()
        return {
            "track": self.track_id,
            "side": self.side,
            "score": json_number(float(self.score), 3),
            "joints": [
                [json_number(x, 2), json_number(y, 2), json_number(score, 3)]
                for (x, y), score in zip(joints, scores, strict=True)
            ],
            "joints_3d": _numbers(self.joints_3d),
            "visible": _numbers(self.visible_scores),
            "angles_deg": self.angles_deg and {name: json_number(deg, 1) for name, deg in self.angles_deg.items()},
            "gesture": self.gesture.name if self.gesture else None,
            "gesture_score": json_number(self.gesture.score, 3) if self.gesture else None,
        }


def _numbers(values: Floats | None) -> Any:
    """Return an array as nested lists of numbers for JSON, rounded to 0.001."""
    if values is None:
        return None
    return [_numbers(value) if value.ndim else json_number(float(value), 3) for value in np.asarray(values, np.float64)]

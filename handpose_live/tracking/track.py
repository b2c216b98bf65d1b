"""One tracked hand: its position, motion, identity, side and certainty over time."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from handpose_live.detection.detection import Detection
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.hand import Side

UNCERTAIN_SCORE = 0.65  # below it a track may have drifted off its hand, so that the detector is asked
UNCERTAIN_CONTRADICTION = 1.0  # above it, it may have slid onto the owner's other hand
# The crop of an uncertain hand is padded: joints that were not recognised lie too close together, and a crop cut by
# them would be too tight to recognise them in the next frame. The padding grows between two scores around
# UNCERTAIN_SCORE: a step would make a hand jitter whose score hovers there.
MAX_CROP_PADDING, PADDED_SCORES = 1.2, (UNCERTAIN_SCORE - 0.1, UNCERTAIN_SCORE + 0.1)
# A track that the detector confirms is not checked again for so long, and for twice as long after each confirmation.
CONFIRMATION_S, MAX_CONFIRMATION_S = 0.2, 0.8
# Evidence for a side is summed up as log-odds. One frame's is limited, so that a blurred frame does not flip a hand,
# and so is the sum, which also decays, so that a hand that was wrong from the start is corrected within a second.
MAX_FRAME_LOG_ODDS, MAX_LOG_ODDS, FLIP_LOG_ODDS, EVIDENCE_S = 1.5, 10.0, 1.0, 1.0
# A hand keeps its velocity for so long; a lost one may have stopped or turned back since.
MAX_PREDICTION_S = 0.15
VELOCITY_GAIN = 0.6  # of the newest frame


@dataclass(eq=False)
class Track:
    """One tracked hand.

    Attributes:
        side: the current estimate.
        box: the upright crop without a margin, around the hand as last found or detected.
        velocity_px_s: of the centre of the box, ``(2,)``.
        joints: ``(21, 3)`` frame px as in the last frame in which the hand was found; the third is how much farther
            away than the wrist a joint is, NaN if the network cannot tell.
        joint_scores, visible_scores, crop: of that frame.
        id: from 1, never reused.
        right_log_odds: log-odds that it is a right hand.
        reading: the part of them that the last frame gave.
        score: of the last frame, also of one in which the hand was lost.
        seen_s: time of the frame in which the hand was last found.
        min_score: below it the crop in the next frame holds no hand.
        kept_until_s: when it is forgotten if it is not found again.
        surprise: distance from where it was expected in the last frame, in hand sizes.
        confirmed_until_s: until then the detector need not check the track.
        confirmation_s: how long the next confirmation will last.
        lost: not found in the newest frame.
    """

    side: Side
    box: Crop
    seen_s: float
    min_score: float
    id: int = 0
    kept_until_s: float = math.inf
    velocity_px_s: Floats = field(default_factory=lambda: np.zeros(2, np.float32))
    right_log_odds: float = 0.0
    reading: float = 0.0
    joints: Floats = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    joint_scores: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    visible_scores: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    score: float = 0.0
    crop: Crop = field(default_factory=lambda: Crop(0, 0, 1))
    surprise: float = 0.0
    confirmed_until_s: float = -math.inf
    confirmation_s: float = CONFIRMATION_S
    lost: bool = False

    @classmethod
    def start(cls, detection: Detection, time_s: float, min_score: float) -> "Track":
        """Create a track at a detection."""
        track = cls(detection.side, detection.box, time_s, min_score)
        track.add_evidence(detection.right_log_odds)
        return track

    @property
    def uncertain(self) -> bool:
        """Whether the track may have drifted off its hand."""
        return self.score < UNCERTAIN_SCORE or self.contradiction > UNCERTAIN_CONTRADICTION

    @property
    def contradiction(self) -> float:
        """How much the hand in the last crop looks like the other side than all evidence so far; 0 if it does not."""
        return math.sqrt(max(0.0, -self.reading * self.right_log_odds))

    def predict(self, time_s: float) -> Crop:
        """Return the box in which the hand is expected, at constant velocity."""
        seconds = min(max(time_s - self.seen_s, 0.0), MAX_PREDICTION_S)
        x, y = (float(value) for value in self.velocity_px_s * seconds)
        return replace(self.box, centre_x=self.box.centre_x + x, centre_y=self.box.centre_y + y)

    def next_crop(self, margin: float) -> Crop:
        """Return the crop in which to look for the hand in the next frame.

        It is not where the hand is expected: at the turning points of fast hands that would be worse.

        Args:
            margin: side of the crop of a certain hand in units of its joint box.
        """
        padding = float(np.interp(self.score, PADDED_SCORES, (MAX_CROP_PADDING, 1.0)))
        return replace(self.box, size=margin * padding * self.box.size, mirrored=self.side == "left")

    def find(self, joints: Floats, joint_scores: Floats, visible_scores: Floats, crop: Crop, time_s: float) -> None:
        """Note that the hand was found in a crop of the frame at that time; see the attributes."""
        box = Crop.around(joints[:, :2], margin=1)
        self.surprise = distance(self.predict(time_s), box)
        if (step_s := time_s - self.seen_s) > 0:
            moved = np.array((box.centre_x - self.box.centre_x, box.centre_y - self.box.centre_y), np.float32)
            self.velocity_px_s = self.velocity_px_s + VELOCITY_GAIN * (moved / step_s - self.velocity_px_s)
        self.box, self.joints, self.joint_scores, self.visible_scores = box, joints, joint_scores, visible_scores
        self.crop, self.seen_s = crop, time_s

    def relocate(self, detection: Detection, time_s: float) -> None:
        """Move the track to a detection."""
        self.box, self.seen_s, self.lost = detection.box, time_s, False
        self.velocity_px_s = np.zeros(2, np.float32)

    def confirm(self, time_s: float) -> None:
        """Note that the detector found the hand where the track is."""
        self.confirmed_until_s = time_s + self.confirmation_s
        self.confirmation_s = min(2 * self.confirmation_s, MAX_CONFIRMATION_S)

    def add_evidence(self, right_log_odds: float, elapsed_s: float = 0.0) -> None:
        """Add evidence for the side; the side changes only when the sum is clearly against it.

        Args:
            right_log_odds: log-odds that it is a right hand.
            elapsed_s: by which the evidence so far has aged.
        """
        kept = math.exp(-elapsed_s / EVIDENCE_S) * self.right_log_odds
        self.right_log_odds = clip(kept + clip(right_log_odds, MAX_FRAME_LOG_ODDS), MAX_LOG_ODDS)
        if self.side == "left" and self.right_log_odds > FLIP_LOG_ODDS:
            self.side = "right"
        elif self.side == "right" and self.right_log_odds < -FLIP_LOG_ODDS:
            self.side = "left"


def distance(one: Crop, other: Crop) -> float:
    """Distance between the centres of two boxes, in sizes of the larger one."""
    offset_px = math.hypot(one.centre_x - other.centre_x, one.centre_y - other.centre_y)
    return offset_px / max(one.size, other.size)


def clip(value: float, limit: float) -> float:
    """Limit ``value`` to ``-limit..limit``."""
    return min(max(value, -limit), limit)

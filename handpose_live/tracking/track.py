"""One hand over time: where it is, which one it is, and how sure that is."""

import math
from dataclasses import dataclass, field

import numpy as np

from handpose_live.tracking.detector import Detection
from handpose_live.tracking.smoothing import OneEuroFilter
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.hand import Side

DOUBT = 0.65  # below it a track may have slipped off its hand, so that the detector shall look
# So much more is seen of a doubtful hand: joints that were not made out lie too close together, and a crop that
# is cut by them would be too tight to make them out the next time. It grows between two scores about DOUBT: a
# step would make a hand jitter whose score hovers there.
CAUTION, CAUTIOUS = 1.2, (DOUBT - 0.1, DOUBT + 0.1)
# A track that the detector finds to be right is not doubted for so long, and twice as long each time again.
TRUST_S, LONGEST_TRUST_S = 0.2, 0.8
# Evidence for a side is kept as log-odds. One look counts for little, so that a blurred frame does not
# flip a hand, and their sum is bounded, so that a hand that was wrong from the start can be put right.
LOOK_LIMIT, SIDE_LIMIT, SIDE_FLIP = 1.5, 10.0, 1.0


@dataclass(eq=False)
class Track:
    """One hand over time.

    Attributes:
        side: as believed now.
        id: from 1, never used again.
        joints, joint_scores, crop: of the last frame in which it was found.
        score: of the last look at it, also one that lost it.
        seen_s: time of the frame in which it was last found.
        right_odds: log-odds that it is a right hand.
        moved: how far it went to the last frame, in hand sizes.
        trusted_s: until then it is not doubted.
        trust_s: for how long it is not doubted when it proves right the next time.
        lost: not found in the newest frame.
    """

    side: Side
    joints: Floats
    id: int = 0
    right_odds: float = 0.0
    joint_scores: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    score: float = 0.0
    crop: Crop = field(default_factory=lambda: Crop(0, 0, 1))
    seen_s: float = 0.0
    moved: float = 0.0
    trusted_s: float = -math.inf
    trust_s: float = TRUST_S
    lost: bool = False
    smooth: OneEuroFilter = field(default_factory=OneEuroFilter)

    @classmethod
    def start(cls, detection: Detection) -> "Track":
        """A hand as the detector found it."""
        track = cls(detection.side, detection.joints)
        track.update_handedness(detection.right_odds)
        return track

    @property
    def size_px(self) -> float:
        """Longer side of the joint box, in frame px."""
        return float(np.ptp(self.joints, axis=0).max())

    @property
    def doubtful(self) -> bool:
        """It may have slipped off its hand."""
        return self.score < DOUBT

    @property
    def crop_padding(self) -> float:
        """By how much its crop is to be larger than usual."""
        return float(np.interp(self.score, CAUTIOUS, (CAUTION, 1.0)))

    def distance(self, joints_frame_px: Floats) -> float:
        """How far its joint box's middle is from that of other joints, in sizes of the larger hand.

        Not joint by joint: two finds of one hand may well disagree on which finger is which.
        """
        apart = _middle(self.joints) - _middle(joints_frame_px)
        size_px = max(self.size_px, float(np.ptp(joints_frame_px, axis=0).max()), 1.0)
        return float(np.linalg.norm(apart)) / size_px

    def place(self, detection: Detection) -> None:
        """Go where the detector found it."""
        if self.lost:
            self.smooth = OneEuroFilter()
        self.joints, self.lost = detection.joints, False

    def trust(self, time_s: float) -> None:
        """The detector found it there too."""
        self.trusted_s = time_s + self.trust_s
        self.trust_s = min(2 * self.trust_s, LONGEST_TRUST_S)

    def update_handedness(self, right_odds: float) -> None:
        """Take in one look's evidence for its side; changes the side only against a clear balance."""
        self.right_odds = clip(self.right_odds + clip(right_odds, LOOK_LIMIT), SIDE_LIMIT)
        if self.side == "left" and self.right_odds > SIDE_FLIP:
            self.side = "right"
        elif self.side == "right" and self.right_odds < -SIDE_FLIP:
            self.side = "left"


def clip(value: float, limit: float) -> float:
    """``value``, brought into ``-limit..limit``."""
    return min(max(value, -limit), limit)


def _middle(joints_frame_px: Floats) -> Floats:
    return np.asarray((joints_frame_px.min(axis=0) + joints_frame_px.max(axis=0)) / 2, np.float32)

"""Real clips and their mirror images, through the detector and the network that come with the program."""

from pathlib import Path

import numpy as np
import pytest

import handpose_live as hp
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.media.opening import open_path

SAME_PLACE = 0.2  # mean distance of the joints of one hand in both, in hand sizes


@pytest.mark.parametrize(("clip", "max_hands"), [("scale_1", 1), ("rotation_2", 1), ("two_hands", 2)])
def test_a_mirrored_clip_gives_mirrored_hands_of_the_other_side(
    shared: Path, estimator: PoseEstimator, clip: str, max_hands: int
) -> None:
    frames = list(open_path(shared / "data" / "clips" / f"{clip}.mp4"))
    matched, opposite = 0, 0
    with (
        hp.HandTracker(estimator=estimator, detector="included", max_hands=max_hands) as tracker,
        hp.HandTracker(estimator=estimator, detector="included", max_hands=max_hands) as mirrored_tracker,
    ):
        for frame in frames:
            hands = tracker(frame.image, frame.time_s)
            mirrored = mirrored_tracker(frame.image[:, ::-1], frame.time_s)
            for hand in hands:
                others = [other for other in mirrored if _is_mirror_image(other, hand, frame.image.shape[1])]
                matched += len(others)
                opposite += sum(other.side != hand.side for other in others)
    assert matched >= 0.9 * len(frames) * max_hands
    assert opposite >= 0.95 * matched


def _is_mirror_image(hand: hp.Hand, other: hp.Hand, width: int) -> bool:
    distance = np.linalg.norm(hand.flipped(width).joints - other.joints, axis=1).mean()
    return bool(distance < SAME_PLACE * np.ptp(other.joints, axis=0).max())

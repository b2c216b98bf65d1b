"""Hands, and what looks like hands, in whole frames, as samples for the network that finds joints."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.detection.detection import Detection, Detector
from handpose_live.types.crop import Crop

from .folders import Sample
from .frames import MEDIAPIPE, MarkedFrame, MarkedHand
from .image_cache import SIDE_PX, WINDOW_MARGIN
from .labels import JointLabels, depths_in_px

MIN_SIZE_PX, MIN_VISIBLE_SHARE = 24.0, 0.5
# Labels of MediaPipe on one view, beside exact ones.
MEDIAPIPE_WEIGHT = 0.5
FALSE_FINDS = 3  # of a frame, at most
FALSE_FIND_MARGIN = 2.4  # of the window around one, in its size
MIN_DISTANCE = 0.8  # of a false find from all hands, in sizes of the larger of the two


@dataclass(frozen=True, eq=False)
class FrameSample(Sample):
    """A square of a frame.

    Attributes:
        window: in px of the frame.
    """

    window: Crop = field(kw_only=True)

    def read(self) -> NDArray[np.uint8]:
        return self.window.cut(super().read(), window_px(self.window))

    def content(self) -> str:
        return f"{super().content()} {self.window}"


def window_px(window: Crop) -> int:
    """The side at which a window is kept: never more than the frame shows."""
    return min(SIDE_PX, math.ceil(window.size))


def hands_in_frames(frames: Sequence[MarkedFrame]) -> list[Sample]:
    """The hands with known joints that are large enough and can be seen; left ones are mirrored."""
    return [
        _hand_sample(frame, hand)
        for frame in frames
        for hand in frame.hands
        if hand.joints_px is not None and _is_usable(hand)
    ]


def false_finds(frames: Sequence[MarkedFrame], detector: Detector) -> list[Sample]:
    """What a detector takes for hands in completely marked frames, without a hand nearby: plants, feet, faces.

    Raises:
        HandPoseError: an image cannot be read.
    """
    complete = [frame for frame in frames if frame.is_complete]
    bar = tqdm(complete, "looking for what is no hand", unit="frame", dynamic_ncols=True)
    return [
        FrameSample(
            frame.path, None, frame.set, window=replace(found.box, size=FALSE_FIND_MARGIN * found.size, angle=0)
        )
        for frame in bar
        for found in list(_without_hands(frame, detector.detect(frame.read())))[:FALSE_FINDS]
    ]


def _is_usable(hand: MarkedHand) -> bool:
    assert hand.joints_px is not None
    return bool(np.ptp(hand.joints_px, axis=0).max() >= MIN_SIZE_PX and hand.visible_share >= MIN_VISIBLE_SHARE)


def _hand_sample(frame: MarkedFrame, hand: MarkedHand) -> Sample:
    assert hand.joints_px is not None
    window = Crop.at_angle(hand.joints_px, margin=WINDOW_MARGIN, angle=0, mirrored=hand.side == "left")
    side = window_px(window)
    labels = JointLabels.of_joints(window.to_crop(hand.joints_px, side))
    if hand.origin == MEDIAPIPE:
        labels = labels._replace(weights=labels.weights * MEDIAPIPE_WEIGHT)
    if hand.visible is not None:
        labels = labels.seen(hand.visible)
    if hand.joints_m is not None:
        depths_px = depths_in_px(hand.joints_px, hand.joints_m) * np.float32(side / window.size)
        labels = labels._replace(depths_px=depths_px)
    return FrameSample(frame.path, labels, frame.set, window=window)


def _without_hands(frame: MarkedFrame, found: Sequence[Detection]) -> Iterator[Detection]:
    """Detections far from all hands of a frame."""
    boxes = [hand.box for hand in frame.hands]
    for one in found:
        if all(_is_apart(one, box) for box in boxes):
            yield one


def _is_apart(one: Detection, box: NDArray[np.floating]) -> bool:
    middle, size = (box[:2] + box[2:]) / 2, float((box[2:] - box[:2]).max())
    offset = math.hypot(one.centre_x - middle[0], one.centre_y - middle[1])
    return offset > MIN_DISTANCE * max(one.size, size)

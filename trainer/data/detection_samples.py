"""Images to train the detector with, from folders of whole frames and folders of hand crops."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop

from .folders import Sample, describe_file, read_image
from .frames import MarkedFrame, MarkedHand
from .hand_targets import HandTargets
from .labels import fill_unlabelled

MIN_VISIBLE_SHARE = 0.15  # of a hand's surface; with less of it in view a hand is ignored


@dataclass(frozen=True, eq=False)
class DetectionSample:
    """An image with its hands.

    Attributes:
        path: of the image file.
        hands: in px of the image.
        is_complete: whether all hands in it are known; else only what is near the known ones is.
        set: name of the data set.
    """

    path: Path
    hands: HandTargets
    is_complete: bool
    set: str

    def read(self) -> Image:
        """Decode the image, ``(h, w, 3)`` RGB.

        Raises:
            HandPoseError: it cannot be read.
        """
        return read_image(self.path)

    def content(self) -> str:
        """Describe what the image depends on.

        Raises:
            HandPoseError: it cannot be read.
        """
        return describe_file(self.path)


def from_crops(samples: Iterable[Sample]) -> list[DetectionSample]:
    """Take hands in FreiHAND's layout, each of which looks like a right one, and negatives.

    What surrounds the hand of a crop may hold another one.
    """
    return [
        DetectionSample(sample.path, HandTargets.none(), is_complete=True, set="negatives")
        if sample.joints_px is None
        else DetectionSample(
            sample.path,
            HandTargets.of_joints(fill_unlabelled(sample.joints_px), "right"),
            is_complete=False,
            set="hands",
        )
        for sample in samples
    ]


def from_frames(frames: Sequence[MarkedFrame]) -> list[DetectionSample]:
    """Take whole frames. Boxes that a person drew become what is typical of joints in such boxes of the same set."""
    typical = {name: _typical_crop([frame for frame in frames if frame.set == name]) for name in _sets(frames)}
    return [
        DetectionSample(
            frame.path,
            HandTargets.join([_targets(hand, typical[frame.set]) for hand in frame.hands]),
            frame.is_complete,
            frame.set,
        )
        for frame in frames
    ]


def _sets(frames: Iterable[MarkedFrame]) -> list[str]:
    return list(dict.fromkeys(frame.set for frame in frames))


def _targets(hand: MarkedHand, typical: Floats) -> HandTargets:
    if hand.joints_px is not None:
        return HandTargets.of_joints(hand.joints_px, hand.side, ignored=hand.visible_share < MIN_VISIBLE_SHARE)
    x, y, side = _square(hand.box)
    size, right, down = typical.tolist()
    return HandTargets.single((x + right * side, y + down * side), size * side, np.nan, None)


def _typical_crop(frames: Iterable[MarkedFrame]) -> Floats:
    """The median size of upright crops, and how far right and down they are, in units of a person's box."""
    rows = []
    for hand in (hand for frame in frames for hand in frame.hands):
        if hand.person_box is not None and hand.joints_px is not None:
            crop, (x, y, side) = Crop.around(hand.joints_px, margin=1), _square(hand.person_box)
            rows.append((crop.size / side, (crop.centre_x - x) / side, (crop.centre_y - y) / side))
    return np.asarray(np.median(rows, axis=0) if rows else (1, 0, 0), np.float32)


def _square(box: Floats) -> tuple[float, float, float]:
    """Centre and longer side of a box."""
    left, top, right, bottom = box.tolist()
    return (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top)

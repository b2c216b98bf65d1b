"""Measure how the cost grows with the number of hands and the size of the frame."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from handpose_live.detection.detection import Detection, Effort
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.overlay.draw import draw_hands
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame

from .painting import Painter
from .samples import JOINTS, Samples

HANDS = (1, 2, 3, 4, 6, 8)
SIZES = ((640, 480), (1280, 720), (1920, 1080), (3840, 2160))
FRAMES, WARM_UP = 40, 5
COLUMNS = 4  # of tiles in a picture; there are two rows


class FixedDetector:
    """A detector without cost that always returns the same detections."""

    is_fast = True

    def __init__(self, detections: Sequence[Detection]) -> None:
        self._detections = list(detections)

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        return self._detections

    def close(self) -> None:
        """Hold no resources."""


class Scene:
    """A still image with known hands, tracked frame by frame."""

    def __init__(self, name: str, image: Image, detections: Sequence[Detection], estimator: PoseEstimator) -> None:
        self.samples = Samples(name)
        self._image, self._index = image, 0
        count = len(detections)
        detector = FixedDetector(detections)
        self._tracker = HandTracker(estimator=estimator, detector=detector, max_hands=count)
        self._painter = Painter(1280, 720)

    def __call__(self) -> None:
        """Track, draw and paint the hands in one more frame."""
        frame = Frame(self._image, self._index, self._index / 30)
        self._index += 1
        with self.samples.measure(JOINTS):
            hands = self._tracker.track(frame)
        self.samples.hands.append(len(hands))
        with self.samples.measure("overlay"):
            picture = draw_hands(frame.image, hands)
        with self.samples.measure("paint"):
            self._painter(picture)


def measure_scaling(image: Image, hand: Detection, estimator: PoseEstimator) -> tuple[list[Samples], list[Samples]]:
    """Measure by number of hands in an image of fixed size, and by size of an image with one hand, interleaved.

    Args:
        image: ``(h, w, 3)`` RGB with one hand.
        hand: its detection.
        estimator: of the joints.

    Returns:
        One entry per number in ``HANDS``, and one per size in ``SIZES``.
    """
    by_hands = [Scene(f"{count} hands", *_tiled(image, hand, count), estimator) for count in HANDS]
    by_size = [Scene(f"{width}x{height}", *_resized(image, hand, width, height), estimator) for width, height in SIZES]
    scenes = [*by_hands, *by_size]
    for index in range(FRAMES):
        if index == WARM_UP:
            for scene in scenes:
                scene.samples.reset()
        for scene in scenes:
            scene()
    return [scene.samples for scene in by_hands], [scene.samples for scene in by_size]


def as_text(title: str, samples: Sequence[Samples]) -> str:
    """Format a table: one scene per line, milliseconds p50 by stage."""
    stages = (JOINTS, "overlay", "paint")
    lines = [f"{title:<24}" + "".join(f"{stage:>9}" for stage in stages) + f"{'found':>9}"]
    for each in samples:
        found = f"{np.mean(each.hands):.1f}"
        lines.append(
            f"{each.name:<24}" + "".join(f"{each.percentile(stage, 50):>9.1f}" for stage in stages) + f"{found:>9}"
        )
    return "\n".join(lines)


def _tiled(image: Image, hand: Detection, count: int) -> tuple[Image, list[Detection]]:
    """Tile eight copies of the image at half its size; the first ``count`` of them have detections."""
    small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    scene: Image = np.full((2 * height, COLUMNS * width, 3), 127, np.uint8)
    detections = []
    for tile in range(count):
        x, y = tile % COLUMNS * width, tile // COLUMNS * height
        scene[y : y + height, x : x + width] = small
        centre_x, centre_y = x + hand.centre_x / 2, y + hand.centre_y / 2
        detections.append(replace(hand, centre_x=centre_x, centre_y=centre_y, size=hand.size / 2))
    return scene, detections


def _resized(image: Image, hand: Detection, width: int, height: int) -> tuple[Image, list[Detection]]:
    """Resize the image and its detection to a camera's resolution."""
    x, y = width / image.shape[1], height / image.shape[0]
    resized = cv2.resize(image, (width, height)).astype(np.uint8, copy=False)
    size = hand.size * max(x, y)
    return resized, [replace(hand, centre_x=x * hand.centre_x, centre_y=y * hand.centre_y, size=size)]

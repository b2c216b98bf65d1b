"""The included detector with a network whose peaks are set by the test."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.detection.detection import Detection
from handpose_live.detection.engines import DetectorEngine
from handpose_live.detection.heatmap_detector import HeatmapDetector, Layout, without_duplicates
from handpose_live.detection.weights import DetectorInfo
from handpose_live.types.arrays import Floats, Image

AREA_PX = 256 * 192
SPOT_PX = 16


class MarkerEngine(DetectorEngine):
    """A network that finds a hand at a bright spot, some times as large; records the sizes of its images."""

    def __init__(self, factor: float = 3.0) -> None:
        self.info = DetectorInfo("detector", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
        self.factor, self.seen = factor, list[tuple[int, int]]()

    @property
    def device_name(self) -> str:
        return "none"

    def __call__(self, images: NDArray[np.uint8]) -> Floats:
        (image,) = images
        assert image.shape[0] % 32 == image.shape[1] % 32 == 0
        self.seen.append((image.shape[1], image.shape[0]))
        bright = np.argwhere(image[..., 0] > 100)
        peaks = np.zeros((1, 32, 7), np.float32)
        if len(bright):
            y, x = bright.mean(axis=0) + 0.5
            size = self.factor * math.sqrt(len(bright))
            peaks[0, 0] = 0.9, x, y, size, math.sin(2.0), math.cos(2.0), 0.2
        return peaks


def _image(width: int, height: int, x: int, y: int) -> Image:
    """Draw a bright spot of ``SPOT_PX`` on black."""
    image: Image = np.zeros((height, width, 3), np.uint8)
    half = SPOT_PX // 2
    image[y - half : y + half, x - half : x + half] = 255
    return image


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1280, 720), (500, 333), (300, 300)])
def test_a_hand_is_where_its_peak_is_in_any_shape_of_image(width: int, height: int) -> None:
    image = _image(width, height, width // 3, height // 4)
    (hand,) = HeatmapDetector(MarkerEngine()).detect(image, "full")
    assert (hand.centre_x, hand.centre_y) == pytest.approx((width // 3, height // 4), abs=2)
    assert hand.angle == pytest.approx(2.0)
    assert hand.size == pytest.approx(3 * SPOT_PX, rel=0.25)
    assert hand.side == "left"
    assert hand.side_score == pytest.approx(0.8)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1920, 1080), (4000, 500), (10, 10)])
def test_the_network_sees_the_same_area_of_any_shape(width: int, height: int) -> None:
    layout = Layout.of(width, height, AREA_PX)
    assert layout.width % 32 == layout.height % 32 == 0
    assert layout.width * layout.height == pytest.approx(AREA_PX, rel=0.25)
    assert layout.scale * width <= layout.width + 1e-6
    assert layout.scale * height <= layout.height + 1e-6


def test_with_full_effort_the_whole_image_is_seen_at_both_resolutions() -> None:
    engine = MarkerEngine()
    HeatmapDetector(engine).detect(_image(640, 480, 200, 100), "full")
    assert engine.seen == [(256, 192), (512, 384)]


def test_the_finer_look_leaves_large_hands_to_the_coarse_one() -> None:
    image = _image(640, 480, 200, 100)
    for factor, looks in ((3.0, 2), (6.0, 1)):
        detector = HeatmapDetector(MarkerEngine(factor))
        found = [hand for _ in range(2) for hand in detector.detect(image, "low")]
        assert len(found) == looks, "the second call sees the spot's quarter at the finer resolution"


@pytest.mark.parametrize(("x", "y"), [(30, 30), (610, 30), (320, 240), (30, 450), (610, 450)])
def test_eight_calls_with_little_effort_see_every_place_at_both_resolutions(x: int, y: int) -> None:
    detector, image = HeatmapDetector(MarkerEngine()), _image(640, 480, x, y)
    calls = [detector.detect(image, "low") for _ in range(8)]
    coarse, fine = ([hand for call in calls[first::2] for hand in call] for first in (0, 1))
    assert len(coarse) == 4
    assert fine
    for hand in (*coarse, *fine):
        assert (hand.centre_x, hand.centre_y) == pytest.approx((x, y), abs=2)


def test_with_little_effort_each_call_looks_only_once() -> None:
    engine = MarkerEngine()
    detector = HeatmapDetector(engine)
    for _ in range(4):
        detector.detect(_image(640, 480, 200, 100), "low")
    assert engine.seen == [(256, 192), (288, 224)] * 2


def test_an_empty_image_has_no_hand() -> None:
    assert HeatmapDetector(MarkerEngine()).detect(np.zeros((480, 640, 3), np.uint8), "full") == []


def test_of_two_detections_of_one_hand_the_better_is_kept() -> None:
    worse, better = Detection(100, 100, 50, 0, "left", 0.9, 0.4), Detection(104, 98, 55, 0.2, "left", 0.9, 0.8)
    assert without_duplicates([worse, better]) == [better]


@pytest.mark.parametrize(
    "other",
    [
        Detection(125, 100, 50, 0, "left", 0.9, 0.5),
        Detection(104, 100, 50, 0, "right", 0.9, 0.5),
        Detection(104, 100, 90, 0, "left", 0.9, 0.5),
    ],
    ids=["beside it", "of the other side", "larger"],
)
def test_overlapping_hands_are_both_kept(other: Detection) -> None:
    assert len(without_duplicates([Detection(100, 100, 50, 0, "left", 0.9, 0.4), other])) == 2

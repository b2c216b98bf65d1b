"""The included detector: peaks of the heatmaps of a small network of our own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

import cv2
import numpy as np

from handpose_live.detection.detection import Detection, Effort
from handpose_live.detection.engines import DetectorEngine
from handpose_live.types.arrays import Floats, Image

STRIDE_PX = 32  # the sides of the network's images are multiples of it
MIN_SCORE = 0.4  # a hand of which the detector is less certain is hardly ever one by the pose network's word
# Of two peaks of one side nearer than this, in hand sizes, with sizes within this factor, one is a duplicate: hands
# that overlap are farther apart, or of different sizes or sides.
DUPLICATE_DISTANCE, DUPLICATE_SCALE = 0.25, 1.5
# A second look at twice the resolution finds hands that are too small for the first. Larger ones are left to the first,
# which sees them whole. A quarter of the frame overlaps the next by the largest small hand.
FINE_FACTOR, MAX_FINE_PX = 2, 64
MIN_BILINEAR_SCALE = 0.35


@dataclass(frozen=True)
class Layout:
    """The sizes at which the network sees frames of one size.

    Attributes:
        width, height: of the coarse image, px.
        scale: px of the coarse image per px of the frame.
    """

    width: int
    height: int
    scale: float

    @classmethod
    def of(cls, width: int, height: int, area_px: int) -> "Layout":
        """Fit a frame into an image of nearly a given area whose sides are multiples of ``STRIDE_PX``."""
        scale = math.sqrt(area_px / (width * height))
        columns, rows = (max(STRIDE_PX, STRIDE_PX * round(scale * side / STRIDE_PX)) for side in (width, height))
        return cls(columns, rows, min(columns / width, rows / height))


class HeatmapDetector:
    """Looks at whole frames with the included network, and at parts of them at twice the resolution."""

    is_fast = True

    def __init__(self, engine: DetectorEngine) -> None:
        self._engine = engine
        self._quarters = cycle(range(4))
        self._is_coarse_due = cycle((True, False))

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:
        """Return the hands in an unflipped ``(height, width, 3)`` uint8 RGB image, the most certain first.

        Args:
            image: of any size.
            effort: "low" looks at the whole image, or in every second call at a quarter of it at twice the resolution;
                "usual" does both; "full" sees all of it at both resolutions. Each quarter has its turn.
        """
        height, width = image.shape[:2]
        info = self._engine.info
        layout = Layout.of(width, height, info.long_px * info.short_px)
        fine = _fit(image, layout)
        is_coarse_due = effort != "low" or next(self._is_coarse_due)
        found = self._find_large(fine, layout) if is_coarse_due else []
        if effort == "full":
            found += self._find_small(fine, layout)
        elif effort == "usual" or not is_coarse_due:
            x, y, quarter = _quarter(fine, next(self._quarters))
            found += self._find_small(quarter, layout, offset_px=(x, y))
        return without_duplicates(found)

    def close(self) -> None:
        """Hold nothing that has to be released."""

    def _find_large(self, fine: Image, layout: Layout) -> list[Detection]:
        coarse = cv2.resize(fine, (layout.width, layout.height), interpolation=cv2.INTER_AREA)
        return self._find(np.asarray(coarse, np.uint8), layout.scale)

    def _find_small(self, part: Image, layout: Layout, offset_px: tuple[int, int] = (0, 0)) -> list[Detection]:
        scale = FINE_FACTOR * layout.scale
        return [hand for hand in self._find(part, scale, offset_px) if hand.size * scale <= MAX_FINE_PX]

    def _find(self, image: Image, scale: float, offset_px: tuple[int, int] = (0, 0)) -> list[Detection]:
        """Find the hands in an image of a scale, at an offset from the frame's corner."""
        peaks = self._engine(np.ascontiguousarray(image)[None])[0]
        return [_detection(peak, scale, offset_px) for peak in peaks[peaks[:, 0] >= MIN_SCORE]]


def without_duplicates(detections: Sequence[Detection]) -> list[Detection]:
    """Sort by score, and of two detections of one hand keep the better one."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda one: -one.score):
        if not any(_are_one_hand(detection, better) for better in kept):
            kept.append(detection)
    return kept


def _are_one_hand(one: Detection, other: Detection) -> bool:
    small, large = sorted((one.size, other.size))
    distance = math.hypot(one.centre_x - other.centre_x, one.centre_y - other.centre_y) / large
    return one.side == other.side and distance < DUPLICATE_DISTANCE and large < DUPLICATE_SCALE * small


def _fit(image: Image, layout: Layout) -> Image:
    """Resize a frame to the fine resolution, in the top left corner of an image with the layout's proportions."""
    height, width = image.shape[:2]
    scale = FINE_FACTOR * layout.scale
    size = round(width * scale), round(height * scale)
    # Bilinear samples of large frames alias; means of all pixels would take longer than the network.
    if scale < MIN_BILINEAR_SCALE:
        image = np.asarray(cv2.resize(image, (2 * size[0], 2 * size[1])), np.uint8)
    resized = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)  # exact means of 2x2 px where it halves
    fine: Image = np.zeros((FINE_FACTOR * layout.height, FINE_FACTOR * layout.width, 3), np.uint8)
    fine[: size[1], : size[0]] = resized
    return fine


def _quarter(fine: Image, number: int) -> tuple[int, int, Image]:
    """Cut out one of four overlapping quarters; returns its left and upper edges too."""
    height, width = (STRIDE_PX * math.ceil((side + MAX_FINE_PX) / 2 / STRIDE_PX) for side in fine.shape[:2])
    x, y = (number % 2) * (fine.shape[1] - width), (number // 2) * (fine.shape[0] - height)
    return x, y, fine[y : y + height, x : x + width]


def _detection(peak: Floats, scale: float, offset_px: tuple[int, int]) -> Detection:
    score, x, y, size, sin, cos, right = (float(value) for value in peak)
    return Detection(
        centre_x=(x + offset_px[0]) / scale,
        centre_y=(y + offset_px[1]) / scale,
        size=max(size, 1.0) / scale,
        angle=math.atan2(sin, cos),
        side="right" if right >= 0.5 else "left",
        side_score=max(right, 1 - right),
        score=score,
    )

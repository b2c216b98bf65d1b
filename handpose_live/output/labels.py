"""The label of each hand: side and score on a dark pill, set where it covers no finger."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np

from handpose_live.capture.frame import Image
from handpose_live.pose.crop import Floats
from handpose_live.pose.skeleton import BONES, KNUCKLES, WRIST
from handpose_live.tracking.hand import Hand

FONT = cv2.FontFace("sans")  # comes with OpenCV 5
SIDE_COLOUR, SIDE_WEIGHT = (255, 255, 255), 600
SCORE_COLOUR, SCORE_WEIGHT = (214, 222, 234), 400
PILL_OPACITY = 0.65

# A capital letter's height: of the picture's shorter side, and in px at least.
LETTER_SHARE, LETTER_MIN_PX = 0.022, 9
# Everything else in units of that height.
PILL_HEIGHT, PADDING, WORD_GAP, DISTANCE = 2.2, 0.95, 0.4, 1.2


class Box(NamedTuple):
    """A label's place: top left corner and size, in whole px of the picture."""

    x: int
    y: int
    width: int
    height: int

    def covers(self, points_px: Floats) -> int:
        """How many of ``(n, 2)`` points lie under it."""
        inside = (points_px >= self[:2]) & (points_px < np.add(self[:2], self[2:]))
        return int(inside.all(axis=1).sum())

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


def draw_labels(picture: Image, hands: Sequence[Hand]) -> None:
    """Draw every hand's label into ``(height, width, 3)`` RGB; a picture too small for one gets none."""
    height, width = picture.shape[:2]
    letter_px = max(LETTER_MIN_PX, round(LETTER_SHARE * min(height, width)))
    fingers_px = np.concatenate([_along_bones(hand.joints_frame_px) for hand in hands] or [np.empty((0, 2))])
    taken: list[Box] = []
    for hand in hands:
        size = (_label_width(hand, letter_px), round(PILL_HEIGHT * letter_px))
        if size[0] > width or size[1] > height:
            continue
        box = place_label(hand.joints_frame_px, size, (width, height), DISTANCE * letter_px, fingers_px, taken)
        _draw_label(picture, box, hand, letter_px)
        taken.append(box)


def place_label(
    joints_px: Floats,
    size: tuple[int, int],
    picture_size: tuple[int, int],
    distance_px: float,
    fingers_px: Floats,
    taken: Sequence[Box],
) -> Box:
    """Where a hand's label goes: inside the picture, and near the hand as far as it hides nothing there.

    Args:
        joints_px: ``(21, 2)`` of the label's hand.
        size: the label's width and height.
        picture_size: the picture's width and height.
        distance_px: from the hand to its label.
        fingers_px: ``(n, 2)`` points not to cover, of all hands.
        taken: places of the labels set before.
    """
    boxes = [_box_inside(centre, size, picture_size) for centre in _centres(joints_px, size, picture_size, distance_px)]
    return min(boxes, key=lambda box: (sum(box.overlaps(other) for other in taken), box.covers(fingers_px)))


def _centres(
    joints_px: Floats, size: tuple[int, int], picture_size: tuple[int, int], distance_px: float
) -> Iterator[tuple[float, float]]:
    """Places to try, best first: beyond the wrist, above, below and beside the hand, the picture's corners."""
    half_width, half_height = size[0] / 2, size[1] / 2
    away = joints_px[WRIST] - joints_px[list(KNUCKLES)].mean(axis=0)
    away_x, away_y = away / max(float(np.hypot(*away)), 1e-6)
    reach = distance_px + abs(away_x) * half_width + abs(away_y) * half_height
    yield joints_px[WRIST][0] + away_x * reach, joints_px[WRIST][1] + away_y * reach
    (left, top), (right, bottom) = joints_px.min(axis=0), joints_px.max(axis=0)
    yield (left + right) / 2, top - distance_px - half_height
    yield (left + right) / 2, bottom + distance_px + half_height
    yield left - distance_px - half_width, (top + bottom) / 2
    yield right + distance_px + half_width, (top + bottom) / 2
    yield from product((0, picture_size[0]), (0, picture_size[1]))


def _box_inside(centre: tuple[float, float], size: tuple[int, int], picture_size: tuple[int, int]) -> Box:
    x, y = (
        round(min(max(middle - length / 2, 0), limit - length))
        for middle, length, limit in zip(centre, size, picture_size, strict=True)
    )
    return Box(x, y, *size)


def _along_bones(joints_px: Floats) -> Floats:
    """``(80, 2)`` points close together along the bones."""
    ends = joints_px[np.array(BONES)]
    steps = np.array([0.25, 0.5, 0.75, 1.0], np.float32)[:, None, None]
    return np.concatenate(list(ends[:, 0] + steps * (ends[:, 1] - ends[:, 0])))


def _label_width(hand: Hand, letter_px: int) -> int:
    words = _words(hand)
    text_px = sum(cv2.getTextSize((0, 0), text, (0, 0), FONT, letter_px, weight)[2] for text, _, weight in words)
    return round(text_px + (2 * PADDING + WORD_GAP) * letter_px)


def _words(hand: Hand) -> tuple[tuple[str, tuple[int, int, int], int], ...]:
    return (hand.side.capitalize(), SIDE_COLOUR, SIDE_WEIGHT), (f"{hand.score:.0%}", SCORE_COLOUR, SCORE_WEIGHT)


def _draw_label(picture: Image, box: Box, hand: Hand, letter_px: int) -> None:
    _darken_pill(picture[box.y : box.y + box.height, box.x : box.x + box.width])
    x = box.x + round(PADDING * letter_px)
    baseline = box.y + (box.height + letter_px) // 2
    for text, colour, weight in _words(hand):
        (x, _), _ = cv2.putText(picture, text, (x, baseline), colour, FONT, letter_px, weight)
        x += round(WORD_GAP * letter_px)


def _darken_pill(region: Image) -> None:
    height, width = region.shape[:2]
    through = np.full((height, width, 3), 255, np.uint8)
    radius, middle, shade = height / 2, (height - 1) / 2, (255 * (1 - PILL_OPACITY),) * 3
    ends = [(round((middle + x) * 16), round(middle * 16)) for x in (0, width - height)]
    cv2.rectangle(through, (round(radius), 0), (width - 1 - round(radius), height - 1), shade, cv2.FILLED)
    for end in ends:
        cv2.circle(through, end, round((radius - 0.65) * 16), shade, cv2.FILLED, cv2.LINE_AA, 4)
    cv2.multiply(region, through, dst=region, scale=1 / 255)

"""The label of each hand: side, score and gesture on a dark pill, set where it covers no finger."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import BONES, JOINT_NAMES, KNUCKLES, WRIST

FONT = cv2.FontFace("sans")  # comes with OpenCV 5
SIDE_COLOUR, SIDE_WEIGHT = (255, 255, 255), 600
GESTURE_COLOUR = (143, 238, 180)
SCORE_COLOUR, SCORE_WEIGHT = (214, 222, 234), 400
PILL_OPACITY = 0.65
NAME_SHARE, MIN_NAME_PX, NAME_WEIGHT, NAME_SHADE = 0.75, 9, 500, (12, 16, 28)
AROUND = ((-1, 0), (1, 0), (0, -1), (0, 1))

# The font's size: of the picture's shorter side, and in px at least.
TEXT_SHARE, TEXT_MIN_PX = 0.026, 10
# Everything else in units of that size.
CAPITAL_HEIGHT = 0.75
PILL_HEIGHT, PADDING, WORD_GAP = 1.9, 0.8, 0.32
TO_HAND, TO_EDGE, TO_FINGERS = 1.0, 0.4, 0.5

SHIFT = 4  # cv2 takes coordinates in sixteenths of a px


class Box(NamedTuple):
    """A label's place: top left corner and size, in whole px of the picture."""

    x: int
    y: int
    width: int
    height: int

    def covered(self, points_px: Floats, margin_px: float) -> int:
        """How many of ``(n, 2)`` points lie under it or closer to it than the margin."""
        low, high = np.array(self[:2]) - margin_px, np.add(self[:2], self[2:]) + margin_px
        return int(((points_px > low) & (points_px < high)).all(axis=1).sum())

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        beside = self.x >= other.x + other.width or other.x >= self.x + self.width
        return not (beside or self.y >= other.y + other.height or other.y >= self.y + self.height)


def draw_labels(picture: Image, hands: Sequence[Hand]) -> None:
    """Draw the hands' labels into ``(height, width, 3)`` RGB; a picture smaller than a label gets none of it."""
    height, width = picture.shape[:2]
    text_px = text_size_px(width, height)
    for hand, box in zip(hands, place_labels(hands, width, height), strict=True):
        if box.width <= width and box.height <= height:
            _draw_label(picture, box, hand, text_px)


def draw_names(picture: Image, hands: Sequence[Hand]) -> None:
    """Write each joint's name beside it."""
    text_px = max(MIN_NAME_PX, round(NAME_SHARE * text_size_px(picture.shape[1], picture.shape[0])))
    for hand in hands:
        for name, (x, y) in zip(JOINT_NAMES, hand.joints.tolist(), strict=True):
            left, baseline = round(x + 0.8 * text_px), round(y + 0.35 * text_px)
            for colour, shift_x, shift_y in (*((NAME_SHADE, *shift) for shift in AROUND), (SIDE_COLOUR, 0, 0)):
                place = (left + shift_x, baseline + shift_y)
                cv2.putText(picture, name.replace("_", " "), place, colour, FONT, text_px, NAME_WEIGHT)


def text_size_px(width: int, height: int) -> int:
    """The font size that suits a picture."""
    return max(TEXT_MIN_PX, round(TEXT_SHARE * min(width, height)))


def place_labels(hands: Sequence[Hand], width: int, height: int) -> list[Box]:
    """Where each hand's label goes in a picture: near its hand, as far as it hides no finger and no other label."""
    text_px = text_size_px(width, height)
    fingers_px = np.concatenate([np.empty((0, 2), np.float32), *(_along_bones(hand.joints) for hand in hands)])
    placed: list[Box] = []

    def hidden(box: Box) -> tuple[int, int]:
        return sum(box.overlaps(other) for other in placed), box.covered(fingers_px, TO_FINGERS * text_px)

    for hand in hands:
        places = list(_places(hand, width, height, text_px))
        free = (place for place in places if not any(hidden(place)))
        placed.append(next(free, None) or min(places, key=hidden))
    return placed


def _places(hand: Hand, width: int, height: int, text_px: int) -> Iterator[Box]:
    """Where a label could go, best first: beyond the wrist, above, below, beside the hand, in the picture's corners."""
    size = np.array([_label_width_px(hand, text_px), round(PILL_HEIGHT * text_px)])
    room = np.array([width, height]) - size
    edge_px = np.minimum(TO_EDGE * text_px, room / 2)
    joints_px = hand.joints
    away = joints_px[WRIST] - joints_px[list(KNUCKLES)].mean(axis=0)
    away /= max(float(np.hypot(*away)), 1e-6)
    low, high = joints_px.min(axis=0), joints_px.max(axis=0)
    middle, reach = (low + high) / 2, (high - low) / 2 + TO_HAND * text_px + size / 2
    for centre in (
        joints_px[WRIST] + away * (TO_HAND * text_px + np.abs(away) @ size / 2),
        *(middle + reach * direction for direction in ((0, -1), (0, 1), (-1, 0), (1, 0))),
        *product((0, width), (0, height)),
    ):
        x, y = np.rint((centre - size / 2).clip(edge_px, room - edge_px)).astype(int).tolist()
        yield Box(x, y, *size.tolist())


def _along_bones(joints_px: Floats) -> Floats:
    """``(80, 2)`` points close together along the bones."""
    ends = joints_px[np.array(BONES)]
    steps = np.array([0.25, 0.5, 0.75, 1.0], np.float32)[:, None, None]
    return np.concatenate(list(ends[:, 0] + steps * (ends[:, 1] - ends[:, 0])))


def _label_width_px(hand: Hand, text_px: int) -> int:
    words = _words(hand)
    words_px = sum(cv2.getTextSize((0, 0), word, (0, 0), FONT, text_px, weight)[2] for word, _, weight in words)
    return words_px + round((2 * PADDING + (len(words) - 1) * WORD_GAP) * text_px)


def _words(hand: Hand) -> list[tuple[str, tuple[int, int, int], int]]:
    words = [(hand.side.capitalize(), SIDE_COLOUR, SIDE_WEIGHT), (f"{hand.score:.0%}", SCORE_COLOUR, SCORE_WEIGHT)]
    return [*words, (hand.gesture.title, GESTURE_COLOUR, SIDE_WEIGHT)] if hand.gesture else words


def _draw_label(picture: Image, box: Box, hand: Hand, text_px: int) -> None:
    _darken_pill(picture[box.y : box.y + box.height, box.x : box.x + box.width])
    x = box.x + round(PADDING * text_px)
    baseline = box.y + round((box.height + CAPITAL_HEIGHT * text_px) / 2)
    for word, colour, weight in _words(hand):
        (end, _), _ = cv2.putText(picture, word, (x, baseline), colour, FONT, text_px, weight)
        x = end + round(WORD_GAP * text_px)


def _darken_pill(region: Image) -> None:
    height, width = region.shape[:2]
    through = np.full(region.shape, 255, np.uint8)
    shade = (255 * (1 - PILL_OPACITY),) * 3
    for centre_x in (height, 2 * width - height):
        centre = ((centre_x - 1) << (SHIFT - 1), (height - 1) << (SHIFT - 1))
        cv2.circle(through, centre, (height - 1) << (SHIFT - 1), shade, cv2.FILLED, cv2.LINE_AA, SHIFT)
    through[:, height // 2 : width - height // 2] = shade
    cv2.multiply(region, through, dst=region, scale=1 / 255)

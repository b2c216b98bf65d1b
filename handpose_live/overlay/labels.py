"""Labels: side, score and gesture of a hand on a dark pill, placed where it covers no finger; names of joints."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import BONES, JOINT_NAMES, KNUCKLES, WRIST

FONT = cv2.FontFace("sans")  # comes with OpenCV 5
TEXT_COLOUR, BOLD = (255, 255, 255), 600
GESTURE_COLOUR = (143, 238, 180)
SCORE_COLOUR, REGULAR = (214, 222, 234), 400
PILL_OPACITY = 0.65
# Joint names: their size in units of the label's, and the dark outline that keeps them readable.
NAME_SHARE, MIN_NAME_PX, NAME_WEIGHT, NAME_OUTLINE = 0.75, 9, 500, (12, 16, 28)
OUTLINE_OFFSETS = ((-1, 0), (1, 0), (0, -1), (0, 1))

# Font size: share of the image's shorter side, and minimum in px.
TEXT_SHARE, MIN_TEXT_PX = 0.026, 10
# In units of the font size.
CAPITAL_HEIGHT = 0.75
PILL_HEIGHT, PADDING, TEXT_GAP = 1.9, 0.8, 0.32
HAND_MARGIN, EDGE_MARGIN, FINGER_MARGIN = 1.0, 0.4, 0.5

SHIFT = 4  # fractional bits of cv2's fixed-point coordinates


class LabelRect(NamedTuple):
    """The rectangle of a label: top left corner and size, in whole px of the image."""

    x: int
    y: int
    width: int
    height: int

    def count_points(self, points_px: Floats, margin_px: float) -> int:
        """Count those of ``(n, 2)`` points that lie within the rectangle grown by a margin on each side."""
        low, high = np.array(self[:2]) - margin_px, np.add(self[:2], self[2:]) + margin_px
        return int(((points_px > low) & (points_px < high)).all(axis=1).sum())

    def overlaps(self, other: "LabelRect") -> bool:
        """Whether the two share a pixel."""
        beside = self.x >= other.x + other.width or other.x >= self.x + self.width
        return not (beside or self.y >= other.y + other.height or other.y >= self.y + self.height)


def draw_labels(image: Image, hands: Sequence[Hand]) -> None:
    """Draw a label for each hand into a ``(height, width, 3)`` RGB image; labels larger than the image are left out."""
    height, width = image.shape[:2]
    text_px = text_size_px(width, height)
    for hand, rect in zip(hands, place_labels(hands, width, height), strict=True):
        if rect.width <= width and rect.height <= height:
            _draw_label(image, rect, hand, text_px)


def draw_names(image: Image, hands: Sequence[Hand]) -> None:
    """Draw the name of each joint beside it into a ``(height, width, 3)`` RGB image."""
    text_px = max(MIN_NAME_PX, round(NAME_SHARE * text_size_px(image.shape[1], image.shape[0])))
    for hand in hands:
        for name, (x, y) in zip(JOINT_NAMES, hand.joints.tolist(), strict=True):
            left, baseline = round(x + 0.8 * text_px), round(y + 0.35 * text_px)
            for colour, dx, dy in (*((NAME_OUTLINE, *offset) for offset in OUTLINE_OFFSETS), (TEXT_COLOUR, 0, 0)):
                origin = (left + dx, baseline + dy)
                cv2.putText(image, name.replace("_", " "), origin, colour, FONT, text_px, NAME_WEIGHT)


def text_size_px(width: int, height: int) -> int:
    """Compute the font size for an image of this size, in px."""
    return max(MIN_TEXT_PX, round(TEXT_SHARE * min(width, height)))


def place_labels(hands: Sequence[Hand], width: int, height: int) -> list[LabelRect]:
    """Place the label of each hand near it, where it overlaps no other label and no finger, or as few as possible.

    Args:
        hands: in an image, joints in px of it.
        width, height: of the image, in px.
    """
    text_px = text_size_px(width, height)
    fingers_px = np.concatenate([np.empty((0, 2), np.float32), *(_points_on_bones(hand.joints) for hand in hands)])
    placed: list[LabelRect] = []

    def overlap(rect: LabelRect) -> tuple[int, int]:
        return sum(rect.overlaps(other) for other in placed), rect.count_points(fingers_px, FINGER_MARGIN * text_px)

    for hand in hands:
        candidates = list(_candidates(hand, width, height, text_px))
        free = (candidate for candidate in candidates if not any(overlap(candidate)))
        placed.append(next(free, None) or min(candidates, key=overlap))
    return placed


def _candidates(hand: Hand, width: int, height: int, text_px: int) -> Iterator[LabelRect]:
    """Yield possible places, best first: beyond the wrist, above, below, beside the hand, in the corners."""
    size = np.array([_label_width_px(hand, text_px), round(PILL_HEIGHT * text_px)])
    space = np.array([width, height]) - size
    edge_px = np.minimum(EDGE_MARGIN * text_px, space / 2)
    joints_px = hand.joints
    away = joints_px[WRIST] - joints_px[list(KNUCKLES)].mean(axis=0)
    away /= max(float(np.hypot(*away)), 1e-6)
    low, high = joints_px.min(axis=0), joints_px.max(axis=0)
    middle, reach = (low + high) / 2, (high - low) / 2 + HAND_MARGIN * text_px + size / 2
    for centre in (
        joints_px[WRIST] + away * (HAND_MARGIN * text_px + np.abs(away) @ size / 2),
        *(middle + reach * direction for direction in ((0, -1), (0, 1), (-1, 0), (1, 0))),
        *product((0, width), (0, height)),
    ):
        x, y = np.rint((centre - size / 2).clip(edge_px, space - edge_px)).astype(int).tolist()
        yield LabelRect(x, y, *size.tolist())


def _points_on_bones(joints_px: Floats) -> Floats:
    """Return ``(80, 2)`` points along the bones, 4 on each."""
    ends = joints_px[np.array(BONES)]
    steps = np.array([0.25, 0.5, 0.75, 1.0], np.float32)[:, None, None]
    return np.concatenate(list(ends[:, 0] + steps * (ends[:, 1] - ends[:, 0])))


def _label_width_px(hand: Hand, text_px: int) -> int:
    texts = _label_texts(hand)
    texts_px = sum(cv2.getTextSize((0, 0), text, (0, 0), FONT, text_px, weight)[2] for text, _, weight in texts)
    return texts_px + round((2 * PADDING + (len(texts) - 1) * TEXT_GAP) * text_px)


def _label_texts(hand: Hand) -> list[tuple[str, tuple[int, int, int], int]]:
    texts = [(hand.side.capitalize(), TEXT_COLOUR, BOLD), (f"{hand.score:.0%}", SCORE_COLOUR, REGULAR)]
    return [*texts, (hand.gesture.title, GESTURE_COLOUR, BOLD)] if hand.gesture else texts


def _draw_label(image: Image, rect: LabelRect, hand: Hand, text_px: int) -> None:
    _darken_pill(image[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width])
    x = rect.x + round(PADDING * text_px)
    baseline = rect.y + round((rect.height + CAPITAL_HEIGHT * text_px) / 2)
    for text, colour, weight in _label_texts(hand):
        (end, _), _ = cv2.putText(image, text, (x, baseline), colour, FONT, text_px, weight)
        x = end + round(TEXT_GAP * text_px)


def _darken_pill(region: Image) -> None:
    height, width = region.shape[:2]
    through = np.full(region.shape, 255, np.uint8)
    shade = (255 * (1 - PILL_OPACITY),) * 3
    for centre_x in (height, 2 * width - height):
        centre = ((centre_x - 1) << (SHIFT - 1), (height - 1) << (SHIFT - 1))
        cv2.circle(through, centre, (height - 1) << (SHIFT - 1), shade, cv2.FILLED, cv2.LINE_AA, SHIFT)
    through[:, height // 2 : width - height // 2] = shade
    cv2.multiply(region, through, dst=region, scale=1 / 255)

"""Placement of labels."""

from itertools import combinations

import numpy as np
import pytest

from handpose_live.overlay.labels import LabelRect, draw_labels, place_labels
from handpose_live.types.hand import Hand
from tests.hands import spread_hand

SIZE = (640, 480)


def covered_joints(box: LabelRect, hand: Hand) -> int:
    return box.count_points(hand.joints, 0)


def test_a_label_is_below_the_wrist_of_an_upright_hand() -> None:
    hand = spread_hand(wrist=(320, 350), length_px=250)
    (box,) = place_labels([hand], *SIZE)
    assert box.x < 320 < box.x + box.width
    assert 350 < box.y < 370


@pytest.mark.parametrize("x", [-100, 0, 100, 320, 600, 640, 750])
@pytest.mark.parametrize("y", [-30, 60, 250, 420, 480, 600])
def test_a_label_is_inside_the_image_and_covers_no_finger(x: int, y: int) -> None:
    hand = spread_hand(wrist=(x, y), length_px=250)
    (box,) = place_labels([hand], *SIZE)
    assert box.x >= 0
    assert box.y >= 0
    assert box.x + box.width <= SIZE[0]
    assert box.y + box.height <= SIZE[1]
    assert covered_joints(box, hand) == 0


def test_labels_of_two_overlapping_hands_do_not_overlap() -> None:
    hands = [
        spread_hand(wrist=(320, 380), length_px=220, track=1),
        spread_hand(wrist=(330, 385), length_px=220, track=2),
    ]
    first, second = place_labels(hands, *SIZE)
    assert not first.overlaps(second)
    assert all(covered_joints(box, hand) == 0 for box in (first, second) for hand in hands)


def test_labels_of_four_hands_in_a_corner_do_not_overlap() -> None:
    hands = [spread_hand(wrist=(60 + 5 * track, 470), length_px=200, track=track) for track in range(1, 5)]
    assert not any(one.overlaps(other) for one, other in combinations(place_labels(hands, *SIZE), 2))


def test_the_label_names_the_side() -> None:
    left, right = np.zeros((480, 640, 3), np.uint8), np.zeros((480, 640, 3), np.uint8)
    draw_labels(left, [spread_hand(wrist=(320, 350), length_px=250, side="left")])
    draw_labels(right, [spread_hand(wrist=(320, 350), length_px=250, side="right")])
    assert (left != right).any()
    assert left.max() == 255  # opaque white text


def test_an_image_smaller_than_a_label_has_none() -> None:
    tiny = np.full((12, 20, 3), 90, np.uint8)
    draw_labels(tiny, [spread_hand(wrist=(10, 10), length_px=8)])
    assert (tiny == 90).all()

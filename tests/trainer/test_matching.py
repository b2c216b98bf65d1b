"""Matching of found hands with marked ones."""

from pathlib import Path

import numpy as np
import pytest

from handpose_live.types.arrays import Floats
from trainer.data.boxes import hand_square, overlaps, pair_boxes, square
from trainer.data.frames import PERSON, RENDERED, MarkedFrame, MarkedHand
from trainer.evaluate.matching import (
    is_judged,
    largest_overlap,
    marked_squares,
    match,
    person_margins,
    wilson_interval,
)


def _hand(x: float, y: float, size: float = 20, *, turned: bool = False) -> Floats:
    """Joints of a hand that points up, or to the left, with the wrist at (x, y)."""
    joint = np.arange(21)
    along = np.where(joint == 0, 0, ((joint - 1) % 4 + 1) / 4) * size
    across = np.array([0.0] * 5 + [-1.5] * 4 + [-0.5] * 4 + [0.5] * 4 + [1.5] * 4) * size / 20
    offsets = (-along, across) if turned else (across, -along)
    return np.stack([x + offsets[0], y + offsets[1]], axis=1).astype(np.float32)


def _frame(*hands: MarkedHand, set_name: str = "mine") -> MarkedFrame:
    return MarkedFrame(Path("0.jpg"), 0, set_name, "MIT", True, hands)


def test_the_overlap_of_boxes_is_intersection_over_union() -> None:
    boxes = [square(10, 10, 10), square(15, 10, 10), square(50, 50, 10)]
    np.testing.assert_allclose(overlaps(boxes[:1], boxes), [[1, 1 / 3, 0]], atol=1e-6)


def test_boxes_are_paired_by_the_highest_overlap_first() -> None:
    first = [square(10, 10, 10), square(12, 10, 10)]
    pairs = pair_boxes(first, [square(12, 10, 10)])
    assert [(one, other) for one, other, _ in pairs] == [(1, 0)]


def test_an_exact_hand_is_found() -> None:
    assert match([square(10, 10, 10)], [square(10, 10, 10)]).found == (0,)


def test_a_hand_is_found_up_to_an_iou_of_0_3() -> None:
    marked = [square(0, 0, 10)]
    assert match([square(5.3, 0, 10)], marked).found == (0,)
    result = match([square(5.5, 0, 10)], marked)
    assert (result.found, result.false) == ((None,), (0,))


def test_a_hand_found_twice_is_found_once_and_falsely_once() -> None:
    result = match([square(1, 0, 10), square(0, 0, 10)], [square(0, 0, 10)])
    assert (result.found, result.false) == ((1,), (0,))


def test_nothing_found_and_nothing_marked_are_possible() -> None:
    assert match([], [square(0, 0, 10)]).found == (None,)
    assert match([square(0, 0, 10)], []).false == (0,)


def test_the_square_of_a_hand_does_not_depend_on_where_it_points() -> None:
    upright, turned = hand_square(_hand(50, 50)), hand_square(_hand(50, 50, turned=True))
    assert upright[2] - upright[0] == pytest.approx(20)
    assert turned[2] - turned[0] == pytest.approx(20)


def test_the_margin_of_persons_boxes_is_measured_for_each_set_and_removed() -> None:
    loose = MarkedHand(np.array([30, 25, 70, 55], np.float32), _hand(50, 50), None, PERSON)
    tight = MarkedHand(np.array([40, 30, 60, 50], np.float32), _hand(50, 50), None, PERSON)
    frames = [_frame(loose, set_name="loose"), _frame(tight, set_name="tight")]
    margins = person_margins(frames)
    assert margins == pytest.approx({"loose": 2, "tight": 1})
    np.testing.assert_allclose(marked_squares(frames[0], margins), [square(50, 40, 20)])
    np.testing.assert_allclose(marked_squares(frames[1], margins), [square(50, 40, 20)])


def test_joints_alone_give_the_square() -> None:
    hand = MarkedHand(None, _hand(50, 50), "left", RENDERED)
    np.testing.assert_allclose(marked_squares(_frame(hand), {"mine": 2.0}), [square(50, 40, 20)])


def test_a_hidden_hand_need_not_be_found() -> None:
    assert is_judged(MarkedHand(None, _hand(50, 50), "left", RENDERED))
    assert not is_judged(MarkedHand(None, _hand(50, 50), "left", RENDERED, visible_share=0.1))


def test_the_overlap_with_the_nearest_other_hand_counts() -> None:
    hands = [MarkedHand(None, _hand(x, 50), "left", RENDERED) for x in (50, 52, 90)]
    frame = _frame(*hands)
    assert largest_overlap(frame, 0) == pytest.approx(1 / 5, abs=0.01)
    assert largest_overlap(frame, 2) == 0
    assert largest_overlap(_frame(hands[0]), 0) == 0


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert wilson_interval(0, 0) == (0, 1)
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1), abs=1e-3)

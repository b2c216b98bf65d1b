"""Gestures over time."""

from dataclasses import replace
from itertools import pairwise

from handpose_live.gestures.classifier import GestureClassifier, GestureFilter
from handpose_live.gestures.rules import shipped_rules
from handpose_live.types.hand import Hand
from tests.hands import spread_hand
from tests.posed import posed_hands


def shown(scores: list[dict[str, float]], fps: float = 30) -> list[str | None]:
    steady = GestureFilter()
    gestures = [steady(look, index / fps) for index, look in enumerate(scores)]
    return [gesture.name if gesture else None for gesture in gestures]


def look(name: str | None, score: float = 1.0) -> dict[str, float]:
    return {"fist": 0.0, "four": 0.0} | ({name: score} if name else {})


def test_a_single_picture_is_named_at_once() -> None:
    assert shown([look("fist")]) == ["fist"]


def test_one_wrong_look_changes_nothing() -> None:
    assert set(shown([look("fist")] * 9 + [look("four")] + [look("fist")] * 9 + [look(None)] + [look("fist")])) == {
        "fist"
    }


def test_a_change_is_seen_within_a_fifth_of_a_second_and_only_once() -> None:
    names = shown([look("fist")] * 10 + [look("four")] * 10)
    assert names[16:] == ["four"] * 4
    assert sum(one != other for one, other in pairwise(names)) <= 2


def test_a_slow_film_changes_after_two_looks() -> None:
    assert shown([look("fist")] * 3 + [look("four")] * 2, fps=10)[-1] == "four"


def test_a_score_at_the_limit_does_not_flicker() -> None:
    wavering = [look("fist", score) for score in (0.6, 0.45) * 30]
    assert len(set(shown(wavering))) == 1


def test_a_gesture_ends_when_the_hand_shows_nothing_any_more() -> None:
    assert shown([look("fist")] * 10 + [look(None)] * 10)[-1] is None


def test_each_hand_has_its_own_gesture_and_a_new_one_starts_afresh() -> None:
    reader = GestureClassifier(shipped_rules())
    fist, four = (hand_in(gesture, track) for track, gesture in enumerate(("fist", "four")))
    assert [hand.gesture and hand.gesture.name for hand in reader([fist, four], 0.0)] == ["fist", "four"]
    reader([], 0.1)
    [again] = reader([hand_in("four", 0)], 0.2)
    assert again.gesture is not None
    assert again.gesture.name == "four"


def hand_in(gesture: str, track: int) -> Hand:
    hand = spread_hand(wrist=(0, 0), length_px=1, side="right", track=track, joint_score=1.0)
    return replace(hand, joints=posed_hands(gesture, 1)[0])

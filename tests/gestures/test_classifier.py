"""Classification and temporal filtering of gestures."""

from dataclasses import replace
from itertools import pairwise

from handpose_live.gestures.classifier import GestureClassifier, GestureFilter
from handpose_live.gestures.joint_angles import ANGLE_NAMES
from handpose_live.gestures.rules import default_rules
from handpose_live.types.hand import Hand
from tests.hands import spread_hand
from tests.posed_hands import posed_hands, posed_hands_3d


def gestures_over_time(scores: list[dict[str, float]], fps: float = 30) -> list[str | None]:
    gesture_filter = GestureFilter()
    gestures = [gesture_filter(frame_scores, index / fps) for index, frame_scores in enumerate(scores)]
    return [gesture.name if gesture else None for gesture in gestures]


def frame(name: str | None, score: float = 1.0) -> dict[str, float]:
    return {"fist": 0.0, "four": 0.0} | ({name: score} if name else {})


def test_the_first_frame_is_named_at_once() -> None:
    assert gestures_over_time([frame("fist")]) == ["fist"]


def test_a_single_wrong_frame_is_ignored() -> None:
    assert set(
        gestures_over_time(
            [frame("fist")] * 9 + [frame("four")] + [frame("fist")] * 9 + [frame(None)] + [frame("fist")]
        )
    ) == {"fist"}


def test_a_change_is_reported_once_and_within_a_fifth_of_a_second() -> None:
    names = gestures_over_time([frame("fist")] * 10 + [frame("four")] * 10)
    assert names[16:] == ["four"] * 4
    assert sum(one != other for one, other in pairwise(names)) <= 2


def test_a_slow_video_changes_after_two_frames() -> None:
    assert gestures_over_time([frame("fist")] * 3 + [frame("four")] * 2, fps=10)[-1] == "four"


def test_a_score_at_the_threshold_does_not_flicker() -> None:
    fluctuating = [frame("fist", score) for score in (0.6, 0.45) * 30]
    assert len(set(gestures_over_time(fluctuating))) == 1


def test_a_gesture_ends_when_the_hand_no_longer_shows_it() -> None:
    assert gestures_over_time([frame("fist")] * 10 + [frame(None)] * 10)[-1] is None


def test_each_hand_has_its_own_gesture_and_a_new_track_starts_without_history() -> None:
    classifier = GestureClassifier(default_rules())
    fist, four = (hand_in(gesture, track) for track, gesture in enumerate(("fist", "four")))
    assert [hand.gesture and hand.gesture.name for hand in classifier([fist, four], 0.0)] == ["fist", "four"]
    classifier([], 0.1)
    [again] = classifier([hand_in("four", 0)], 0.2)
    assert again.gesture is not None
    assert again.gesture.name == "four"


def test_a_hand_with_depths_gets_its_joint_angles_and_one_without_none() -> None:
    flat = hand_in("fist", 0)
    [hand, other] = GestureClassifier(default_rules())(
        [replace(flat, joints_3d=posed_hands_3d("fist", 1)[0]), replace(flat, track_id=1)], 0.0
    )
    assert hand.angles_deg is not None
    assert list(hand.angles_deg) == list(ANGLE_NAMES)
    assert hand.angles_deg["index_pip"] > 90
    assert other.angles_deg is None


def hand_in(gesture: str, track: int) -> Hand:
    hand = spread_hand(wrist=(0, 0), length_px=1, side="right", track=track, joint_score=1.0)
    return replace(hand, joints=posed_hands(gesture, 1)[0])

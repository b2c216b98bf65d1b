"""Hands tracked over frames, with the real network, a fake detector and real hands at known positions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.detection.detection import Detection, Effort
from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.pose.lifting import HAND_LENGTH
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH
from handpose_live.tracking.track import MAX_CROP_PADDING, UNCERTAIN_SCORE
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import KNUCKLES
from tests.tracking.scenes import WIDTH, PlacedHand, frame, hands
from trainer.data.folders import Sample

# In hand sizes; the labels themselves have an error of 2 %.
MAX_ERROR = 0.12


class FakeDetector:
    """A detector that returns the detections set by the test, and counts its calls."""

    is_fast = False

    def __init__(self) -> None:
        self.detections: list[Detection] = []
        self.calls = 0

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        self.calls += 1
        return self.detections

    def close(self) -> None:
        pass


Scene = Sequence[PlacedHand]
Open = Callable[..., tuple[HandTracker, FakeDetector]]


@pytest.fixture
def start(estimator: PoseEstimator) -> Open:
    """Return a function that creates a tracker with a fake detector."""

    def start_tracker(*, max_hands: int = 2, smoothing: float = 0.0) -> tuple[HandTracker, FakeDetector]:
        detector = FakeDetector()
        return HandTracker(estimator=estimator, detector=detector, max_hands=max_hands, smoothing=smoothing), detector

    return start_tracker


@pytest.fixture(scope="session")
def paper(shared: Path) -> list[Sample]:
    return hands(shared, "paper", 4)


@pytest.fixture(scope="session")
def scissors(shared: Path) -> list[Sample]:
    return hands(shared, "scissors", 4)


def _play(tracker: HandTracker, detector: FakeDetector, scenes: Iterable[Scene]) -> list[list[Hand]]:
    """Track scenes frame by frame; the detector finds every hand in them."""
    results = []
    for index, scene in enumerate(scenes):
        detector.detections = [placed.detection() for placed in scene]
        results.append(tracker.track(frame(index, *scene)))
    return results


def _error(hand: Hand, placed: PlacedHand) -> float:
    distances = np.linalg.norm(hand.joints - placed.joints, axis=1)
    return float(distances.mean()) / placed.size_px


def test_a_moving_hand_keeps_its_id_and_its_joints(start: Open, scissors: list[Sample]) -> None:
    scenes = [[PlacedHand(scissors[0], 50 + 8 * i, 150)] for i in range(60)]
    results = _play(*start(), scenes)
    assert [[hand.track_id for hand in found] for found in results] == [[1]] * 60
    errors = [_error(found[0], scene[0]) for found, scene in zip(results, scenes, strict=True)]
    assert np.mean(errors) < MAX_ERROR


def test_a_left_hand_is_tracked_as_one(start: Open, scissors: list[Sample]) -> None:
    scenes = [[PlacedHand(scissors[0], 50 + 8 * i, 150, "left")] for i in range(30)]
    results = _play(*start(), scenes)
    assert {hand.side for found in results for hand in found} == {"left"}
    assert np.mean([_error(found[0], scene[0]) for found, scene in zip(results, scenes, strict=True)]) < MAX_ERROR


def test_a_mirrored_scene_gives_mirrored_hands(start: Open, scissors: list[Sample], paper: list[Sample]) -> None:
    scenes = [[PlacedHand(scissors[0], 100 + 4 * i, 100), PlacedHand(paper[0], 600, 250, "left")] for i in range(12)]
    tracker, detector = start()
    mirrored_tracker, mirrored_detector = start()
    for index, scene in enumerate(scenes):
        current = frame(index, *scene)
        detector.detections = [placed.detection() for placed in scene]
        mirrored_detector.detections = [_mirrored(detection) for detection in detector.detections]
        found = tracker.track(current)
        again = mirrored_tracker.track(Frame(current.image[:, ::-1].copy(), current.index, current.time_s))
        assert [hand.side == "left" for hand in found] == [hand.side == "right" for hand in again]
        for hand, counterpart in zip(found, again, strict=True):
            flipped = np.array([WIDTH, 0]) + counterpart.joints * np.array([-1, 1])
            np.testing.assert_allclose(hand.joints, flipped, atol=0.5)


def _mirrored(detection: Detection) -> Detection:
    return replace(
        detection,
        centre_x=WIDTH - detection.centre_x,
        angle=-detection.angle,
        side="left" if detection.side == "right" else "right",
    )


def test_the_detector_does_not_run_while_every_hand_is_tracked(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start(max_hands=1)
    _play(tracker, detector, [[PlacedHand(paper[0], 200, 150)]] * 30)
    assert detector.calls == 1


def test_the_detector_runs_occasionally_for_one_more_hand(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start(max_hands=2)
    _play(tracker, detector, [[PlacedHand(paper[0], 200, 150)]] * 60)
    assert 5 <= detector.calls <= 8


def test_there_are_never_more_than_max_hands(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scene = [PlacedHand(paper[0], 50, 150), PlacedHand(scissors[0], 400, 150), PlacedHand(paper[1], 700, 150)]
    results = _play(*start(max_hands=2), [scene] * 12)
    assert max(len(found) for found in results) == 2


def test_a_hand_that_disappears_is_dropped_at_once(start: Open, scissors: list[Sample]) -> None:
    visible, empty = [PlacedHand(scissors[0], 300, 150)], list[PlacedHand]()
    results = _play(*start(), [visible] * 5 + [empty] * 5)
    assert [len(found) for found in results] == [1] * 5 + [0] * 5


def test_a_hand_that_returns_soon_keeps_its_id(start: Open, scissors: list[Sample]) -> None:
    visible, empty = [PlacedHand(scissors[0], 300, 150)], list[PlacedHand]()
    results = _play(*start(), [visible] * 5 + [empty] * 15 + [visible] * 10)
    assert results[-1][0].track_id == 1


def test_a_hand_that_returns_late_is_a_new_one(start: Open, scissors: list[Sample]) -> None:
    visible, empty = [PlacedHand(scissors[0], 300, 150)], list[PlacedHand]()
    results = _play(*start(), [visible] * 5 + [empty] * 45 + [visible] * 10)
    assert results[-1][0].track_id == 2


def test_a_lost_hand_does_not_go_where_the_detector_wrongly_finds_one(start: Open, scissors: list[Sample]) -> None:
    placed = PlacedHand(scissors[0], 300, 150)
    elsewhere = PlacedHand(scissors[0], 300 + round(1.2 * placed.size_px), 150)
    tracker, detector = start()
    false_find = replace(elsewhere.detection(), score=0.4)
    _play(tracker, detector, [[placed]] * 5)
    detector.detections = [false_find]
    assert not any(tracker.track(frame(index)) for index in range(5, 20))
    detector.detections = [placed.detection(), false_find]
    found = [tracker.track(frame(index, placed)) for index in range(20, 25)]
    assert [(hand.track_id, hand.side) for hand in found[-1]] == [(1, "right")]


def test_two_detections_of_one_hand_become_one_track(start: Open, scissors: list[Sample]) -> None:
    tracker, detector = start()
    placed = PlacedHand(scissors[0], 300, 150)
    detector.detections = [placed.detection("right"), placed.detection("left")]
    found = [tracker.track(frame(index, placed)) for index in range(10)]
    assert [len(hands_found) for hands_found in found] == [1] * 10


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_wrong_side_of_the_detector_is_corrected(
    start: Open, paper: list[Sample], scissors: list[Sample], side: str
) -> None:
    for sample in (paper[0], scissors[0]):
        tracker, detector = start(max_hands=1)
        placed = PlacedHand(sample, 300, 150, "left" if side == "left" else "right")
        detector.detections = [placed.detection("right" if side == "left" else "left")]
        found = [tracker.track(frame(index, placed))[0].side for index in range(15)]
        assert found[-1] == side


def test_hands_that_cross_keep_their_ids_and_sides(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scenes = [
        [PlacedHand(paper[0], 60 + 10 * i, 100, "right"), PlacedHand(scissors[0], 660 - 10 * i, 130, "left")]
        for i in range(60)
    ]
    results = _play(*start(), scenes)
    before = {hand.side: hand.track_id for hand in results[0]}
    after = {hand.side: hand.track_id for hand in results[-1]}
    assert before == after
    assert set(after) == {"left", "right"}


def test_the_same_frames_give_the_same_hands_again(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scenes = [
        [PlacedHand(paper[0], 60 + 9 * i, 100), PlacedHand(scissors[0], 600 - 5 * i, 200, "left")] for i in range(20)
    ]
    first, second = (_play(*start(smoothing=0.5), scenes) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert [hand.track_id for hand in one] == [hand.track_id for hand in other]
        for hand, counterpart in zip(one, other, strict=True):
            np.testing.assert_array_equal(hand.joints, counterpart.joints)


class CountedEstimator(PoseEstimator):
    """The real network; counts the crops of each call."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator, self.info = estimator, estimator.info
        self.crops: list[int] = []

    @property
    def device_name(self) -> str:
        return self._estimator.device_name

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        self.crops.append(len(crops))
        return self._estimator(crops)

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return self._estimator.heatmaps(crops)


class UncertainEstimator(CountedEstimator):
    """The same with a fixed hand score."""

    def __init__(self, estimator: PoseEstimator, score: float = 0.4) -> None:
        super().__init__(estimator)
        self._score = score

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        return replace(super().__call__(crops), hand_scores=np.full(len(crops), self._score, np.float32))


def test_an_uncertain_hand_confirmed_by_the_detector_is_checked_less_and_less_often(
    estimator: PoseEstimator, paper: list[Sample]
) -> None:
    uncertain, detector = UncertainEstimator(estimator), FakeDetector()
    tracker = HandTracker(estimator=uncertain, detector=detector, max_hands=1, smoothing=0)
    results = _play(tracker, detector, [[PlacedHand(paper[0], 200, 150)]] * 60)
    assert [[hand.track_id for hand in found] for found in results] == [[1]] * 60
    assert 4 <= detector.calls <= 6
    assert uncertain.crops == [1] * 60


def test_an_uncertain_hand_that_the_detector_finds_elsewhere_is_moved_there(
    estimator: PoseEstimator, paper: list[Sample]
) -> None:
    uncertain, detector = UncertainEstimator(estimator), FakeDetector()
    tracker = HandTracker(estimator=uncertain, detector=detector, max_hands=1, smoothing=0)
    before, after = PlacedHand(paper[0], 200, 150), PlacedHand(paper[0], 320, 150)
    results = _play(tracker, detector, [[before]] * 3 + [[after]] * 4)
    assert results[-1][0].track_id == 1
    assert _error(results[-1][0], after) < MAX_ERROR


def test_beside_a_hand_in_view_one_detection_a_frame_is_looked_at(
    estimator: PoseEstimator, paper: list[Sample]
) -> None:
    counted, detector = CountedEstimator(estimator), FakeDetector()
    tracker = HandTracker(estimator=counted, detector=detector, max_hands=2, smoothing=0)
    placed = PlacedHand(paper[0], 300, 150)
    _play(tracker, detector, [[placed]] * 3)
    elsewhere = [PlacedHand(paper[0], x, y).detection("left") for x, y in ((40, 20), (700, 20), (700, 300))]
    detector.detections = [placed.detection(), *(replace(one, score=0.4) for one in elsewhere)]
    crops = []
    for index in range(3, 20):
        counted.crops.clear()
        assert len(tracker.track(frame(index, placed))) == 1
        crops.append(sum(counted.crops))
    assert crops.count(2) == len(elsewhere)  # what was rejected is not looked at again
    assert crops.count(1) == len(crops) - len(elsewhere)


def test_a_detection_from_before_all_hands_were_in_view_is_not_looked_at_later(
    estimator: PoseEstimator, paper: list[Sample], scissors: list[Sample]
) -> None:
    counted, detector = CountedEstimator(estimator), FakeDetector()
    tracker = HandTracker(estimator=counted, detector=detector, max_hands=2, smoothing=0)
    one, other = PlacedHand(paper[0], 40, 150), PlacedHand(scissors[0], 400, 150)
    _play(tracker, detector, [[one]] * 3)
    elsewhere = PlacedHand(paper[0], 720, 20).detection("left")
    detector.detections = [one.detection(), other.detection(), replace(elsewhere, score=0.4)]
    assert [len(tracker.track(frame(index, one, other))) for index in range(3, 20)][-1] == 2
    counted.crops.clear()
    detector.detections = []
    assert len(tracker.track(frame(20, one))) == 1
    assert sum(counted.crops) == 2


def test_less_certain_hands_have_larger_crops(estimator: PoseEstimator, paper: list[Sample]) -> None:
    sizes = []
    for each in (estimator, UncertainEstimator(estimator, UNCERTAIN_SCORE), UncertainEstimator(estimator)):
        detector = FakeDetector()
        tracker = HandTracker(estimator=each, detector=detector, max_hands=1, smoothing=0)
        results = _play(tracker, detector, [[PlacedHand(paper[0], 200, 150)]] * 3)
        sizes.append(results[-1][0].crop.size)
    assert sizes[1] / sizes[0] == pytest.approx((1 + MAX_CROP_PADDING) / 2, abs=0.03)
    assert sizes[2] / sizes[0] == pytest.approx(MAX_CROP_PADDING, abs=0.06)


def test_a_hand_below_the_minimum_score_is_tracked_but_not_returned(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start()
    scene = [PlacedHand(paper[0], 300, 150)]
    [[hand], _] = _play(tracker, detector, [scene, scene])
    tracker.min_score = hand.score + 0.2
    assert _play(tracker, detector, [scene])[0] == []
    tracker.min_score = 0.0
    assert [again.track_id for again in _play(tracker, detector, [scene])[0]] == [hand.track_id]


def test_joints_in_three_dimensions_are_in_mm_for_a_hand_of_known_length(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start()
    scene = [PlacedHand(paper[0], 300, 150)]
    hands_3d = []
    for length_mm in (None, 190.0):
        tracker.hand_length_mm = length_mm
        [[hand]] = _play(tracker, detector, [scene])
        assert hand.joints_3d is not None
        assert hand.angles_deg is not None
        hands_3d.append(hand.joints_3d)
    palms = [np.linalg.norm(joints_3d[KNUCKLES[1]]) for joints_3d in hands_3d]
    assert palms == pytest.approx([1, 190 / HAND_LENGTH], rel=1e-3)


def test_unrelated_images_share_no_hand(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start(smoothing=DEFAULT_STRENGTH)
    new, new_detector = start(smoothing=0.0)
    for index in range(4):
        # Each position is slightly offset from the previous one, like that of a moving hand.
        placed = PlacedHand(paper[0], 200 + 6 * index, 150)
        detector.detections = [placed.detection()]
        [hand] = tracker.track(replace(frame(index, placed), continues=False))
        assert (hand.track_id, detector.calls) == (index + 1, index + 1)
        new_detector.detections = detector.detections
        [alone] = new.track(replace(frame(0, placed), continues=False))
        np.testing.assert_array_equal(hand.joints, alone.joints)
        assert (hand.side, hand.gesture) == (alone.side, alone.gesture)


def test_a_hand_of_a_previous_unrelated_image_is_not_tracked(start: Open, paper: list[Sample]) -> None:
    tracker, detector = start()
    placed = PlacedHand(paper[0], 200, 150)
    detector.detections = [placed.detection()]
    assert len(tracker.track(frame(0, placed))) == 1
    detector.detections = []
    assert tracker.track(replace(frame(1, placed), continues=False)) == []


def test_hands_one_upon_the_other_are_two_tracks_that_keep_their_ids(
    start: Open, paper: list[Sample], scissors: list[Sample]
) -> None:
    def scene(offset_px: int) -> Scene:
        return [PlacedHand(paper[0], 300, 150), PlacedHand(scissors[0], 300 + offset_px, 150, "left")]

    results = _play(*start(), [scene(abs(offset)) for offset in range(-160, 161, 8)])
    assert [len(found) for found in results].count(2) > 0.6 * len(results)
    assert {hand.side: hand.track_id for hand in results[0]} == {hand.side: hand.track_id for hand in results[-1]}


def test_a_track_that_slid_onto_the_other_hand_is_the_one_that_is_lost(
    start: Open, paper: list[Sample], scissors: list[Sample]
) -> None:
    tracker, detector = start()
    left, right = PlacedHand(paper[0], 200, 150, "left"), PlacedHand(scissors[0], 330, 150)
    ids = {hand.side: hand.track_id for hand in _play(tracker, detector, [[left, right]] * 10)[-1]}
    slid = next(track for track in tracker._tracks.active if track.side == "left")
    detector.detections = []
    slid.box = right.detection().box
    [hand] = tracker.track(frame(10, left, right))
    assert (hand.side, hand.track_id) == ("right", ids["right"])
    detector.detections = [left.detection(), right.detection()]
    found = [tracker.track(frame(index, left, right)) for index in range(11, 16)]
    assert {hand.side: hand.track_id for hand in found[-1]} == ids

"""Hands tracked over frames: the real network, a stand-in detector, real hands at known positions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.tracking.detector import Detection
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH
from handpose_live.tracking.track import MAX_CROP_PADDING, UNCERTAIN_SCORE
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand
from tests.tracking.scenes import WIDTH, Placed, frame, hands
from trainer.data.folders import Sample

# Of a hand's size; the labels themselves are off by 2 %.
CLOSE = 0.12


class Script:
    """A detector that returns what the test sets, and counts its calls."""

    def __init__(self) -> None:
        self.detections: list[Detection] = []
        self.calls = 0

    def detect(self, image: Image) -> list[Detection]:  # noqa: ARG002
        self.calls += 1
        return self.detections

    def close(self) -> None:
        pass


Scene = Sequence[Placed]
Open = Callable[..., tuple[HandTracker, Script]]


@pytest.fixture
def start(estimator: PoseEstimator) -> Open:
    """Make a tracker with a scripted detector."""

    def make(*, max_hands: int = 2, smoothing: float = 0.0) -> tuple[HandTracker, Script]:
        script = Script()
        return HandTracker(estimator=estimator, detector=script, max_hands=max_hands, smoothing=smoothing), script

    return make


@pytest.fixture(scope="session")
def paper(shared: Path) -> list[Sample]:
    return hands(shared, "paper", 4)


@pytest.fixture(scope="session")
def scissors(shared: Path) -> list[Sample]:
    return hands(shared, "scissors", 4)


def _play(tracker: HandTracker, script: Script, scenes: Iterable[Scene]) -> list[list[Hand]]:
    """Run scenes frame by frame; the detector sees every hand in them."""
    results = []
    for index, scene in enumerate(scenes):
        script.detections = [placed.detection() for placed in scene]
        results.append(tracker.track(frame(index, *scene)))
    return results


def _error(hand: Hand, placed: Placed) -> float:
    distances = np.linalg.norm(hand.joints - placed.joints, axis=1)
    return float(distances.mean()) / placed.size_px


def test_a_moving_hand_keeps_its_id_and_its_joints(start: Open, scissors: list[Sample]) -> None:
    scenes = [[Placed(scissors[0], 50 + 8 * i, 150)] for i in range(60)]
    results = _play(*start(), scenes)
    assert [[hand.track_id for hand in found] for found in results] == [[1]] * 60
    errors = [_error(found[0], scene[0]) for found, scene in zip(results, scenes, strict=True)]
    assert np.mean(errors) < CLOSE


def test_a_left_hand_is_tracked_as_one(start: Open, scissors: list[Sample]) -> None:
    scenes = [[Placed(scissors[0], 50 + 8 * i, 150, "left")] for i in range(30)]
    results = _play(*start(), scenes)
    assert {hand.side for found in results for hand in found} == {"left"}
    assert np.mean([_error(found[0], scene[0]) for found, scene in zip(results, scenes, strict=True)]) < CLOSE


def test_a_mirrored_scene_gives_the_mirrored_answer(start: Open, scissors: list[Sample], paper: list[Sample]) -> None:
    scenes = [[Placed(scissors[0], 100 + 4 * i, 100), Placed(paper[0], 600, 250, "left")] for i in range(12)]
    tracker, script = start()
    mirrored_tracker, mirrored_script = start()
    for index, scene in enumerate(scenes):
        picture = frame(index, *scene)
        script.detections = [placed.detection() for placed in scene]
        mirrored_script.detections = [_mirrored(detection) for detection in script.detections]
        found = tracker.track(picture)
        again = mirrored_tracker.track(Frame(picture.image[:, ::-1].copy(), picture.index, picture.time_s))
        assert [hand.side == "left" for hand in found] == [hand.side == "right" for hand in again]
        for hand, twin in zip(found, again, strict=True):
            flipped = np.array([WIDTH, 0]) + twin.joints * np.array([-1, 1])
            np.testing.assert_allclose(hand.joints, flipped, atol=0.5)


def _mirrored(detection: Detection) -> Detection:
    joints = (np.array([WIDTH, 0]) + detection.joints * np.array([-1, 1])).astype(np.float32)
    return Detection(joints, "left" if detection.side == "right" else "right", detection.side_score)


def test_the_detector_does_not_run_while_every_hand_is_tracked(start: Open, paper: list[Sample]) -> None:
    tracker, script = start(max_hands=1)
    _play(tracker, script, [[Placed(paper[0], 200, 150)]] * 30)
    assert script.calls == 1


def test_the_detector_runs_now_and_then_for_one_more_hand(start: Open, paper: list[Sample]) -> None:
    tracker, script = start(max_hands=2)
    _play(tracker, script, [[Placed(paper[0], 200, 150)]] * 60)
    assert 5 <= script.calls <= 8


def test_there_are_never_more_than_max_hands(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scene = [Placed(paper[0], 50, 150), Placed(scissors[0], 400, 150), Placed(paper[1], 700, 150)]
    results = _play(*start(max_hands=2), [scene] * 12)
    assert max(len(found) for found in results) == 2


def test_a_hand_that_disappears_is_dropped_at_once(start: Open, scissors: list[Sample]) -> None:
    here, gone = [Placed(scissors[0], 300, 150)], list[Placed]()
    results = _play(*start(), [here] * 5 + [gone] * 5)
    assert [len(found) for found in results] == [1] * 5 + [0] * 5


def test_a_hand_that_comes_back_soon_keeps_its_id(start: Open, scissors: list[Sample]) -> None:
    here, gone = [Placed(scissors[0], 300, 150)], list[Placed]()
    results = _play(*start(), [here] * 5 + [gone] * 15 + [here] * 10)
    assert results[-1][0].track_id == 1


def test_a_hand_that_comes_back_late_is_a_new_one(start: Open, scissors: list[Sample]) -> None:
    here, gone = [Placed(scissors[0], 300, 150)], list[Placed]()
    results = _play(*start(), [here] * 5 + [gone] * 45 + [here] * 10)
    assert results[-1][0].track_id == 2


def test_two_detections_of_one_hand_become_one_track(start: Open, scissors: list[Sample]) -> None:
    tracker, script = start()
    placed = Placed(scissors[0], 300, 150)
    script.detections = [placed.detection("right"), placed.detection("left")]
    found = [tracker.track(frame(index, placed)) for index in range(10)]
    assert [len(hands_found) for hands_found in found] == [1] * 10


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_side_that_the_detector_got_wrong_is_corrected(
    start: Open, paper: list[Sample], scissors: list[Sample], side: str
) -> None:
    for sample in (paper[0], scissors[0]):
        tracker, script = start(max_hands=1)
        placed = Placed(sample, 300, 150, "left" if side == "left" else "right")
        script.detections = [placed.detection("right" if side == "left" else "left")]
        found = [tracker.track(frame(index, placed))[0].side for index in range(15)]
        assert found[-1] == side


def test_hands_that_cross_keep_their_ids_and_sides(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scenes = [
        [Placed(paper[0], 60 + 10 * i, 100, "right"), Placed(scissors[0], 660 - 10 * i, 130, "left")] for i in range(60)
    ]
    results = _play(*start(), scenes)
    before = {hand.side: hand.track_id for hand in results[0]}
    after = {hand.side: hand.track_id for hand in results[-1]}
    assert before == after
    assert set(after) == {"left", "right"}


def test_a_file_gives_the_same_hands_every_time(start: Open, paper: list[Sample], scissors: list[Sample]) -> None:
    scenes = [[Placed(paper[0], 60 + 9 * i, 100), Placed(scissors[0], 600 - 5 * i, 200, "left")] for i in range(20)]
    first, second = (_play(*start(smoothing=0.5), scenes) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert [hand.track_id for hand in one] == [hand.track_id for hand in other]
        for hand, twin in zip(one, other, strict=True):
            np.testing.assert_array_equal(hand.joints, twin.joints)


class Uncertain(PoseEstimator):
    """The real network, but with a fixed hand score; counts its calls."""

    def __init__(self, estimator: PoseEstimator, score: float = 0.4) -> None:
        self._estimator, self.info, self.calls = estimator, estimator.info, 0
        self._score = score

    @property
    def device_name(self) -> str:
        return self._estimator.device_name

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        self.calls += 1
        return replace(self._estimator(crops), hand_scores=np.full(len(crops), self._score, np.float32))

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return self._estimator.heatmaps(crops)


def test_an_uncertain_hand_that_the_detector_confirms_is_checked_less_and_less_often(
    estimator: PoseEstimator, paper: list[Sample]
) -> None:
    uncertain, script = Uncertain(estimator), Script()
    tracker = HandTracker(estimator=uncertain, detector=script, max_hands=1, smoothing=0)
    results = _play(tracker, script, [[Placed(paper[0], 200, 150)]] * 60)
    assert [[hand.track_id for hand in found] for found in results] == [[1]] * 60
    assert 4 <= script.calls <= 6
    assert uncertain.calls == 60


def test_an_uncertain_hand_that_the_detector_finds_elsewhere_is_moved_there(
    estimator: PoseEstimator, paper: list[Sample]
) -> None:
    uncertain, script = Uncertain(estimator), Script()
    tracker = HandTracker(estimator=uncertain, detector=script, max_hands=1, smoothing=0)
    before, after = Placed(paper[0], 200, 150), Placed(paper[0], 320, 150)
    results = _play(tracker, script, [[before]] * 3 + [[after]] * 4)
    assert results[-1][0].track_id == 1
    assert _error(results[-1][0], after) < CLOSE


def test_the_less_certain_a_hand_is_the_larger_is_its_crop(estimator: PoseEstimator, paper: list[Sample]) -> None:
    sizes = []
    for eyes in (estimator, Uncertain(estimator, UNCERTAIN_SCORE), Uncertain(estimator)):
        script = Script()
        tracker = HandTracker(estimator=eyes, detector=script, max_hands=1, smoothing=0)
        results = _play(tracker, script, [[Placed(paper[0], 200, 150)]] * 3)
        sizes.append(results[-1][0].crop.size)
    assert sizes[1] / sizes[0] == pytest.approx((1 + MAX_CROP_PADDING) / 2, abs=0.03)
    assert sizes[2] / sizes[0] == pytest.approx(MAX_CROP_PADDING, abs=0.06)


def test_a_hand_below_the_minimum_score_is_tracked_but_not_returned(start: Open, paper: list[Sample]) -> None:
    tracker, script = start()
    scene = [Placed(paper[0], 300, 150)]
    [[hand], _] = _play(tracker, script, [scene, scene])
    tracker.min_score = hand.score + 0.2
    assert _play(tracker, script, [scene])[0] == []
    tracker.min_score = 0.0
    assert [again.track_id for again in _play(tracker, script, [scene])[0]] == [hand.track_id]


def test_unrelated_images_share_no_hand(start: Open, paper: list[Sample]) -> None:
    tracker, script = start(smoothing=DEFAULT_STRENGTH)
    fresh, fresh_script = start(smoothing=0.0)
    for index in range(4):
        # Each is slightly beside the one before, as a moving hand is.
        placed = Placed(paper[0], 200 + 6 * index, 150)
        script.detections = [placed.detection()]
        [hand] = tracker.track(replace(frame(index, placed), continues=False))
        assert (hand.track_id, script.calls) == (index + 1, index + 1)
        fresh_script.detections = script.detections
        [alone] = fresh.track(replace(frame(0, placed), continues=False))
        np.testing.assert_array_equal(hand.joints, alone.joints)
        assert (hand.side, hand.gesture) == (alone.side, alone.gesture)


def test_a_hand_of_an_unrelated_image_before_is_not_tracked(start: Open, paper: list[Sample]) -> None:
    tracker, script = start()
    placed = Placed(paper[0], 200, 150)
    script.detections = [placed.detection()]
    assert len(tracker.track(frame(0, placed))) == 1
    script.detections = []
    assert tracker.track(replace(frame(1, placed), continues=False)) == []

"""The whole program on the demo with its exact ground truth: detection, tracking, decoding, smoothing."""

from pathlib import Path

import numpy as np
import pytest

from handpose_live.app import main
from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.media.demo import DEMO_VIDEO, open_demo
from handpose_live.media.recording.landmarks import Record, read_landmarks
from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.runtime.session import Session
from handpose_live.tracking.hand_tracker import HandTracker
from tests.demo_ground_truth import (
    FPS,
    FULLY_VISIBLE,
    Observation,
    between,
    correct_side_fraction,
    errors,
    joints_of,
    lag_ms,
    observe,
    read_truth,
    recall,
)

# Time ranges of the animation, in seconds.
WAVE, BOTH_WAVE, BOTH = (1.2, 2.7), (25.5, 27.0), (22.2, 27.2)
MIRRORED = range(20 * FPS, 28 * FPS)
DETECTOR_STEP = 10


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the landmark file of the demo."""
    landmarks = tmp_path_factory.mktemp("demo") / "demo.jsonl"
    assert main(["demo", "--headless", "--landmarks", str(landmarks)]) == 0
    return landmarks


@pytest.fixture(scope="session")
def observations(run: Path) -> list[Observation]:
    return observe(read_truth()[1], run)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> list[Observation]:
    """Observe the hands that are found in the demo frame by frame, as in a camera's frames."""
    landmarks, demo = tmp_path_factory.mktemp("live") / "demo.jsonl", open_demo()
    session = Session(demo, HandTracker())
    session.recording = Recording(RecordingFiles(landmarks=landmarks), demo.info)
    for frame in demo:
        session.process(frame)
    session.close()
    return observe(read_truth()[1], landmarks)


@pytest.fixture(scope="session")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> list[Observation]:
    """Observe the hands in a mirrored part of the demo."""
    folder = tmp_path_factory.mktemp("mirrored")
    video, landmarks = folder / "video.mp4", folder / "video.jsonl"
    demo = open_demo()
    with VideoWriter(video, width=demo.info.width, height=demo.info.height, fps=demo.info.fps) as recorder:
        for frame in demo:
            if frame.index in MIRRORED:
                recorder.write(np.ascontiguousarray(frame.image[:, ::-1]), frame.time_s)
    assert main([str(video), "--headless", "--landmarks", str(landmarks)]) == 0
    truth = read_truth(mirrored=True)[1]
    return observe([truth[number] for number in MIRRORED], landmarks)


def hands_of(observations: list[Observation]) -> set[int]:
    return {observation.hand for observation in observations}


def test_the_demo_is_small_and_has_joints_for_every_frame() -> None:
    truth_file = DEMO_VIDEO.with_suffix(".jsonl")
    assert DEMO_VIDEO.stat().st_size + truth_file.stat().st_size < 4_000_000
    header, frames = read_truth()
    info = open_demo().info
    assert (header["width"], header["height"], header["fps"]) == (info.width, info.height, info.fps) == (640, 480, 30)
    assert len(frames) == info.frame_count
    assert 20 <= len(frames) / FPS <= 30
    sides = [
        tuple(sorted(hand["side"] for hand in frame["hands"] if hand["score"] > FULLY_VISIBLE)) for frame in frames
    ]
    for visible in (("right",), ("left",), ("left", "right")):
        assert sides.count(visible) > 2 * FPS


def test_the_detector_alone_finds_the_rendered_hands() -> None:
    detector = MediaPipeDetector(max_hands=2)
    expected = [[hand for hand in frame["hands"] if hand["score"] > FULLY_VISIBLE] for frame in read_truth()[1]]
    frames = [frame for frame in open_demo() if expected[frame.index] and frame.index % DETECTOR_STEP == 0]
    all_found = [len(detector.detect(frame.image)) >= len(expected[frame.index]) for frame in frames]
    detector.close()
    assert np.mean(all_found) >= 0.9


def test_fully_visible_hands_are_found(observations: list[Observation]) -> None:
    assert hands_of(observations) == {1, 2, 3, 4}
    assert recall(observations) > 0.97


def test_there_are_hardly_any_false_positives(run: Path) -> None:
    _, found = read_landmarks(run)
    surplus = [len(record["hands"]) > len(frame["hands"]) for frame, record in zip(read_truth()[1], found, strict=True)]
    assert np.mean(surplus) < 0.02


def test_joints_are_accurate(observations: list[Observation]) -> None:
    assert np.median(errors(observations)) < 0.05
    assert np.quantile(errors(observations), 0.9) < 0.16


def test_joints_of_waving_open_hands_are_accurate(observations: list[Observation]) -> None:
    for time_range in (WAVE, BOTH_WAVE):
        assert errors(between(observations, *time_range)).mean() < 0.04


def test_sides_are_correct(observations: list[Observation]) -> None:
    assert correct_side_fraction(observations) > 0.95
    assert correct_side_fraction(between(observations, *BOTH)) > 0.99


def test_a_hand_keeps_its_track_id_while_it_is_in_view(observations: list[Observation]) -> None:
    ids = {
        hand: {one.found["track"] for one in observations if one.hand == hand and one.found}
        for hand in hands_of(observations)
    }
    assert [len(tracks) for tracks in ids.values()] == [1, 1, 1, 1]
    assert len(set.union(*ids.values())) == 4


@pytest.mark.parametrize(("hand", "time_range"), [(2, WAVE), (3, BOTH_WAVE), (4, BOTH_WAVE)])
def test_the_hands_of_a_file_do_not_lag(
    observations: list[Observation], hand: int, time_range: tuple[float, float]
) -> None:
    assert abs(lag_ms(between(observations, *time_range), hand)) < 5


@pytest.mark.parametrize(("hand", "time_range"), [(2, WAVE), (3, BOTH_WAVE), (4, BOTH_WAVE)])
def test_live_hands_lag_little(live: list[Observation], hand: int, time_range: tuple[float, float]) -> None:
    assert -5 < lag_ms(between(live, *time_range), hand) < 20


def test_sides_are_swapped_in_a_mirrored_video(mirrored: list[Observation]) -> None:
    assert hands_of(mirrored) == {3, 4}
    assert recall(mirrored) > 0.97
    assert correct_side_fraction(between(mirrored, *BOTH)) > 0.99


def test_the_same_joints_are_found_in_a_mirrored_video(
    observations: list[Observation], mirrored: list[Observation]
) -> None:
    width = read_truth()[0]["width"]
    straight = {(one.time_s, one.hand): one for one in between(observations, *BOTH)}
    distances = []
    for one in between(mirrored, *BOTH):
        other = straight[one.time_s, one.hand]
        if one.found is not None and other.found is not None:
            back = joints_of(one.found) * (-1, 1) + (width, 0)
            distances.append(np.linalg.norm(back - joints_of(other.found), axis=1).mean() / one.size_px)
    assert len(distances) > 0.95 * len(straight)
    assert np.median(distances) < 0.004  # a flip with an offset of one pixel would exceed this
    assert np.quantile(distances, 0.95) < 0.04


def test_a_known_lag_is_measured() -> None:
    frames: list[Record] = read_truth()[1]
    truth = [(frame["time_s"], hand) for frame in frames for hand in frame["hands"] if hand["track"] == 2]
    late = [
        Observation(time_s, 2, "right", joints_of(hand), found=truth[max(0, number - 2)][1])
        for number, (time_s, hand) in enumerate(truth)
    ]
    assert lag_ms(between(late, *WAVE), 2) == pytest.approx(2000 / FPS, abs=3)

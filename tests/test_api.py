"""The public API, as a user of the library calls it."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import handpose_live as hp
from handpose_live.detection.detection import Detection, Effort
from handpose_live.gestures.rules import Rule
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.media.opening import open_source
from handpose_live.pose.weights import default_weights
from handpose_live.tracking.hand_tracker import TrackerOptions
from handpose_live.types.arrays import Image
from tests.media.servers import MotionJpeg, serving
from tests.media.videos import RED, plain, write_video

ROOT = Path(__file__).resolve().parents[1]
BLACK: Image = np.zeros((48, 64, 3), np.uint8)


class CountingDetector:
    """A detector that finds nothing, counts its calls and records whether it was closed."""

    is_fast = False

    def __init__(self) -> None:
        self.calls, self.closed = 0, False

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        self.calls += 1
        return []

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def estimator() -> PoseEstimator:
    return load_estimator(default_weights(), "cpu")


@pytest.fixture
def detector() -> CountingDetector:
    return CountingDetector()


@pytest.fixture
def tracker(estimator: PoseEstimator, detector: CountingDetector) -> Iterator[hp.HandTracker]:
    with hp.HandTracker(estimator=estimator, detector=detector) as tracker:
        yield tracker


@pytest.fixture(scope="module")
def image() -> Image:
    """Return a frame of the demo with hands."""
    return next(frame.image for frame in open_source("demo") if frame.index == 90)


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT)


def test_the_import_loads_none_of_the_large_libraries() -> None:
    code = "import sys, handpose_live; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = set(_python("-c", code).stdout.split())
    assert not loaded & {"av", "cv2", "mediapipe", "numpy", "onnxruntime", "PIL", "PyQt6", "torch"}


def test_every_public_name_exists_and_is_listed() -> None:
    assert set(hp.__all__) <= set(dir(hp))
    assert set(hp._MODULES) == set(hp.__all__) - {"__version__"}
    for name in hp.__all__:
        assert getattr(hp, name) is not None
    assert len(hp.JOINT_NAMES) == 21
    assert len(hp.BONES) == 20


def test_type_checkers_see_the_modules_that_are_imported() -> None:
    text = Path(hp.__file__).read_text(encoding="utf-8")
    static: dict[str, str] = {}
    for module, names in re.findall(r"^    from handpose_live\.(\S+) import (.+)$", text, re.MULTILINE):
        static |= dict.fromkeys(names.split(", "), module)
    assert static == hp._MODULES


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'handpose_live' has no attribute 'Tracker'"):
        _ = hp.Tracker  # type: ignore[attr-defined]


def test_the_options_of_track_video_are_the_keywords_of_the_tracker() -> None:
    keywords = {*inspect.signature(hp.HandTracker).parameters}
    assert keywords == TrackerOptions.__optional_keys__


def test_an_array_gives_hands_that_can_be_drawn(image: Image) -> None:
    before = image.copy()
    with hp.HandTracker(max_hands=1, device="cpu") as tracker:
        [hand] = tracker(image, time_s=0.0)
    assert isinstance(hand, hp.Hand)
    assert (hand.joints.shape, hand.joint_scores.shape, hand.track_id) == ((21, 2), (21,), 1)
    drawn = hp.draw_hands(image, [hand], style=hp.OverlayStyle(labels=False))
    assert drawn.shape == image.shape
    assert not np.array_equal(drawn, image)
    np.testing.assert_array_equal(image, before)


def test_frames_whose_time_advances_share_their_tracks(image: Image) -> None:
    with hp.HandTracker(max_hands=1, device="cpu") as tracker:
        ids = [tracker(image, time_s=index / 30)[0].track_id for index in range(3)]
    assert ids == [1, 1, 1]


def test_images_without_times_are_unrelated(image: Image, estimator: PoseEstimator) -> None:
    with hp.HandTracker(max_hands=1, estimator=estimator) as tracker:
        ids = [tracker(image)[0].track_id for _ in range(3)]
        [hand] = tracker(image, time_s=-1.0)
    assert ids == [1, 2, 3]
    assert hand.track_id == 4


def test_the_detector_runs_on_each_image_without_a_time(tracker: hp.HandTracker, detector: CountingDetector) -> None:
    for _ in range(4):
        tracker(BLACK)
    assert detector.calls == 4


def test_a_reversed_view_of_an_opencv_image_is_an_image(image: Image) -> None:
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    with hp.HandTracker(max_hands=1, device="cpu") as tracker:
        [hand], [again] = tracker(image), tracker(np.asarray(bgr[..., ::-1], np.uint8))
    np.testing.assert_array_equal(hand.joints, again.joints)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (48, 64)])
def test_an_image_of_any_size_is_searched(size: tuple[int, int]) -> None:
    image: Image = np.zeros((*size, 3), np.uint8)
    with hp.HandTracker(device="cpu") as tracker:
        assert tracker(image) == []


@pytest.mark.parametrize(
    "invalid",
    [
        np.zeros((48, 64), np.uint8),
        np.zeros((48, 64, 4), np.uint8),
        np.zeros((48, 64, 3), np.float32),
        np.zeros((0, 64, 3), np.uint8),
        [[0, 0, 0]],
        "clip.mp4",
        None,
    ],
    ids=["grey", "RGBA", "float", "empty", "list", "path", "None"],
)
def test_anything_but_an_rgb_image_is_a_one_sentence_error(tracker: hp.HandTracker, invalid: Any) -> None:
    with pytest.raises(ValueError, match=r"^The image must be a uint8 array of shape \(height, width, 3\) in RGB, not"):
        tracker(invalid)


@pytest.mark.parametrize("time_s", [float("nan"), float("inf")])
def test_a_time_that_is_not_finite_is_refused(tracker: hp.HandTracker, time_s: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        tracker(BLACK, time_s=time_s)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"max_hands": 0}, "max_hands must be 1 or more, not 0."),
        ({"smoothing": 1.5}, "smoothing must be between 0 and 1, not 1.5."),
        ({"smoothing": -0.1}, "smoothing must be between 0 and 1, not -0.1."),
        ({"hand_length_mm": 18.5}, "hand_length_mm must be between 50 and 350 mm, not 18.5."),
        ({"min_score": 2}, "min_score must be between 0 and 1, not 2."),
    ],
)
def test_a_setting_out_of_range_is_refused(
    options: TrackerOptions, sentence: str, estimator: PoseEstimator, detector: CountingDetector
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        hp.HandTracker(estimator=estimator, detector=detector, **options)  # type: ignore[misc]


def test_settings_can_be_changed_between_frames(tracker: hp.HandTracker) -> None:
    tracker.smoothing, tracker.min_score = 0.0, 0.5
    assert (tracker.smoothing, tracker.min_score) == (0.0, 0.5)
    with pytest.raises(ValueError, match="smoothing"):
        tracker.smoothing = 3


def test_a_closed_tracker_has_closed_its_detector_and_cannot_be_used(
    tracker: hp.HandTracker, detector: CountingDetector
) -> None:
    tracker.close()
    tracker.close()
    assert detector.closed
    with pytest.raises(ValueError, match="closed"):
        tracker(BLACK)


def test_missing_files_are_named(tmp_path: Path, detector: CountingDetector) -> None:
    with pytest.raises(hp.HandPoseError, match=r"none\.safetensors"):
        hp.HandTracker(weights=str(tmp_path / "none.safetensors"), detector=detector)
    with pytest.raises(hp.HandPoseError, match=r"none\.toml"):
        hp.HandTracker(gestures=tmp_path / "none.toml", detector=detector)
    with pytest.raises(hp.HandPoseError, match=r"none\.jsonl"):
        hp.read_landmarks(str(tmp_path / "none.jsonl"))
    with pytest.raises(hp.HandPoseError, match=r"none\.mp4"):
        next(hp.track_video(tmp_path / "none.mp4"))


def test_gestures_may_be_a_table_or_rules(image: Image, tmp_path: Path, estimator: PoseEstimator) -> None:
    def gesture(gestures: str | Path | Sequence[Rule] | None) -> str | None:
        with hp.HandTracker(max_hands=1, estimator=estimator, gestures=gestures) as tracker:
            [hand] = tracker(image)
        return hand.gesture.name if hand.gesture else None

    included, table = gesture(None), tmp_path / "gestures.toml"
    assert included is not None
    table.write_text(
        f'[[gesture]]\nname = "{included}"\npinch = [98, 99]\n[[gesture]]\nname = "any"\npinch = [-1, 0]\n'
    )
    assert [gesture(table), gesture(str(table))] == ["any", "any"]
    assert gesture([Rule("mine", (("pinch", (-1.0, 0.0)),))]) == "mine"
    assert gesture([]) is None


def test_a_video_gives_every_frame_with_its_time(tmp_path: Path, estimator: PoseEstimator) -> None:
    video = write_video(tmp_path / "clip.mp4", [plain(RED)] * 5)
    for source in (video, str(video)):
        results = list(hp.track_video(source, estimator=estimator))
        assert [frame.index for frame, _ in results] == [0, 1, 2, 3, 4]
        times_s = [frame.time_s for frame, _ in results]
        assert times_s == sorted(set(times_s))
        assert [hands for _, hands in results] == [[]] * 5


def test_a_video_that_is_not_read_to_its_end_is_closed(estimator: PoseEstimator, detector: CountingDetector) -> None:
    results = hp.track_video("demo", estimator=estimator, detector=detector)
    next(results)
    assert not detector.closed
    results.close()
    assert detector.closed


def test_a_folder_of_images_gives_every_image(tmp_path: Path, image: Image, estimator: PoseEstimator) -> None:
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    results = list(hp.track_video(tmp_path, max_hands=1, estimator=estimator))
    assert [[hand.track_id for hand in hands] for _, hands in results] == [[1], [2]]


def test_a_live_source_gives_its_newest_frames_in_order(estimator: PoseEstimator, detector: CountingDetector) -> None:
    with serving(MotionJpeg) as server:
        results = hp.track_video(f"http://{server.address}/live", estimator=estimator, detector=detector)
        indices = [frame.index for frame, _ in islice(results, 3)]
        results.close()
    assert indices == sorted(set(indices))
    assert detector.closed

import csv
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import av
import numpy as np
import pytest

from handpose_live.detection.detection import Detection
from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.types.arrays import Image

DETECT = """
import sys
from contextlib import closing

import av

from handpose_live.types.errors import HandPoseError
from handpose_live.detection.mediapipe_detector import MediaPipeDetector

image = next(av.open(sys.argv[1]).decode(video=0)).to_ndarray(format="rgb24")
try:
    with closing(MediaPipeDetector(max_hands=2)) as detector:
        print(len(detector.detect(image)))
except HandPoseError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def detector() -> Iterator[MediaPipeDetector]:
    detector = MediaPipeDetector(max_hands=2)
    yield detector
    detector.close()


def first_frame(clip: Path) -> Image:
    with av.open(clip) as container:
        return np.asarray(next(container.decode(video=0)).to_ndarray(format="rgb24"), dtype=np.uint8)


def read_annotation(clips: Path, clip: str, frame: int) -> dict[str, float]:
    """Read the annotation of one frame, in px."""
    with (clips / "tips.csv").open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["clip"] == clip and row["frame"] == str(frame))
    return {name: float(value) for name, value in row.items() if name not in {"clip", "side"}}


def detect_in_another_process(shared: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run DETECT on a frame with one hand in another process."""
    command = (sys.executable, "-c", DETECT, str(shared / "data" / "clips" / "scale_1.mp4"))
    return subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)


def from_left_to_right(detections: list[Detection]) -> list[Detection]:
    return sorted(detections, key=lambda hand: hand.centre_x)


def test_the_box_has_the_annotated_size_and_holds_the_annotated_tips(detector: MediaPipeDetector, shared: Path) -> None:
    clips = shared / "data" / "clips"
    tips = read_annotation(clips, "scale_1", 0)

    (hand,) = detector.detect(first_frame(clips / "scale_1.mp4"))

    box_px = max(tips["box_x1"] - tips["box_x0"], tips["box_y1"] - tips["box_y0"])
    centre = (tips["box_x0"] + tips["box_x1"]) / 2, (tips["box_y0"] + tips["box_y1"]) / 2
    assert math.dist((hand.centre_x, hand.centre_y), centre) < 0.15 * box_px
    assert 0.7 * box_px < hand.size < 1.2 * box_px
    for finger in ("thumb", "index"):
        tip = np.array([tips[f"{finger}_x"], tips[f"{finger}_y"]])
        assert (abs(hand.box.to_crop(tip, 1) - 0.5) < 0.55).all(), finger


def test_the_side_is_that_of_the_person_and_the_opposite_in_a_mirrored_image(
    detector: MediaPipeDetector, shared: Path
) -> None:
    image = first_frame(shared / "data" / "clips" / "scale_1.mp4")

    (hand,) = detector.detect(image)
    (mirrored,) = detector.detect(image[:, ::-1])

    assert (hand.side, mirrored.side) == ("left", "right")
    assert 0.5 <= hand.side_score <= 1
    assert 0.5 <= mirrored.side_score <= 1


def test_two_hands_are_both_found(detector: MediaPipeDetector, shared: Path) -> None:
    image = first_frame(shared / "data" / "clips" / "two_hands.mp4")

    left_half, right_half = from_left_to_right(detector.detect(image))

    middle = image.shape[1] / 2
    assert left_half.centre_x + left_half.size / 2 < middle < right_half.centre_x - right_half.size / 2
    assert left_half.side != right_half.side


def test_an_image_without_hands_has_none(detector: MediaPipeDetector) -> None:
    assert detector.detect(np.full((480, 640, 3), 128, dtype=np.uint8)) == []


def test_stderr_is_not_redirected_while_detectors_start_in_two_threads() -> None:
    before = os.fstat(2)
    detectors: list[MediaPipeDetector] = []
    threads = [Thread(target=lambda: detectors.append(MediaPipeDetector(max_hands=1))) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(0.01)
        assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)
    for detector in detectors:
        detector.close()

    assert len(detectors) == 2
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is part of the system")
def test_a_missing_system_library_is_named_with_its_package(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "libEGL.so.1").touch()  # an invalid library that is found before the real one

    done = detect_in_another_process(shared, LD_LIBRARY_PATH=str(tmp_path))

    assert "libEGL.so.1" in done.stdout
    assert "apt-get install libegl1 libgles2" in done.stdout

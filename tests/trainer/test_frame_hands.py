"""Hands and what looks like hands in whole frames, for the network that finds joints."""

from pathlib import Path

import numpy as np

from handpose_live.detection.detection import Detection, Effort
from handpose_live.types.arrays import Floats, Image
from tests.trainer.synthetic_data import write_image
from trainer.data.frame_hands import MEDIAPIPE_WEIGHT, false_finds, hands_in_frames
from trainer.data.frames import MEDIAPIPE, PERSON, RENDERED, MarkedFrame, MarkedHand

FOCAL_PX = 400.0


def _joints_m(x_m: float) -> Floats:
    rng = np.random.default_rng(1)
    return np.asarray(rng.uniform(-0.05, 0.05, (21, 3)) + np.array([x_m, 0, 0.5]), np.float32)


def _hand(x_m: float, origin: str = RENDERED, *, visible_share: float = 1.0) -> MarkedHand:
    """A left hand in a frame of 320 x 240 px."""
    joints_m = _joints_m(x_m)
    joints_px = np.asarray(FOCAL_PX * joints_m[:, :2] / joints_m[:, 2:] + (160, 120), np.float32)
    visible = np.arange(21) < 5
    if origin == MEDIAPIPE:
        return MarkedHand(None, joints_px, "left", origin)
    return MarkedHand(None, joints_px, "left", origin, visible, visible_share, joints_m)


def _frame(folder: Path, *hands: MarkedHand, is_complete: bool = True) -> MarkedFrame:
    """A frame whose pixels tell their place: red is x, green is y."""
    image = np.zeros((240, 320, 3), np.uint8)
    image[..., 0], image[..., 1] = np.arange(320) * 0.7, np.arange(240)[:, None]
    path = write_image(folder / "frame.png", image)
    return MarkedFrame(path, 0, "scenes", "CC0-1.0", is_complete, hands)


def test_a_left_hand_becomes_a_right_one_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    hand = _hand(0.1)
    (sample,) = hands_in_frames([_frame(tmp_path, hand)])
    image, labels = sample.read(), sample.labels
    assert labels is not None
    assert hand.joints_px is not None
    assert sample.set == "scenes"
    assert image.shape[0] == image.shape[1]
    for joint in range(21):  # the pixels there are those of the frame
        x, y = (int(value) for value in labels.joints_px[joint])
        np.testing.assert_allclose(image[y, x, :2], hand.joints_px[joint] * (0.7, 1), atol=2)
    order, mirrored = np.argsort(hand.joints_px[:, 0]), np.argsort(-labels.joints_px[:, 0])
    assert order.tolist() == mirrored.tolist()
    assert labels.visible.tolist() == [1] * 5 + [0] * 16
    assert hand.joints_m is not None
    z = hand.joints_m[:, 2]
    scale = np.ptp(labels.joints_px[:, 1]) / np.ptp(hand.joints_px[:, 1])
    np.testing.assert_allclose(labels.depths_px, scale * FOCAL_PX * (z - z[0]) / z[0], atol=0.5)


def test_labels_of_mediapipe_count_less(tmp_path: Path) -> None:
    (sample,) = hands_in_frames([_frame(tmp_path, _hand(0, MEDIAPIPE))])
    assert sample.labels is not None
    assert (sample.labels.weights == MEDIAPIPE_WEIGHT).all()
    assert np.isnan(sample.labels.depths_px).all()


def test_hidden_hands_and_boxes_without_joints_are_left_out(tmp_path: Path) -> None:
    boxed = MarkedHand(np.array([1, 1, 60, 60], np.float32), None, None, PERSON)
    assert hands_in_frames([_frame(tmp_path, _hand(0, visible_share=0.1), boxed)]) == []


class _Detector:
    """Finds what it is told to."""

    is_fast = True

    def __init__(self, *found: Detection) -> None:
        self._found = list(found)

    def detect(self, image: Image, effort: Effort = "usual") -> list[Detection]:  # noqa: ARG002
        return self._found

    def close(self) -> None:
        pass


def test_what_a_detector_finds_far_from_all_hands_is_no_hand(tmp_path: Path) -> None:
    hand = _hand(-0.1)
    assert hand.joints_px is not None
    x, y = ((hand.joints_px.min(axis=0) + hand.joints_px.max(axis=0)) / 2).tolist()
    plant, fingers = Detection(260, 60, 30, 0, "left", 0.6), Detection(x + 20, y, 30, 0, "left", 0.6)
    (sample,) = false_finds([_frame(tmp_path, hand)], _Detector(plant, fingers))
    assert sample.labels is None
    red, green = (float(sample.read()[..., channel].mean()) for channel in (0, 1))
    np.testing.assert_allclose((red, green), (0.7 * 260, 60), atol=2)


def test_nothing_is_learned_from_what_is_unmarked_in_incomplete_frames(tmp_path: Path) -> None:
    plant = Detection(260, 60, 30, 0, "left", 0.6)
    assert false_finds([_frame(tmp_path, _hand(-0.1), is_complete=False)], _Detector(plant)) == []

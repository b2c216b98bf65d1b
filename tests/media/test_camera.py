"""Cameras, with a fake device."""

from types import SimpleNamespace

import cv2
import cv2_enumerate_cameras
import numpy as np
import pytest

from handpose_live.media.live import camera
from handpose_live.media.live.camera import Camera, list_cameras
from handpose_live.media.opening import open_source
from handpose_live.types.errors import HandPoseError
from tests.media.videos import RED, plain

PLUGGED_IN = [SimpleNamespace(index=10, name="Microscope"), SimpleNamespace(index=2, name="Webcam")]


class FakeCapture:
    """OpenCV's capture of camera 2: red images 640 px wide, regardless of the requested width, until unplugged."""

    pulled_out_after = 10**9

    def __init__(self, index: int, backend: int) -> None:
        assert backend == camera.BACKEND
        self.reads = 0
        self._opened = index == 2

    def isOpened(self) -> bool:  # noqa: N802
        return self._opened

    def set(self, _wish: int, _value: float) -> bool:
        return False

    def get(self, wish: int) -> float:
        return 25.0 if wish == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.reads += 1
        if not self._opened or self.reads > self.pulled_out_after:
            return False, None
        return True, np.ascontiguousarray(plain(RED, 640, 480)[:, :, ::-1])

    def release(self) -> None:
        self._opened = False


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda _backend: PLUGGED_IN)
    monkeypatch.setattr(camera, "LOST_AFTER_S", 0.1)


def test_cameras_are_listed_by_number() -> None:
    assert list_cameras() == [Camera(2, "Webcam"), Camera(10, "Microscope")]


def test_a_camera_gives_rgb_frames_of_its_actual_size() -> None:
    with open_source("2") as source:
        frame = next(iter(source))
    info = source.info
    assert (info.name, info.width, info.height, info.fps, info.live) == ("camera 2 (Webcam)", 640, 480, 25.0, True)
    np.testing.assert_array_equal(frame.image, plain(RED, 640, 480))


def test_an_unplugged_camera_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeCapture, "pulled_out_after", 5)
    taken: list[int] = []
    with open_source("2") as source, pytest.raises(HandPoseError, match=r"camera 2 \(Webcam\).*plugged in"):
        taken.extend(frame.index for frame in source)
    assert taken[-1] == 3


def test_a_camera_that_sends_no_image_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeCapture, "pulled_out_after", 0)
    with pytest.raises(HandPoseError, match=r"No image comes from camera 2 \(Webcam\)"):
        open_source("2")


def test_a_camera_in_use_elsewhere_is_named() -> None:
    with pytest.raises(HandPoseError, match=r"^Cannot open camera 10 \(Microscope\): close other programs"):
        open_source("10")


def test_the_available_cameras_are_named_if_the_requested_one_does_not_exist() -> None:
    with pytest.raises(HandPoseError, match=r"no camera 0: choose from 2 \(Webcam\), 10 \(Microscope\), or"):
        open_source("0")


def test_errors_name_the_settings_that_allow_access_to_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "ALLOWED_IN", " in System Settings")
    with pytest.raises(HandPoseError, match=r"check that this one may use it in System Settings\.$"):
        open_source("10")
    monkeypatch.setattr(FakeCapture, "pulled_out_after", 0)
    with pytest.raises(HandPoseError, match=r"that this one may use it in System Settings\.$"):
        open_source("2")


def test_without_a_camera_there_is_a_one_sentence_error_and_no_output_of_opencv(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda _backend: [])
    with pytest.raises(HandPoseError, match=r'^No camera was found: connect one, or give a video file, or "demo"\.$'):
        open_source("63")
    assert capfd.readouterr().err == ""

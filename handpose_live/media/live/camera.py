"""Cameras, read with OpenCV."""

import sys
import time
from collections.abc import Generator
from dataclasses import dataclass

import cv2
import cv2_enumerate_cameras
import numpy as np

from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.source import SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}
BACKEND = BACKENDS.get(sys.platform, cv2.CAP_ANY)
# MJPG first: uncompressed video of this size and rate exceeds the bandwidth of USB 2.
REQUESTED_PROPERTIES = (
    (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
    (cv2.CAP_PROP_FRAME_WIDTH, 1280),
    (cv2.CAP_PROP_FRAME_HEIGHT, 720),
    (cv2.CAP_PROP_FPS, 30),
)
# Where the user allows access to cameras; it is granted to the terminal or app that started this program.
ALLOWED_IN = {
    "darwin": " in System Settings, Privacy & Security, Camera",
    "win32": " in Settings, Privacy & security, Camera",
}.get(sys.platform, "")
LOST_AFTER_S = 2.0
RETRY_S = 0.05


@dataclass(frozen=True)
class Camera:
    """A camera of this computer.

    Attributes:
        index: by which it is opened.
        name: of the model.
    """

    index: int
    name: str


def list_cameras() -> list[Camera]:
    """List the cameras of this computer, sorted by index."""
    found = cv2_enumerate_cameras.enumerate_cameras(BACKEND)
    return sorted((Camera(camera.index, camera.name) for camera in found), key=lambda camera: camera.index)


def open_camera(index: int) -> LiveSource:
    """Open a camera at 1280x720 and 30 fps, or at the nearest mode that it has.

    Raises:
        HandPoseError: there is no such camera, or it sends no image.
    """
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    names = {camera.index: camera.name for camera in list_cameras()}
    name = f"camera {index} ({names[index]})" if index in names else f"camera {index}"
    capture = cv2.VideoCapture(index, BACKEND)
    if not capture.isOpened():
        raise HandPoseError(_open_error(index, name, names))
    for prop, value in REQUESTED_PROPERTIES:
        capture.set(prop, value)
    images = _read_images(capture, name)
    height, width = next(images).shape[:2]
    fps = capture.get(cv2.CAP_PROP_FPS) or None
    return LiveSource(SourceInfo(name, width, height, fps, None, live=True), images)


def _open_error(index: int, name: str, names: dict[int, str]) -> str:
    if index in names:
        return f"Cannot open {name}: close other programs that use it, and check that this one may use it{ALLOWED_IN}."
    if names:
        others = ", ".join(f"{other} ({names[other]})" for other in names)
        return f'There is no camera {index}: choose from {others}, or give a video file, or "demo".'
    return 'No camera was found: connect one, or give a video file, or "demo".'


def _read_images(capture: cv2.VideoCapture, name: str) -> Generator[Image]:
    """Yield the images of a camera as RGB, until it has sent none for ``LOST_AFTER_S``."""
    last_image_s = time.monotonic()
    try:
        while True:
            success, image = capture.read()
            if success:
                yield np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)
                last_image_s = time.monotonic()
            elif time.monotonic() - last_image_s < LOST_AFTER_S:
                time.sleep(RETRY_S)
            else:
                break
    finally:
        capture.release()
    raise HandPoseError(
        f"No image comes from {name}: check that it is plugged in, that no other program uses it "
        f"and that this one may use it{ALLOWED_IN}."
    )

"""From what a person types to a source."""

# OpenCV and FFmpeg take a while to load, so each kind of source is imported when it is asked for.
# ruff: noqa: PLC0415
from pathlib import Path

from handpose_live.capture.source import Source
from handpose_live.errors import HandPoseError

STREAM_PREFIXES = ("http://", "https://", "rtsp://")
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")


def open_source(spec: str) -> Source:
    """Open a camera, stream, video, picture or folder of pictures.

    Args:
        spec: a camera's number; an address starting with one of ``STREAM_PREFIXES``; a path.

    Raises:
        HandPoseError: there is no such thing, it cannot be read, or it holds no frames.
    """
    if spec.isdecimal():
        from handpose_live.capture.camera import open_camera

        return open_camera(int(spec))
    if spec.lower().startswith(STREAM_PREFIXES):
        from handpose_live.capture.video import open_stream

        return open_stream(spec)
    return _open_path(Path(spec))


def _open_path(path: Path) -> Source:
    if path.is_dir() or path.suffix.lower() in PICTURE_SUFFIXES:
        from handpose_live.capture.pictures import open_pictures

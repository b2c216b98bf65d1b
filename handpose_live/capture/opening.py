"""From what a person types to a source."""

# OpenCV and FFmpeg take a while to load, so each kind of source is imported when it is asked for.
import os
from pathlib import Path

from handpose_live.capture.source import Source
from handpose_live.errors import HandPoseError

DEMO = "demo"
STREAM_PREFIXES = ("http://", "https://", "rtsp://")
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")


def open_source(spec: str) -> Source:
    """Open a camera, stream, video, picture, folder of pictures or the demo.

    Args:
        spec: a camera's number; ``DEMO``; an address starting with one of ``STREAM_PREFIXES``; a path.

    Raises:
        HandPoseError: there is no such thing, it cannot be read, or it holds no frames.
    """
    if spec.isdecimal():
        from handpose_live.capture.camera import open_camera

        return open_camera(int(spec))
    if spec == DEMO:
        from handpose_live.capture.demo import open_demo

        return open_demo()
    if spec.lower().startswith(STREAM_PREFIXES):
        from handpose_live.capture.stream import open_stream

        return open_stream(spec)
    return _open_path(spec)


def _open_path(spec: str) -> Source:
    path = Path(spec)
    if os.path.isdir(spec):
        from handpose_live.capture.pictures import open_pictures

        inside = [file for file in path.glob("*") if _is_picture(file) and file.is_file()]
        return open_pictures(path.resolve().name, inside)
    # Unlike Path's, this one is also False for what could never be a path.
    if not os.path.isfile(spec):
        raise HandPoseError(
            f'There is no "{spec}": give the number of a camera, a video or picture file, a folder of pictures, '
            f'"{DEMO}", or an address that starts with {", ".join(STREAM_PREFIXES[:-1])} or {STREAM_PREFIXES[-1]}.'
        )
    if path.stat().st_size == 0:
        raise HandPoseError(f"{path.name} is an empty file: give another video or picture.")
    if _is_picture(path):
        from handpose_live.capture.pictures import open_pictures

        return open_pictures(path.name, [path])
    from handpose_live.capture.video import open_video

    return open_video(path)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")

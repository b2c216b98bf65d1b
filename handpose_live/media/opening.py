"""From what a person types to a source."""

# OpenCV and FFmpeg take a while to load, so each kind of source is imported when it is asked for.
import os
import re
from contextlib import suppress
from pathlib import Path

from handpose_live.media.address import without_credentials
from handpose_live.media.source import Source
from handpose_live.types.errors import HandPoseError

DEMO = "demo"
STREAM_PREFIXES = ("http://", "https://", "rtsp://")
IMAGE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jif", ".jfif", ".pjpeg", ".pjp", ".jp2", ".j2k", ".jpx", ".heic", ".heif", ".hif"),
    *(".avif", ".avifs", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".pnm", ".ppm"),
    *(".pgm", ".pbm"),
)
# Of films and nothing else.
VIDEO_SUFFIXES = (
    *(".3g2", ".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".m1v", ".m2ts", ".m2v", ".m4v", ".mjpeg", ".mjpg"),
    *(".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".vob", ".webm"),
    *(".wmv", ".y4m"),
)
# Of other files, too.
AMBIGUOUS_VIDEO_SUFFIXES = (".ts",)
# What is longer is rather the date and time that a folder is named after.
CAMERA_NUMBER = re.compile("[0-9]{1,10}")


def open_source(spec: str) -> Source:
    """Open a camera, stream, video, picture, folder of pictures or the demo.

    Args:
        spec: a camera's number; ``DEMO``; an address starting with one of ``STREAM_PREFIXES``; a path.

    Raises:
        HandPoseError: there is no such thing, it cannot be read, or it holds no frames.
    """
    if CAMERA_NUMBER.fullmatch(spec):
        from handpose_live.media.live.camera import open_camera

        return open_camera(int(spec))
    if spec == DEMO:
        from handpose_live.media.demo import open_demo

        return open_demo()
    if spec.lower().startswith(STREAM_PREFIXES):
        from handpose_live.media.video.stream import open_stream

        return open_stream(spec)
    return open_path(spec)


def open_path(path: str | Path) -> Source:
    """Open a video, picture or folder of pictures, whatever its name looks like.

    Raises:
        HandPoseError: there is no such thing, it cannot be read, or it holds no frames.
    """
    # Unlike Path's, these are also False for what could never be a path.
    if os.path.isdir(path):
        return _open_folder(Path(path))
    if not os.path.isfile(path):
        raise HandPoseError(
            f'There is no "{without_credentials(str(path))}": give the number of a camera, a video or picture file, a '
            f'folder of pictures, "{DEMO}", or an address that starts with {", ".join(STREAM_PREFIXES[:-1])} or '
            f"{STREAM_PREFIXES[-1]}."
        )
    return _open_file(Path(path))


def _open_folder(folder: Path) -> Source:
    from handpose_live.media.images.image_folder import open_images

    return open_images(folder.resolve().name, list_images(folder))


def _open_file(path: Path) -> Source:
    if path.stat().st_size == 0:
        raise HandPoseError(f"{path.name} is an empty file: give another video or picture.")
    by_name, other = (_open_picture, _open_film) if is_image_name(path) else (_open_film, _open_picture)
    try:
        return by_name(path)
    except HandPoseError:
        # Names lie: what is inside counts.
        with suppress(HandPoseError):
            return other(path)
        raise


def _open_picture(path: Path) -> Source:
    from handpose_live.media.images.image_folder import open_images

    return open_images(path.name, [path])


def _open_film(path: Path) -> Source:
    from handpose_live.media.video.video_file import open_video

    return open_video(path)


def list_images(folder: Path) -> list[Path]:
    """The pictures that opening a folder shows, by name; hidden ones are not among them.

    Raises:
        HandPoseError: the folder cannot be read.
    """
    try:
        files = [file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")]
    except OSError as error:
        raise HandPoseError(f"{folder} cannot be read ({error.strerror}): give another folder.") from error
    return sorted(filter(is_image_name, files))


def is_image_name(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.suffix.lower() in IMAGE_SUFFIXES

"""Opening a source by what the user types."""

# OpenCV and FFmpeg load slowly, so each kind of source is imported only when it is opened.
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
# Of videos and nothing else.
VIDEO_SUFFIXES = (
    *(".3g2", ".3gp", ".asf", ".avi", ".divx", ".f4v", ".flv", ".m1v", ".m2ts", ".m2v", ".m4v", ".mjpeg", ".mjpg"),
    *(".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".vob", ".webm"),
    *(".wmv", ".y4m"),
)
# Of videos and of other files (TypeScript).
AMBIGUOUS_VIDEO_SUFFIXES = (".ts",)
# Longer numbers are more likely the date and time that a folder is named after.
CAMERA_NUMBER = re.compile("[0-9]{1,10}")


def open_source(spec: str) -> Source:
    """Open a camera, stream, video, image, folder of images or the demo.

    Args:
        spec: a camera's number; ``DEMO``; an address starting with one of ``STREAM_PREFIXES``; a path.

    Raises:
        HandPoseError: it does not exist, cannot be read, or holds no frames.
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
    """Open a video, image or folder of images, even if its name looks like another kind of source.

    Raises:
        HandPoseError: it does not exist, cannot be read, or holds no frames.
    """
    # Unlike Path's methods, these return False for strings that cannot be a path.
    if os.path.isdir(path):
        return _open_folder(Path(path))
    if not os.path.isfile(path):
        raise HandPoseError(
            f'There is no "{without_credentials(str(path))}": give the number of a camera, a video or image file, a '
            f'folder of images, "{DEMO}", or an address that starts with {", ".join(STREAM_PREFIXES[:-1])} or '
            f"{STREAM_PREFIXES[-1]}."
        )
    return _open_file(Path(path))


def list_images(folder: Path) -> list[Path]:
    """List the image files of a folder by their suffix, sorted by name, without hidden ones.

    Raises:
        HandPoseError: the folder cannot be read.
    """
    try:
        files = [file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")]
    except OSError as error:
        raise HandPoseError(f"{folder} cannot be read ({error.strerror}): give another folder.") from error
    return sorted(filter(is_image_name, files))


def is_image_name(path: Path) -> bool:
    """Whether a file is an image according to its suffix."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def _open_folder(folder: Path) -> Source:
    from handpose_live.media.images.image_folder import open_images

    return open_images(folder.resolve().name, list_images(folder))


def _open_file(path: Path) -> Source:
    if path.stat().st_size == 0:
        raise HandPoseError(f"{path.name} is an empty file: give another video or image.")
    by_suffix, other = (_open_image, _open_video) if is_image_name(path) else (_open_video, _open_image)
    try:
        return by_suffix(path)
    except HandPoseError:
        # The suffix may be wrong.
        with suppress(HandPoseError):
            return other(path)
        raise


def _open_image(path: Path) -> Source:
    from handpose_live.media.images.image_folder import open_images

    return open_images(path.name, [path])


def _open_video(path: Path) -> Source:
    from handpose_live.media.video.video_file import open_video

    return open_video(path)

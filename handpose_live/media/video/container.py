"""Opening containers with FFmpeg: files and network streams, and their video stream."""

from typing import Protocol

import av
from av.container import InputContainer
from av.error import ExitError, FFmpegError, HTTPForbiddenError, HTTPUnauthorizedError
from av.stream import Disposition
from av.video.stream import VideoStream

from handpose_live.types.errors import HandPoseError

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0
# FFmpeg reads images too, but only the first frame, page or tile of many. JPEG is not here: it may be Motion JPEG.
IMAGE_FORMATS = (
    "apng",
    "gif",
    *(f"{kind}_pipe" for kind in ("bmp", "j2k", "pbm", "pgm", "png", "ppm", "tiff", "webp")),
)
IMAGE_BRANDS = ("heic", "heix", "mif1", "avif", "avis")


class Readable(Protocol):
    """An object that is read like a binary file."""

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes; none at the end."""
        ...


def open_video_stream(
    url: str | Readable, name: str, options: dict[str, str] | None = None
) -> tuple[InputContainer, VideoStream]:
    """Open a container and select its best video stream.

    Args:
        url: ``file:`` and a path, the address of a network stream, or an object to read from.
        name: for error messages.
        options: of FFmpeg.

    Raises:
        HandPoseError: it cannot be opened, or holds no video.
    """
    container = open_container(url, name, options)
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or not _is_video(container, stream):
        container.close()
        raise HandPoseError(f"{name} holds no video: give another one.")
    return container, stream


def open_container(
    url: str | Readable, name: str, options: dict[str, str] | None = None, format_name: str | None = None
) -> InputContainer:
    """Open a container; a network stream that does not answer in time raises errors, also while it is read.

    Args:
        url, name, options: see :func:`open_video_stream`.
        format_name: of FFmpeg; None to let it detect the format.

    Raises:
        HandPoseError: it cannot be opened.
    """
    timeout = None if is_file(url) else (OPEN_TIMEOUT_S, READ_TIMEOUT_S)
    try:
        return av.open(url, "r", format=format_name, options=options, metadata_errors="replace", timeout=timeout)
    except FFmpegError as error:
        raise read_error(name, error, from_file=is_file(url)) from None


def read_error(name: str, error: FFmpegError, *, from_file: bool) -> HandPoseError:
    """Describe an error of FFmpeg in a sentence; the error's own text would show the password of an address."""
    # FFmpeg reports a timeout as a bare OSError.
    reason = "no answer" if type(error) in (ExitError, av.error.OSError) else error.strerror
    way_out = "give another file" if from_file else "check the address, and that the sender is on and within reach"
    if isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
        way_out = "check the user and password in its address and enter it again, as they are never kept"
    return HandPoseError(f"{name} cannot be read as a video ({reason}): {way_out}.")


def is_file(url: str | Readable) -> bool:
    """Whether a URL names a file on this computer."""
    return isinstance(url, str) and url.startswith("file:")


def _is_video(container: InputContainer, stream: VideoStream) -> bool:
    """Exclude what FFmpeg takes for videos too: text files (tty), cover art of music, and image files."""
    is_cover = Disposition.attached_pic in stream.disposition
    is_image = container.name.startswith("file:") and _is_image(container)
    return container.format.name != "tty" and not (is_cover or is_image) and bool(stream.codec_context)


def _is_image(container: InputContainer) -> bool:
    return container.format.name in IMAGE_FORMATS or container.metadata.get("major_brand") in IMAGE_BRANDS

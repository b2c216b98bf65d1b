"""Errors of writing files, as sentences for the user."""

import errno
from pathlib import Path

import av

from handpose_live.types.errors import HandPoseError

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_error(path: Path, error: Exception) -> HandPoseError:
    """Describe in one sentence which file could not be written, why, and the way out.

    Args:
        path: of the file.
        error: raised by the system, the encoder or the muxer.
    """
    number = getattr(error, "errno", None)
    # FFmpeg's errors without an error number of the system come from the encoder.
    if isinstance(error, MemoryError) or (isinstance(error, av.FFmpegError) and not isinstance(error, OSError)):
        reason = getattr(error, "strerror", None) or "no memory left"
        return HandPoseError(
            f"Cannot encode {path} ({reason}): what was written before is kept; record smaller images, or free memory."
        )
    if number in DISK_FULL:
        return HandPoseError(
            f"No room left for {path}: what was written before is kept; free some space to write more."
        )
    if number == errno.ENOENT:
        return HandPoseError(f"Cannot write {path}: its folder does not exist; create it or choose another place.")
    if number == errno.EISDIR:
        return HandPoseError(f"Cannot write {path}: it is a folder; add a file name.")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return HandPoseError(f"Cannot write {path}: no permission; choose another place.")
    return HandPoseError(f"Cannot write {path}: {getattr(error, 'strerror', None) or error}; choose another place.")
